// The verifier as one file that anybody can keep: receipts and proofs are pasted or dropped; nothing is fetched, ever.
import { show } from "./drawing.js";
import { Fault, utf8 } from "./bytes.js";
import { parseReceipt, verifyReceipt } from "./proof.js";
import { refused, teller, told } from "./telling.js";

const TAKEN_BYTES_MAX = 1_000_000;
const all = JSON.parse(document.getElementById("words").textContent);
const page = document.documentElement;
const [receipt, policy, box] = ["receipt", "policy", "verdict"].map((id) => document.getElementById(id));

function speak(lang) {
  page.lang = lang;
  page.dir = lang === "fa" ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = all[lang][element.dataset.word];
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  document.title = all[lang].file_title;
}

// A receipt file, or a bare .tlog-proof with the line itself before it: what was dropped says what it is.
function taken(words) {
  if (utf8(words).length > TAKEN_BYTES_MAX) throw new Fault("too_large");
  const trimmed = words.replace(/\r\n/g, "\n").trim();
  if (!trimmed) throw new Fault("nothing_given");
  return parseReceipt(trimmed);
}

async function count() {
  const tell = teller(all[page.lang], page.lang);
  box.hidden = false;
  try {
    if (!policy.value.trim()) throw new Fault("no_policy");
    const began = performance.now();
    const verdict = await verifyReceipt(taken(receipt.value), policy.value.replace(/\r\n/g, "\n"));
    const story = told(verdict, tell, performance.now() - began);
    show(box, verdict.enough ? "good" : "wait", story);
    box.querySelector("[data-trust]").textContent = `${story.note} ${tell.say("trust_file")}`;
  } catch (fault) {
    show(box, "bad", refused(fault, tell));
    box.querySelector("[data-trust]").textContent = tell.say("what_to_do");
  }
  box.focus();
}

async function drop(event) {
  event.preventDefault();
  for (const file of event.dataTransfer?.files || event.target.files || []) {
    const words = file.size > TAKEN_BYTES_MAX ? "" : await file.text();
    (words.trimStart().startsWith("{") ? receipt : policy).value = words;
  }
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", drop);
document.getElementById("files").addEventListener("change", drop);
document.getElementById("count").addEventListener("click", count);
for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => speak(button.dataset.lang));
speak((navigator.language || "fa").startsWith("fa") ? "fa" : "en");
