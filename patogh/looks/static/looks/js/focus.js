// A list of faults takes the focus when it appears, and only then.
function take(root) {
  const first = root.querySelector?.("[data-focus]");
  if (first && !first.dataset.taken) {
    first.dataset.taken = "1";
    first.focus();
  }
}
document.addEventListener("htmx:after:swap", (event) => take(event.target));
take(document);
