// Links with data-dialog open the native dialog they point to; a click on the backdrop or Escape closes it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link) {
    const dialog = document.getElementById(link.hash.slice(1));
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  } else if (event.target.matches("dialog[open]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.x && event.clientX <= box.x + box.width && event.clientY >= box.y && event.clientY <= box.y + box.height;
    if (!inside) event.target.close();
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.key === " " || event.key === "Enter") && event.target.matches("a[data-dialog]")) {
    event.preventDefault();
    event.target.click();
  }
});
