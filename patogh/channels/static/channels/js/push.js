// Push: asks the browser for a place to send to, and says honestly where that is not possible.
const pane = document.querySelector("[data-push]");
const say = (name) => pane.querySelectorAll("[data-push-say]").forEach((part) => { part.hidden = part.dataset.pushSay !== name; });
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function known(subscription) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint)));
  const name = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return Boolean(pane.querySelector(`[data-device="${name}"]`));
}

function sameKey(subscription) {
  const key = subscription.options.applicationServerKey;
  return key && text(key) === pane.dataset.push;
}

async function look() {
  const isApple = /iPhone|iPad/.test(navigator.userAgent) && !matchMedia("(display-mode: standalone)").matches;
  if (!("serviceWorker" in navigator && "PushManager" in window && isSecureContext)) return say(isApple ? "home" : "none");
  if (Notification.permission === "denied") return say("denied");
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.getSubscription();
  return say(subscription && sameKey(subscription) && await known(subscription) ? "on" : "off");
}

async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const there = await pushManager.getSubscription();
  if (there && sameKey(there)) return there;
  if (there) await there.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pane.dataset.push) });
}

if (pane) {
  const form = pane.querySelector("form[data-push-say]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await subscribe();
      form.elements.endpoint.value = made.endpoint;
      form.elements.p256dh.value = text(made.getKey("p256dh"));
      form.elements.auth.value = text(made.getKey("auth"));
      form.submit();
    } catch {
      look().then(() => { if (Notification.permission !== "denied") say("none"); });
    }
  });
  look();
}
