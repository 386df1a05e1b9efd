// The theme changes at once; the same form works without this. The server remembers it, so that no page ever flashes.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  const pressed = event.submitter;
  if (!form || !pressed) return;
  event.preventDefault();
  const body = new FormData(form, pressed);
  document.documentElement.dataset.theme = pressed.value;
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", button === pressed));
  const colours = { light: ["#F7F2E8", "#F7F2E8"], dark: ["#191713", "#191713"], auto: ["#F7F2E8", "#191713"] }[pressed.value];
  document.querySelectorAll("meta[name=theme-color]").forEach((meta, at) => { meta.content = colours[at]; });
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => form.submit());
});
