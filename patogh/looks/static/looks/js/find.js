// "/" goes to the search field, Escape leaves it.
document.addEventListener("keydown", (event) => {
  const input = document.querySelector("[data-find] input, main input[type=search]");
  if (!input || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    input.offsetParent ? input.focus() : location.assign(input.form.action);
  } else if (event.key === "Escape" && event.target === input) {
    input.blur();
  }
});
