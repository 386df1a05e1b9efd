// The menus of a post, made from the page's templates when they are asked for; without scripts the links lead to a page.
const page = document.querySelector("[data-topic]");
const me = JSON.parse(document.getElementById("mine")?.dataset.mine || "null");

function menuFor(link, post, from) {
  const menu = document.createElement("div");
  menu.className = "menu menu-open";
  menu.setAttribute("role", "group");
  menu.setAttribute("aria-label", link.getAttribute("aria-label") || link.textContent);
  menu.innerHTML = document.getElementById(from).innerHTML.replaceAll("POST", post.dataset.post).replaceAll("NUMBER", post.dataset.number);
  const own = me && (me.staff || String(me.me) === post.dataset.by);
  if (!own) menu.querySelectorAll("[data-for=own]").forEach((line) => line.remove());
  const trash = post.dataset.number === "1" && menu.querySelector("[formaction$=trash]"); // the talk stands on its opening
  if (trash && (me?.staff || page.dataset.last === "1")) trash.setAttribute("formaction", `/t/${page.dataset.topic}/trash`); else if (trash) trash.remove();
  const kept = me?.bookmarks.includes(Number(post.dataset.post)) && menu.querySelector("[data-do=bookmark] span");
  if (kept) kept.textContent = kept.dataset.on;
  return menu;
}

function close(focus) {
  const open = document.querySelector(".menu-open");
  open?.opener?.setAttribute("aria-expanded", "false");
  if (focus) open?.opener?.focus();
  open?.remove();
}

const acts = { quote: async (line) => quote(await (await fetch(line.href)).text()), bookmark: (line, post) => keep(Number(post.dataset.post), line.dataset) };

async function keep(number, words) {
  const kept = me.bookmarks.includes(number);
  const answer = await fetch(`/posts/${number}/bookmark`, { method: kept ? "DELETE" : "POST", headers: { "X-CSRFToken": document.querySelector("#act input").value, "HX-Request": "true" } });
  if (!answer.ok) return document.getElementById("toasts")?.insertAdjacentHTML("beforeend", await answer.text());
  me.bookmarks = kept ? me.bookmarks.filter((one) => one !== number) : [...me.bookmarks, number];
  document.dispatchEvent(new CustomEvent("patogh:toast", { detail: { text: kept ? words.gone : words.kept, undo: () => keep(number, words) } }));
}

function quote(text) {
  const area = document.getElementById("reply-text");
  if (!area) return;
  area.value = `${area.value ? `${area.value}\n\n` : ""}${text.trim().split("\n").map((one) => `> ${one}`).join("\n")}\n\n`;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-words], a[data-more]");
  const post = event.target.closest("[data-post]");
  const line = event.target.closest(".menu-open [data-do]");
  if (line && post) { event.preventDefault(); acts[line.dataset.do]?.(line, post); }
  const was = document.querySelector(".menu-open")?.opener;
  if (!event.target.closest(".menu-open") || line) close(false); // a word closes it by renewing the post
  if (!link || !post || !me || !page || was === link) return link && me && event.preventDefault();
  event.preventDefault();
  const menu = menuFor(link, post, "words" in link.dataset ? "word-menu" : "more-menu");
  menu.opener = link;
  link.setAttribute("aria-expanded", "true");
  link.parentElement.append(menu);
  menu.querySelector("a, button")?.focus();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && close(true));
