// The verifier on the pages of the open book: fetches line, proof and policy, and counts them here, in the reader's browser.
import { show } from "./drawing.js";
import { agree, oneBook, remembered } from "./memory.js";
import { parseCheckpoint } from "./note.js";
import { parseReceipt, verifyReceipt } from "./proof.js";
import { refused, teller, told } from "./telling.js";

const CANNOT = ["no_ed25519", "no_crypto", "no_answer"]; // nothing was proved wrong; this browser could not count

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) throw new Error("no_answer");
  return answer.text();
}

const stepsFrom = (address) => async (from, to) => (await fetched(`${address}?from=${from}&to=${to}`)).split("\n").filter(Boolean);

async function count(box, tell) {
  const { receipt, policy, consistency } = box.dataset;
  const [words, rules] = await Promise.all([fetched(receipt), fetched(policy)]);
  const began = performance.now();
  const verdict = await verifyReceipt(parseReceipt(words), rules);
  const took = performance.now() - began;
  const before = await agree(verdict.proof.checkpoint, stepsFrom(consistency));
  const story = told(verdict, tell, took);
  show(box, verdict.enough ? "good" : "wait", story);
  box.dataset.took = took.toFixed(2);
  const seen = before ? tell.say("agrees", { size: tell.number(before.size) }) : tell.say("first_seen");
  box.querySelector("[data-trust]")?.replaceChildren(`${story.note} ${seen} ${tell.say("trust")}`);
}

function fail(box, tell, fault) {
  if (CANNOT.includes(fault.message)) {
    const note = box.querySelector("[data-trust]");
    return void note?.replaceChildren(tell.say(fault.message));
  }
  show(box, "bad", refused(fault, tell));
  box.querySelector("[data-trust]")?.replaceChildren(tell.say("what_to_do"));
}

async function compare(form, tell) {
  const out = form.querySelector("[data-outcome]");
  try {
    const [pasted, latest] = [parseCheckpoint(`${form.elements.seal.value.replace(/\r/g, "").trim()}\n`), parseCheckpoint(await fetched(form.dataset.latest))];
    await oneBook(pasted, latest, stepsFrom(form.dataset.consistency));
    out.textContent = tell.say("one_book", { size: tell.number(pasted.size), now: tell.number(latest.size) });
  } catch (fault) { out.textContent = tell.say(tell.words[fault.message] ? fault.message : "unknown"); }
}

const source = document.querySelector("[data-book-words]");
const tell = source && teller(JSON.parse(source.dataset.bookWords), document.documentElement.lang, JSON.parse(source.dataset.bookNames || "{}"), source.dataset.bookZone);
for (const box of document.querySelectorAll("[data-receipt]")) count(box, tell).catch((fault) => fail(box, tell, fault));
for (const form of document.querySelectorAll("form[data-compare]")) form.addEventListener("submit", (event) => { event.preventDefault(); compare(form, tell); });
