// One page, with its styles and letters, for the time without a connection; everything else always comes from the house.
const shelf = "patogh-VERSION";

async function fresh(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && /\/static\/.*\.(css|woff2|svg)$/.test(request.url)) (await caches.open(shelf)).put(request, answer.clone());
    return answer;
  } catch (failure) {
    const kept = await caches.match(request.mode === "navigate" ? "/offline" : request);
    if (kept) return kept;
    throw failure;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shelf).then((cache) => cache.add("/offline")).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== shelf).map((name) => caches.delete(name)))));
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method === "GET" && (mode === "navigate" || new URL(url).pathname.startsWith("/static/"))) event.respondWith(fresh(event.request));
});

// A message by push is shown as it came; opening it leads to our own house only, and says that it was seen.
function ours(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin ? url.href : location.origin;
  } catch { return location.origin; }
}
async function open(url) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split("#")[0] === url.split("#")[0]);
  return there ? there.focus() : self.clients.openWindow(url);
}
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* shown without words: a browser wants every message shown */ }
  const { title, body, dir, lang, tag, icon, url, seen } = said;
  const shown = { body: body || "", dir: dir || "auto", lang: lang || "", icon, data: { url: ours(url || "/notices"), seen } };
  event.waitUntil(self.registration.showNotification(title || location.host, tag ? { ...shown, tag } : shown));
});
self.addEventListener("notificationclick", (event) => {
  const { url, seen } = event.notification.data;
  event.notification.close();
  const told = seen ? fetch("/push/seen", { method: "POST", credentials: "omit", body: new URLSearchParams({ seen }) }).catch(() => {}) : null;
  event.waitUntil(Promise.all([open(url), told]));
});
