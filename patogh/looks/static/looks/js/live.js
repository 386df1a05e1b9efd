// Live pages. <html data-live-url> is the stream. An element says data-live="event names" (and data-live-subject="id" to
// hear of one thing only) and data-live-get="address of its HTML"; a fragment is fetched, so it is always the viewer's own.
// data-live-into="#list": new pieces are appended there, behind the pill (pill.js). Otherwise the element is replaced.
const address = document.documentElement.dataset.liveUrl;
const pollMs = 20000;
const events = new Set();
let stream = null;
let failures = 0;
let polling = 0;

const parts = () => [...document.querySelectorAll("[data-live]")];
const told = (part, type, data) => part.dataset.live.split(" ").includes(type) && (!part.dataset.liveSubject || part.dataset.liveSubject === String(data.subject ?? data.id));

function hear(part, type, data) {
  if (part.dataset.liveInto) part.dispatchEvent(new CustomEvent("patogh:more", { bubbles: true, detail: data }));
  else if (part.dataset.liveGet && !part.contains(document.activeElement)) window.htmx?.ajax("GET", part.dataset.liveGet, { target: part, swap: part.dataset.liveSwap || "outerHTML" });
  else if (part.hasAttribute("data-bell")) part.classList.add("dot-new");
}

function onEvent(event) {
  let data = {};
  try { data = JSON.parse(event.data); } catch { /* words without data */ }
  const refresh = event.type === "refresh";
  for (const part of parts()) if (refresh || told(part, event.type, data)) hear(part, event.type, data);
  document.dispatchEvent(new CustomEvent("patogh:live", { detail: { type: event.type, data } }));
}

function listen() {
  for (const part of parts()) for (const name of part.dataset.live.split(" ")) {
    if (!stream || events.has(name)) continue;
    events.add(name);
    stream.addEventListener(name, onEvent);
  }
}

function open() {
  events.clear();
  stream = new EventSource(address, { withCredentials: true });
  stream.onopen = () => { failures = 0; clearInterval(polling); };
  stream.addEventListener("refresh", onEvent);
  stream.onerror = () => {
    if (++failures === 3) poll();
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(open, Math.min(60000, 1000 * 2 ** failures) * (0.5 + Math.random()));
  };
  listen();
}

function poll() {
  clearInterval(polling);
  polling = setInterval(() => document.hidden || parts().forEach((part) => part.hasAttribute("data-live-get") && hear(part, "refresh", {})), pollMs);
}

document.addEventListener("htmx:after:swap", listen);
if (address && window.EventSource) open();
else if (parts().length) poll();
