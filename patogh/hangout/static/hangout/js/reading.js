// Where somebody has read to, and to whom they answer.
const page = document.querySelector("[data-topic]");
const mine = JSON.parse(document.getElementById("mine")?.dataset.mine || "null");
if (page && mine) {
  let seen = mine.read;
  let timer = 0;
  let began = Date.now();
  const tell = () => {
    const token = document.querySelector("#act input")?.value;
    if (token && seen > mine.read) fetch(`/t/${page.dataset.topic}/read`, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token, "HX-Request": "true" }, body: new URLSearchParams({ number: seen, seconds: Math.round((Date.now() - began) / 1000) }) });
    if (seen > mine.read) began = Date.now();
    mine.read = seen;
  };
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) seen = Math.max(seen, Number(entry.target.dataset.number));
    clearTimeout(timer);
    timer = setTimeout(tell, 1500);
  });
  const observe = () => document.querySelectorAll("[data-number]:not([data-watched])").forEach((post) => { post.dataset.watched = ""; watch.observe(post); });
  observe();
  new MutationObserver(observe).observe(document.getElementById("thread"), { childList: true });
  document.addEventListener("visibilitychange", () => document.hidden && tell());
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-reply]");
  const form = document.querySelector("form[data-compose]");
  if (!link || !form) return;
  event.preventDefault();
  form.querySelector("[name=parent]").value = link.dataset.reply;
  const note = form.querySelector("[data-replying-to]");
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: JSON.parse(document.body.dataset.words || "{}").cancel || "×" });
  cancel.addEventListener("click", () => { form.querySelector("[name=parent]").value = ""; note.hidden = true; form.querySelector("textarea").focus(); });
  note.replaceChildren(note.dataset.words.replace("NAME", link.dataset.name), " · ", cancel);
  note.hidden = false;
  form.querySelector("textarea").focus();
});
