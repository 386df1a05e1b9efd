// Menus are <details data-menu>: one open at a time, closed by Escape or a click elsewhere, walked with the arrow keys.
const open = () => document.querySelector("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = open();
  if (!menu) return;
  const lines = [...menu.querySelectorAll(".menu a, .menu button")];
  const here = lines.indexOf(document.activeElement);
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (/^Arrow(Up|Down)$/.test(event.key) && menu.contains(document.activeElement) && lines.length) {
    event.preventDefault();
    lines[(here + (event.key === "ArrowDown" ? 1 : lines.length + (here < 0 ? 0 : -1))) % lines.length].focus();
  }
});
