// "@" in a text area with data-mention-url offers people: an ARIA listbox under the composer. The server answers
// [{"handle": "maryam_s", "name": "…", "avatar": "/avatars/…svg"}].
const words = JSON.parse(document.body.dataset.words || "{}");
let list = null;
let area = null;
let timer = 0;

const typed = () => /(?:^|[\s(«])@([\w.؀-ۿ‌]{1,30})$/.exec(area.value.slice(0, area.selectionStart));
const choices = () => [...list.children];

function close() {
  list?.remove();
  list = null;
  area?.removeAttribute("aria-activedescendant");
}

function choose(index) {
  choices().forEach((one, at) => one.setAttribute("aria-selected", at === index));
  area.setAttribute("aria-activedescendant", list.children[index].id);
}

function put(handle) {
  const start = area.selectionStart - typed()[1].length;
  area.setRangeText(`${handle} `, start, area.selectionStart, "end");
  close();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer() {
  const found = typed();
  if (!found) return close();
  const answer = await fetch(`${area.dataset.mentionUrl}?q=${encodeURIComponent(found[1])}`, { headers: { Accept: "application/json" } });
  const people = answer.ok ? await answer.json() : [];
  close();
  if (!people.length || !typed()) return;
  list = Object.assign(document.createElement("div"), { className: "menu suggest", id: "mention-list" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", `@ ${words.found}`);
  people.slice(0, 6).forEach((person, at) => {
    const one = Object.assign(document.createElement("div"), { id: `mention-${at}`, onmousedown: (event) => { event.preventDefault(); put(person.handle); } });
    one.setAttribute("role", "option");
    const face = Object.assign(new Image(24, 24), { src: person.avatar, alt: "", className: "av" });
    one.append(face, Object.assign(document.createElement("bdi"), { textContent: person.name }), Object.assign(document.createElement("bdi"), { textContent: `@${person.handle}`, dir: "ltr", className: "faint small" }));
    list.append(one);
  });
  area.closest(".compose, .ask").append(list);
  choose(0);
}

document.addEventListener("input", (event) => { if (event.target.dataset.mentionUrl) { area = event.target; clearTimeout(timer); timer = setTimeout(offer, 150); } });
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== area) return;
  const at = choices().findIndex((one) => one.getAttribute("aria-selected") === "true");
  const act = { ArrowDown: () => choose((at + 1) % choices().length), ArrowUp: () => choose((at - 1 + choices().length) % choices().length), Enter: () => choices()[at].onmousedown(event), Tab: () => choices()[at].onmousedown(event), Escape: close }[event.key];
  if (act) { event.preventDefault(); act(); }
});
document.addEventListener("focusout", (event) => event.target === area && close());
