// A topic's page: what is the reader's own (#mine), words as buttons that need no reload, and posts that changed elsewhere.
const page = document.querySelector("[data-topic]");
const mine = JSON.parse(document.getElementById("mine")?.dataset.mine || "null");
const token = () => document.querySelector("#act input[name=csrfmiddlewaretoken]")?.value || "";
const postOf = (node) => node.closest("[data-post]");

function dress(scope) {
  if (!mine) return;
  for (const button of scope.querySelectorAll("button[data-word]")) button.setAttribute("aria-pressed", mine.reactions.includes(`${postOf(button)?.dataset.post}:${button.dataset.word}`));
}

async function refresh(number) {
  const old = document.getElementById(`p${number}`);
  if (!old) return;
  const answer = await fetch(`/t/${page.dataset.topic}/posts?only=${number}`, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
  if (!answer.ok) return;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  const fresh = box.content.querySelector("[data-post]");
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.word || "" : null;
  if (!fresh || (focused === "" && !document.activeElement.matches("body"))) return;
  old.replaceWith(fresh);
  dress(fresh);
  if (focused) fresh.querySelector(`[data-word="${focused}"]`)?.focus();
}

async function say(post, word) {
  const key = `${post.dataset.post}:${word}`;
  const has = mine.reactions.includes(key);
  const answer = await fetch(`/posts/${post.dataset.post}/reactions/${word}`, { method: has ? "DELETE" : "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  if (!answer.ok) return document.getElementById("toasts")?.insertAdjacentHTML("beforeend", await answer.text());
  mine.reactions = has ? mine.reactions.filter((one) => one !== key) : [...mine.reactions, key];
  await refresh(post.dataset.number);
}

if (page) {
  dress(document);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-word]");
    if (!button || !postOf(button)) return;
    event.preventDefault();
    if (mine) say(postOf(button), button.dataset.word);
    else location.assign(`/account/login/?next=${encodeURIComponent(location.pathname)}`);
  });
  document.addEventListener("patogh:live", ({ detail }) => {
    if (["edit", "reaction", "acceptance"].includes(detail.type) && String(detail.data.topic) === page.dataset.topic) refresh(detail.data.number);
  });
  new MutationObserver((changes) => changes.forEach((one) => one.addedNodes.forEach((node) => node.querySelectorAll && dress(node)))).observe(document.getElementById("thread"), { childList: true });
}
