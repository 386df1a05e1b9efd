// Keys of the queue of pairs: y joins the pair in focus, n says that they are two, u takes the last answer back.
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-pairs]");
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (event.key === "u") return document.querySelector("[data-pair-undo]")?.click();
  if (!list || !/^[yn]$/.test(event.key)) return;
  const pair = document.activeElement.closest("[data-pairs] > li");
  pair?.querySelector(`[data-pair-key="${event.key}"]`)?.click();
});
