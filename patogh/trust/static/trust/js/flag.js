// Reporting without leaving the page: the form of /flag/... in a dialog. Without scripts the link leads to the page.
const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
const say = (text) => document.dispatchEvent(new CustomEvent("patogh:toast", { detail: { text } }));

async function open(link) {
  const answer = await fetch(link.href, { headers });
  if (!answer.ok) return location.assign(link.href);
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog flag-dialog", innerHTML: await answer.text() });
  dialog.setAttribute("aria-labelledby", "flag-title");
  dialog.thanks = link.dataset.thanks || "";
  dialog.addEventListener("close", () => { dialog.remove(); link.isConnected && link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

async function send(form, dialog) {
  const answer = await fetch(form.action, { method: "POST", headers, body: new FormData(form) });
  if (answer.status !== 204) return void (dialog.innerHTML = await answer.text());
  dialog.close();
  if (dialog.thanks) say(dialog.thanks);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-flag]");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); document.querySelector(".menu-open")?.remove(); open(link); }
  const close = event.target.closest("dialog [data-close]");
  if (close) { event.preventDefault(); close.closest("dialog").close(); }
});
document.addEventListener("submit", (event) => {
  const dialog = event.target.closest("dialog.flag-dialog");
  if (dialog) { event.preventDefault(); send(event.target, dialog); }
});
