// Notices at the foot of the page. document.dispatchEvent(new CustomEvent("patogh:toast", {detail: {text, undo}})); `undo`
// is a function, or the selector of a form to submit. The server may send one too: a .toast swapped into #toasts.
const words = JSON.parse(document.body.dataset.words || "{}");
const place = document.getElementById("toasts");
const lifeMs = 7000;

function leave(toast) {
  let timer = setTimeout(() => toast.remove(), lifeMs);
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), lifeMs / 2); });
}

document.addEventListener("patogh:toast", ({ detail }) => {
  const toast = Object.assign(document.createElement("div"), { className: "toast" });
  toast.append(Object.assign(document.createElement("span"), { textContent: detail.text }));
  if (detail.undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: detail.undoText || words.undo });
    button.addEventListener("click", () => {
      toast.remove();
      typeof detail.undo === "function" ? detail.undo() : document.querySelector(detail.undo)?.requestSubmit();
    });
    toast.append(button);
  }
  place?.append(toast);
});

if (place) new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast:not([data-stay])")) leave(node);
}).observe(place, { childList: true });
place?.querySelectorAll(".toast:not([data-stay])").forEach(leave);
