// A sealed poll's desk: the browser makes the key of this poll, keeps it where no page can read it, seals and signs the vote.
const desk = document.querySelector("[data-ballot]");
const { hex, sealOf, ballotText, unhex } = globalThis.patoghBallots;

function kept(mode, act) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("patogh-ballots", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("polls");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const turn = opening.result.transaction("polls", mode);
      const asked = act(turn.objectStore("polls"));
      turn.oncomplete = () => done(asked.result);
      turn.onerror = turn.onabort = () => failed(turn.error);
    };
  });
}

const read = (poll) => kept("readonly", (store) => store.get(poll));
const keep = (poll, what) => kept("readwrite", (store) => store.put(what, poll));
const put = (form, values) => Object.entries(values).forEach(([name, value]) => { form.elements[name].value = value; });
const say = (name) => desk.querySelectorAll("[data-say]").forEach((one) => { one.hidden = one.dataset.say !== name; });

const steps = {
  async enrol(form, poll) {
    let own = await read(poll);
    if (!own) {
      const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
      own = { key: pair.privateKey, voter: hex(await crypto.subtle.exportKey("raw", pair.publicKey)) };
      await keep(poll, own);
    }
    put(form, { key: own.voter });
  },
  async vote(form, poll) {
    const own = await read(poll);
    if (!own || own.voter !== desk.dataset.voter) return "elsewhere";
    const choice = form.querySelector("input[name=choice]:checked").value, nonce = crypto.getRandomValues(new Uint8Array(32));
    const seal = await sealOf(poll, choice, nonce), only = form.elements.alone.checked;
    const sig = hex(await crypto.subtle.sign({ name: "Ed25519" }, own.key, ballotText(poll, own.voter, seal)));
    if (only) await keep(poll, { ...own, choice, nonce: hex(nonce) });
    put(form, { voter: own.voter, seal, sig, r: only ? "" : hex(nonce) });
    if (only) form.querySelectorAll("input[name=choice]").forEach((one) => { one.disabled = true; });
  },
  async open(form, poll) {
    const own = await read(poll);
    if (!own?.nonce) return "elsewhere";
    put(form, { choice: own.choice, r: own.nonce });
  },
};

desk?.addEventListener("submit", (event) => {
  const step = steps[event.target.dataset.step];
  if (!step) return;
  event.preventDefault();
  step(event.target, desk.dataset.ballot).then((trouble) => (trouble ? say(trouble) : event.target.submit()), () => say("unable"));
});
