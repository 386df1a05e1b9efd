// Keys of the review queue: x ticks the row in focus, letters choose a decision, c claims, ? shows all keys.
const busy = (event) => event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");

function tick() {
  const box = document.activeElement.closest("[data-queue] > li")?.querySelector("[name=item]");
  if (box) box.checked = !box.checked;
}

function choose(key) {
  const choice = document.querySelector(`form[data-decide] [data-key="${CSS.escape(key)}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.focus();
}

document.addEventListener("keydown", (event) => {
  if (busy(event) || !document.querySelector("[data-queue], form[data-decide], #keys")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key === "x") tick();
  else if (event.key === "c") document.querySelector("form[data-claim]")?.requestSubmit();
  else if (/^[ahedn]$/.test(event.key)) choose(event.key);
});
