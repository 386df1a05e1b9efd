// data-copy="address" copies it; data-share="address" opens the device's own sheet, or copies where there is none.
const words = JSON.parse(document.body.dataset.words || "{}");
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-share]");
  if (!button) return;
  event.preventDefault();
  const url = new URL(button.dataset.copy || button.dataset.share || location.href, location.href).href;
  if (button.dataset.share !== undefined && navigator.share) return navigator.share({ url, title: document.title }).catch(() => {});
  try {
    await navigator.clipboard.writeText(url);
    document.dispatchEvent(new CustomEvent("patogh:toast", { detail: { text: words.copied } }));
  } catch {
    prompt("", url);
  }
});
