// Chat on any site: <script src="https://…/chat.js" data-patogh="address" async></script>. See docs/chat.md.
// Everything said is a text node; styles are a constructed sheet in a shadow root, so neither page disturbs the other.
(() => {
  "use strict";
  const tag = document.currentScript;
  const waiting = (window.patogh && window.patogh.q) || [];
  if (!tag || !tag.dataset.patogh || (window.patogh && window.patogh.ready)) return;
  const home = new URL(".", tag.src).href, address = tag.dataset.patogh, shelf = `patogh-chat:${address}`;
  const WORDS = {
    fa: { open: "گفت‌وگو با {name}", close: "بستن", write: "پیامتان", send: "فرستادن", pick: "فرستادن تصویر", more: "نام و ایمیل (اگر خواستید)", name: "نام", email: "ایمیل", line: "هر چه بنویسید نگه می‌داریم تا پاسخ بدهیم.", waits: "منتظر می‌ماند", sent: "فرستاده شد", lost: "نرفت", again: "دوباره بفرست", off: "وصل نیستید؛ پیام‌ها می‌مانند و بعد می‌روند.", big: "تصویر باید PNG، JPEG، WebP یا GIF و حداکثر ۵ مگابایت باشد.", picture: "تصویر", unread: "{count} پیام تازه", you: "شما", mail: "این گفت‌وگو را با ایمیل بفرست", get: "بفرست", code: "رمزی که به ایمیلتان آمد", mailed: "گفت‌وگو به ایمیلتان فرستاده می‌شود.", coded: "رمزی شش‌رقمی به ایمیلتان فرستادیم؛ اینجا بنویسید." },
    en: { open: "Chat with {name}", close: "Close", write: "Your message", send: "Send", pick: "Send a picture", more: "Name and e-mail (if you like)", name: "Name", email: "E-mail", line: "We keep what you write, to answer you.", waits: "waits", sent: "sent", lost: "not sent", again: "Send again", off: "You are offline; messages wait and leave later.", big: "A picture has to be PNG, JPEG, WebP or GIF, at most 5 MB.", picture: "Picture", unread: "{count} new messages", you: "You", mail: "Send this conversation by e-mail", get: "Send", code: "The code that came by e-mail", mailed: "The conversation is on its way to your e-mail.", coded: "We mailed you a code of six digits; write it here." },
  };
  const CSS = `:host{all:initial;position:fixed;z-index:2147483000;inset-block-end:calc(20px + var(--patogh-chat-lift,0px));inset-inline-end:20px;--b:#0f766e;--i:#fff;--p:#fff;--t:#1c2321;--m:#5b6663;--w:#eef2f0;--l:#d8dfdc;font:16px/1.7 Vazirmatn,system-ui,Tahoma,sans-serif;color:var(--t)}
*{box-sizing:border-box;font:inherit;color:inherit;letter-spacing:0}[hidden]{display:none!important}
button{border:0;background:none;cursor:pointer;border-radius:12px;min-inline-size:44px;min-block-size:44px}
:focus-visible{outline:3px solid var(--b);outline-offset:2px}
.b{position:relative;inline-size:60px;block-size:60px;border-radius:50%;background:var(--b);color:var(--i);box-shadow:0 6px 22px #0004}
svg{inline-size:24px;block-size:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;vertical-align:middle}
.n{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:24px;padding-inline:6px;border-radius:12px;background:#b3261e;color:#fff;font-size:14px;line-height:24px}
.p{position:absolute;inset-block-end:0;inset-inline-end:0;inline-size:372px;max-inline-size:calc(100vw - 40px);block-size:min(600px,calc(100dvh - 40px - var(--patogh-chat-lift,0px)));display:flex;flex-direction:column;background:var(--p);border-radius:18px;overflow:hidden;box-shadow:0 14px 50px #0005}
.h{display:flex;align-items:center;gap:8px;background:var(--b);color:var(--i);padding:8px 16px;font-weight:700}.h b{flex:1;font-weight:700;overflow-wrap:anywhere}.h :focus-visible,.s:focus-visible{outline-color:var(--i);outline-offset:-4px}
.g{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px;display:flex;flex-direction:column;gap:10px}
.m{max-inline-size:84%;align-self:flex-start;background:var(--w);border-radius:14px;padding:8px 14px;overflow-wrap:anywhere;white-space:pre-wrap}
.m p{margin:0;unicode-bidi:plaintext;text-align:start}.m small{display:block;font-size:13px;color:var(--m)}.m img{max-inline-size:100%;max-block-size:240px;border-radius:8px;display:block}.m button{min-block-size:32px;text-decoration:underline}
.o{align-self:flex-end;background:var(--b);color:var(--i)}.o small{color:inherit}
.f{border-block-start:1px solid var(--l);padding:10px 12px;display:grid;gap:8px}.r{display:flex;gap:8px;align-items:flex-end}
textarea,input{inline-size:100%;background:var(--p);border:1px solid var(--m);border-radius:12px;padding:8px 12px;min-block-size:44px;resize:none}
textarea{flex:1;max-block-size:140px}.s{background:var(--b);color:var(--i);flex:none}.a{color:var(--m);flex:none}
.c,summary{font-size:13px;color:var(--m);margin:0}summary{cursor:pointer;padding-block:4px}label{font-size:13px;display:block}.e{color:#b3261e}
.v{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
@media (prefers-color-scheme:dark){:host{--p:#17201e;--t:#eef3f1;--m:#a9b6b2;--w:#25312e;--l:#33403c}.e{color:#ffb4ab}}
@media (max-width:480px){.p{position:fixed;inset:0;inline-size:100%;max-inline-size:none;block-size:100dvh;border-radius:0}}
@media print{:host{display:none}}`;
  const ICONS = { chat: "M21 12a8 8 0 0 1-8 8H4l2-3.5A8 8 0 1 1 21 12z", x: "M6 6l12 12M18 6L6 18", send: "M12 20V5M6 11l6-6 6 6", pick: "M4 5h16v14H4zM4 16l5-5 5 5 3-3 3 3" };
  const memory = {};
  let look = {}, lang = "fa", t = WORDS.fa, who = null, box, ui = {}, unread = 0, timer = 0, stream = null, busy = false, tries = 0, quiet = 0, asking = null;
  const shown = new Map(), blobs = new Map();

  const make = () => { const raw = crypto.getRandomValues(new Uint8Array(30)); return btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_"); };
  function read() { let kept = null; try { kept = JSON.parse(localStorage.getItem(shelf)); } catch { kept = memory.kept; } return { token: "", user: "", out: [], last: 0, seen: 0, ...(kept || {}) }; }
  function keep(change) { const now = { ...read(), ...change }; memory.kept = now; try { localStorage.setItem(shelf, JSON.stringify(now)); } catch { /* kept in this page only */ } return now; }
  const token = () => read().token || keep({ token: make() }).token;
  const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const digits = (number) => new Intl.NumberFormat(lang).format(number);

  async function ask(what, body) {
    const answer = await fetch(`${home}channels/${address}/chat/${what}?language=${lang}`, { method: "POST", body: JSON.stringify(body), credentials: "omit", cache: "no-store", referrerPolicy: "origin" });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    const wait = answer.status === 429 || answer.status >= 500;
    throw Object.assign(new Error(said.error || `HTTP ${answer.status}`), { code: said.code, final: !wait, after: +answer.headers.get("Retry-After") || 0 });
  }

  function el(name, css, props = {}, ...inside) {
    const made = Object.assign(document.createElement(name), props);
    if (css) made.className = css;
    made.append(...inside);
    return made;
  }
  function icon(name) {
    const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
    svg.setAttribute("viewBox", "0 0 24 24"); svg.setAttribute("aria-hidden", "true"); path.setAttribute("d", ICONS[name]); svg.append(path);
    return svg;
  }
  const button = (css, name, label, onclick) => { const made = el("button", css, { type: "button", onclick }, icon(name)); made.setAttribute("aria-label", label); return made; };

  function build() {
    box = el("patogh-chat"); box.dir = lang === "fa" ? "rtl" : "ltr"; box.lang = lang;
    const root = box.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
    const colour = /^#[0-9a-f]{6}$/i.test(look.colour) ? look.colour : "#0f766e";
    const light = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    sheet.replaceSync(`${CSS}:host{--b:${colour};--i:${0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.18 ? "#111" : "#fff"}}`);
    root.adoptedStyleSheets = [sheet];
    const title = fill(t.open, { name: lang === "fa" ? look.name : look.name_en });
    ui.count = el("span", "n", { hidden: true });
    ui.bubble = button("b", "chat", title, open); ui.bubble.append(ui.count); ui.bubble.setAttribute("aria-expanded", "false");
    ui.log = el("div", "g"); ui.log.setAttribute("role", "log"); ui.log.setAttribute("aria-live", "polite"); ui.log.tabIndex = 0; ui.log.setAttribute("aria-label", title);
    ui.text = el("textarea", "", { rows: 1, maxLength: 4000, dir: "auto", placeholder: t.write }); ui.text.setAttribute("aria-label", t.write);
    ui.text.onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); } };
    ui.text.oninput = () => { ui.text.rows = Math.min(5, ui.text.value.split("\n").length); keep({ draft: ui.text.value }); };
    ui.file = el("input", "", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif", hidden: true, onchange: picked });
    ui.name = el("input", "", { maxLength: 80, autocomplete: "name", dir: "auto" }); ui.email = el("input", "", { type: "email", maxLength: 200, autocomplete: "email", dir: "ltr" });
    ui.about = el("details", "", { hidden: !look.asks_name }, el("summary", "", {}, t.more), el("label", "", {}, t.name, ui.name), el("label", "", {}, t.email, ui.email));
    ui.told = el("p", "c", { hidden: true }); ui.told.setAttribute("role", "status");
    ui.to = el("input", "", { type: "email", maxLength: 200, autocomplete: "email", dir: "ltr" }); ui.code = el("input", "", { inputMode: "numeric", autocomplete: "one-time-code", maxLength: 12, dir: "ltr" });
    ui.coded = el("label", "", { hidden: true }, t.code, ui.code); ui.mailed = el("p", "c", { hidden: true }); ui.mailed.setAttribute("role", "status");
    ui.mail = el("details", "", { hidden: true, ontoggle: () => { ui.to.value ||= (who && who.email) || read().email || ""; } }, el("summary", "", {}, t.mail), el("label", "", {}, t.email, ui.to), ui.coded, el("button", "s", { type: "button", onclick: mail }, t.get), ui.mailed);
    ui.to.onchange = () => { ui.coded.hidden = true; ui.code.value = ""; };
    const send = button("s", "send", t.send, submit), form = el("form", "f", { onsubmit: (event) => { event.preventDefault(); submit(); } });
    form.append(ui.told, ui.about, el("div", "r", {}, button("a", "pick", t.pick, () => ui.file.click()), ui.text, send), ui.file, ui.mail, el("p", "c", {}, look.line || t.line));
    ui.panel = el("div", "p", { hidden: true, onkeydown: keys }, el("div", "h", {}, el("b", "", {}, title), button("", "x", t.close, close)), ui.log, form);
    ui.panel.setAttribute("role", "dialog"); ui.panel.setAttribute("aria-modal", "true"); ui.panel.setAttribute("aria-label", title);
    const kept = read(); ui.name.value = kept.name || ""; ui.email.value = kept.email || ""; ui.text.value = kept.draft || "";
    ui.name.onchange = ui.email.onchange = () => keep({ name: ui.name.value, email: ui.email.value });
    if (look.greeting) ui.log.append(bubble({ text: look.greeting }));
    root.append(ui.bubble, ui.panel); document.body.append(box);
    for (const one of kept.out) draw({ ...one, mine: true, state: t.waits });
  }

  function open() { if (!box) return; ui.panel.hidden = false; ui.bubble.hidden = true; ui.bubble.setAttribute("aria-expanded", "true"); unread = 0; badge(); keep({ seen: read().last }); quiet = 0; ui.text.focus(); down(); poll(); }
  function close() { if (!box) return; ui.panel.hidden = true; ui.bubble.hidden = false; ui.bubble.setAttribute("aria-expanded", "false"); ui.bubble.focus(); plan(); }
  function keys(event) {
    if (event.key === "Escape") { event.stopPropagation(); close(); return; }
    if (event.key !== "Tab") return;
    const stops = [...ui.panel.querySelectorAll("button,textarea,summary,input:not([hidden]),[tabindex]")].filter((one) => one.getClientRects().length && !one.closest("details:not([open]) > :not(summary)"));
    const at = box.shadowRoot.activeElement, edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (at === edge) { event.preventDefault(); (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus(); }
  }
  function badge() { ui.count.hidden = !unread; ui.count.textContent = digits(unread); ui.bubble.setAttribute("aria-label", ui.panel.getAttribute("aria-label") + (unread ? `${lang === "fa" ? "،" : ","} ${fill(t.unread, { count: digits(unread) })}` : "")); }
  const down = () => { ui.log.scrollTop = ui.log.scrollHeight; };
  function say(words, wrong) { ui.told.hidden = !words; ui.told.textContent = words || ""; ui.told.classList.toggle("e", !!wrong); }

  function bubble(one) {
    const made = el("div", one.mine ? "m o" : "m");
    if (blobs.has(one.key)) made.append(el("img", "", { src: blobs.get(one.key), alt: t.picture }));
    else for (const name of one.files || []) made.append(el("p", "", { dir: "auto" }, `🖼 ${name}`));
    if (one.text) made.append(el("p", "", { dir: "auto" }, one.text));
    const when = one.at ? new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { hour: "numeric", minute: "2-digit" }).format(new Date(one.at)) : "";
    made.append(el("small", "", { dir: "auto" }, [one.by, one.state || when].filter(Boolean).join(" · ")));
    if (one.again) made.append(el("button", "", { type: "button", onclick: one.again }, t.again));
    return made;
  }
  function draw(one) {
    const name = one.key || `#${one.id}`, made = bubble(one), old = shown.get(name);
    if (old) old.replaceWith(made); else ui.log.append(made);
    shown.set(name, made); if (one.id) ui.mail.hidden = false; down();
  }

  function submit() {
    const text = ui.text.value.trim();
    if (!text) return;
    const one = { key: make().slice(0, 24), text, at: Date.now() };
    keep({ out: [...read().out, one], draft: "" }); ui.text.value = ""; ui.text.rows = 1;
    draw({ ...one, mine: true, state: t.waits }); ui.text.focus(); quiet = 0; flush();
  }
  function picked() {
    const file = ui.file.files[0]; ui.file.value = "";
    if (!file) return;
    if (file.size > 5 * 1024 * 1024 || !/^image\/(png|jpeg|webp|gif)$/.test(file.type)) { say(t.big, true); return; }
    const reader = new FileReader(), one = { key: make().slice(0, 24), text: "", at: Date.now() };
    reader.onload = () => { blobs.set(one.key, URL.createObjectURL(file)); one.picture = { name: file.name, data: reader.result.split(",")[1] }; leave(one); };
    reader.readAsDataURL(file);
  }
  async function mail() {
    const note = (words, wrong) => { ui.mailed.hidden = false; ui.mailed.textContent = words; ui.mailed.classList.toggle("e", !!wrong); };
    try {
      const said = await ask("transcript", { token: token(), email: ui.to.value.trim(), code: ui.coded.hidden ? "" : ui.code.value.trim(), who: who || {} });
      ui.coded.hidden = said.state !== "code"; ui.code.value = ""; note(said.state === "code" ? t.coded : t.mailed);
      if (said.state === "code") ui.code.focus();
    } catch (error) { note(error.final || error.code ? error.message : t.off, true); if (error.code === "code_wrong") { ui.coded.hidden = true; ui.code.value = ""; } }
  }
  const whole = (one) => ({ token: token(), key: one.key, text: one.text, picture: one.picture, page: location.origin + location.pathname, age_s: Math.max(0, Math.round((Date.now() - one.at) / 1000)), who: who || { name: read().name, email: read().email } });
  async function leave(one) {
    draw({ ...one, mine: true, state: t.waits });
    try { await ask("messages", whole(one)); draw({ ...one, mine: true }); say(""); poll(); return true; } catch (error) {
      if (error.code === "hash_wrong") { refused(error); return leave(one); }
      if (error.final || one.picture) { draw({ ...one, mine: true, state: `${t.lost} — ${error.final ? error.message : t.off}`, again: error.code === "silenced" ? null : () => leave(one) }); return !!error.final; }
      say(error.code === "too_many" || error.after ? error.message : t.off); tries += 1;
      setTimeout(flush, Math.max(error.after * 1000, Math.min(60000, 1000 * 2 ** tries)));
      return false;
    }
  }
  async function flush() {
    if (!box || busy || asking) return;
    busy = true;
    try { for (let one = read().out[0]; one; one = read().out[0]) { if (!(await leave(one))) break; tries = 0; keep({ out: read().out.filter((other) => other.key !== one.key) }); } } finally { busy = false; }
  }

  async function poll() {
    clearTimeout(timer);
    const kept = read();
    if (kept.token) try {
      const said = await ask("answers", { token: kept.token, after: ui.got || 0 });
      if (read().token !== kept.token) return;
      quiet = said.messages.length ? 0 : quiet + 1;
      for (const one of said.messages) {
        if (!one.mine && one.id > kept.seen && ui.panel.hidden && !shown.has(`#${one.id}`)) unread += 1;
        ui.got = Math.max(ui.got || 0, one.id); draw(one);
      }
      keep({ last: Math.max(read().last, ui.got || 0), ...(ui.panel.hidden ? {} : { seen: ui.got || 0 }) }); badge(); listen(said.live);
    } catch (error) { if (error.final) { stream?.close(); return; } quiet += 1; plan(error.after); return; }
    plan();
  }
  // The stream knocks; without it, asking grows rarer while nothing new comes: 5 s to a minute open, 30 s to five minutes closed.
  function plan(after) {
    clearTimeout(timer);
    const [first, last] = stream?.readyState === 1 ? [60000, 60000] : ui.panel.hidden ? [30000, 300000] : [5000, 60000];
    timer = setTimeout(() => document.hidden ? plan() : poll(), Math.max((after > 0 && after * 1000) || 0, Math.min(last, first * 2 ** Math.min(quiet >> 2, 6))) * (0.9 + Math.random() / 5));
  }
  function listen(live) {
    if (!live || !window.EventSource || (stream && stream.readyState !== 2)) return;
    stream = new EventSource(new URL(live, home));
    stream.addEventListener("said", poll); stream.addEventListener("refresh", poll); stream.onopen = () => plan();
  }

  function refused(error) { console.warn(`patogh: ${error.message}`); who = null; }
  async function identify(said) {
    if (!said || !said.id) { refused({ message: "identify: {id, hash} is wanted" }); return; }
    who = { id: String(said.id), email: said.email || "", name: said.name || "", hash: said.hash || "", email_hash: said.email_hash || "" };
    asking = ask("identify", { who });
    try { await asking; const user = read().user; if (user && user !== who.id) forget(); keep({ user: who.id }); if (ui.about) ui.about.hidden = true; } catch (error) { if (error.final) refused(error); } finally { asking = null; flush(); }
  }
  function forget() { keep({ token: "", user: "", out: [], last: 0, seen: 0, draft: "", name: "", email: "" }); wipe(); }
  function wipe() { for (const one of shown.values()) one.remove(); shown.clear(); ui.got = 0; unread = 0; if (ui.mail) ui.mail.hidden = true; stream?.close(); stream = null; if (box) badge(); }
  const orders = { identify, open, close, forget: () => { who = null; forget(); } };
  window.patogh = (order, ...more) => { if (orders[order]) return orders[order](...more); console.warn(`patogh: ${order}?`); };
  window.patogh.ready = true;

  async function start() {
    lang = (tag.dataset.language || document.documentElement.lang || navigator.language || "fa").toLowerCase().startsWith("fa") ? "fa" : "en";
    try { look = await ask("hello", {}); } catch (error) {
      if (error.final) console.warn(`patogh: ${error.message}`); else setTimeout(start, 30000);
      return;
    }
    if (look.language && !tag.dataset.language) lang = look.language;
    t = WORDS[lang]; build();
    for (const call of waiting) window.patogh(...call);
    flush(); poll();
  }
  addEventListener("online", () => { tries = 0; flush(); poll(); });
  document.addEventListener("visibilitychange", () => document.hidden || (box && poll()));
  addEventListener("storage", (event) => { if (event.key !== shelf || !box) return; if (!read().token && shown.size) wipe(); else poll(); });
  if (document.body) start(); else addEventListener("DOMContentLoaded", start);
})();
