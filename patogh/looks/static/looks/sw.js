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
