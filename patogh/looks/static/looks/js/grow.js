// Text areas grow with their text; browsers that size fields by content do it themselves.
if (!CSS.supports("field-sizing", "content")) {
  const grow = (area) => {
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight + 2, innerHeight * 0.6)}px`;
  };
  document.addEventListener("input", (event) => event.target.matches("textarea") && grow(event.target));
  document.querySelectorAll("textarea").forEach(grow);
}
// Ctrl+Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form textarea")) event.target.form.requestSubmit();
});
