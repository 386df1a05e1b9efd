// j and k walk through a list marked data-keys: they move the focus to the next or previous first link.
document.addEventListener("keydown", (event) => {
  if (!/^[jk]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const links = [...document.querySelectorAll("[data-keys] > * :is(h2, h3) a, [data-keys] > .post .when a")];
  if (!links.length) return;
  const here = links.findIndex((link) => link === document.activeElement);
  const next = links[Math.max(0, Math.min(links.length - 1, here + (event.key === "j" ? 1 : -1)))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
