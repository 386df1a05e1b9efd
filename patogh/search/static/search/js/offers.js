// While one types in a search field, topics, people, tags and spaces are offered: an ARIA combobox over /search/suggest.
const WAIT_MS = 140;
let list = null, input = null, timer = 0, asking = null;

const options = () => [...(list?.querySelectorAll("[role=option]") || [])];
const at = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

function ready(field) {
  input = field;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "offers" })) input.setAttribute(name, value);
}

function close() {
  asking?.abort();
  list?.remove();
  list = null;
  input?.setAttribute("aria-expanded", "false");
  input?.removeAttribute("aria-activedescendant");
}

function choose(index) {
  const all = options();
  all.forEach((one, place) => one.setAttribute("aria-selected", place === index));
  index < 0 ? input.removeAttribute("aria-activedescendant") : input.setAttribute("aria-activedescendant", all[index].id);
  all[index]?.scrollIntoView({ block: "nearest" });
}

async function offer() {
  const words = input.value.trim();
  if (words.length < 2) return close();
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(`${input.form.getAttribute("action")}/suggest?q=${encodeURIComponent(words)}`, { signal: asking.signal }).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  if (!html.trim() || document.activeElement !== input || input.value.trim() !== words) return;
  close();
  list = Object.assign(document.createElement("div"), { className: "menu offers", id: "offers", innerHTML: html });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.closest("[data-find], [data-suggest]").append(list);
  input.setAttribute("aria-expanded", "true");
}

document.addEventListener("focusin", ({ target }) => target.matches?.("[data-find] input, [data-suggest] input[type=search]") && target !== input && ready(target));
document.addEventListener("focusout", ({ target }) => target === input && close());
document.addEventListener("input", ({ target }) => { if (target === input) { clearTimeout(timer); timer = setTimeout(offer, WAIT_MS); } });
document.addEventListener("keydown", (event) => {
  if (event.target !== input || !list || event.isComposing) return;
  const count = options().length, here = at();
  const act = { ArrowDown: () => choose((here + 1) % count), ArrowUp: () => choose(here < 0 ? count - 1 : here - 1), Enter: () => options()[here]?.click(), Escape: close }[event.key];
  if (!act || (event.key === "Enter" && here < 0)) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);
