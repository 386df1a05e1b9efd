// The service worker keeps one page for the time without a connection, and makes the hangout installable.
if ("serviceWorker" in navigator && isSecureContext) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
