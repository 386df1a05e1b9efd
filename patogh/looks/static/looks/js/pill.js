// New pieces of a list wait behind a pill and never move what somebody reads: they come in when the pill is pressed, or by
// themselves when the end of the list is in sight. data-live-get of the part is asked with ?after=<last data-key of the list>.
// The pill's words: data-words-one, data-words-many with {n}; digits follow the page's language.
async function fetchNew(part) {
  const list = document.querySelector(part.dataset.liveInto);
  const keys = list.querySelectorAll("[data-key]");
  const url = new URL(part.dataset.liveGet, location.href);
  if (keys.length) url.searchParams.set("after", keys[keys.length - 1].dataset.key);
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  if (!answer.ok) return [];
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  return [...box.content.children].filter((piece) => piece.dataset.key && !list.querySelector(`[data-key="${CSS.escape(piece.dataset.key)}"]`));
}

function show(part, pieces) {
  const list = document.querySelector(part.dataset.liveInto);
  const before = list.querySelector(":scope > [data-live-end]");
  for (const piece of pieces) {
    if (list.querySelector(`[data-key="${CSS.escape(piece.dataset.key)}"]`)) continue;
    piece.classList.add("is-new");
    before ? before.before(piece) : list.append(piece);
    window.htmx?.process(piece);
  }
  part.hidden = true;
  part.waiting = [];
}

const endInSight = (list) => list.getBoundingClientRect().bottom < innerHeight + 40 && !document.hidden;

document.addEventListener("patogh:more", async (event) => {
  const part = event.target;
  if (part.fetching) return (part.again = true);
  part.fetching = true;
  const pieces = await fetchNew(part).catch(() => []);
  part.fetching = false;
  part.waiting = pieces;
  if (part.again) { part.again = false; part.dispatchEvent(new CustomEvent("patogh:more", { bubbles: true })); }
  if (!pieces.length) return;
  const list = document.querySelector(part.dataset.liveInto);
  const count = new Intl.NumberFormat(document.documentElement.lang).format(pieces.length);
  const words = (pieces.length === 1 && part.dataset.wordsOne ? part.dataset.wordsOne : part.dataset.wordsMany || "{n}").replace("{n}", count);
  document.getElementById("said").textContent = words;
  if (endInSight(list)) return show(part, pieces);
  part.querySelector("button span").textContent = words;
  part.hidden = false;
});
document.addEventListener("click", (event) => {
  const part = event.target.closest("[data-pill]");
  if (!part?.waiting?.length) return;
  const first = part.waiting[0];
  show(part, part.waiting);
  first.scrollIntoView({ block: "start", behavior: "smooth" });
});
