// Text being written is kept twice: at the server (data-draft-url) and on this device, so that an ended session or a lost
// connection loses nothing. A form says data-draft="key". What was sent is set aside until the next page shows that it
// arrived; a page of refusal ([data-failed]) or the way back brings it home.
const words = JSON.parse(document.body.dataset.words || "{}");
const timers = new WeakMap();
const areaOf = (form) => form.querySelector("textarea[name]");

function keep(key, text) {
  try { text ? localStorage.setItem(key, text) : localStorage.removeItem(key); } catch { /* a private window keeps nothing */ }
}
function kept(key) {
  try { return localStorage.getItem(key) || ""; } catch { return ""; }
}
function tell(form, text) {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = text;
}

async function save(form) {
  keep(`draft:${form.dataset.draft}`, areaOf(form).value.trim() && areaOf(form).value);
  tell(form, words.kept_here);
  if (!form.dataset.draftUrl) return;
  const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true", Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) tell(form, (await answer.json().catch(() => null))?.words || words.saved);
}

function settle(form, arrived) {
  const key = form.dataset.draft;
  if (!arrived && kept(`sent:${key}`)) keep(`draft:${key}`, kept(`sent:${key}`));
  keep(`sent:${key}`, "");
  const text = kept(`draft:${key}`);
  const area = areaOf(form);
  if (!text || !area || area.value.trim()) return;
  area.value = text;
  tell(form, words.restored);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form || event.target !== areaOf(form)) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), 1200));
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form || event.defaultPrevented) return;
  clearTimeout(timers.get(form));
  keep(`sent:${form.dataset.draft}`, areaOf(form)?.value || "");
  keep(`draft:${form.dataset.draft}`, "");
});
document.addEventListener("htmx:after:request", ({ target, detail }) => target.matches?.("form[data-draft]") && settle(target, detail.ctx?.response?.raw?.ok ?? detail.ctx?.response?.ok));
const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
if (!document.querySelector("[data-failed]")) document.querySelectorAll("form[data-draft]").forEach((form) => settle(form, !back));
