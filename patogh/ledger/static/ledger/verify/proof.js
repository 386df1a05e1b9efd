// Proofs and receipts (C2SP tlog-proof, patogh-receipt/v1): what was written, where it stands, who saw the seal over it.
import { Fault, decimal, hex, joined, same, sha256, text, unbase64, unhex, utf8 } from "./bytes.js";
import { parseCheckpoint } from "./note.js";
import { judged, parsePolicy } from "./policy.js";
import { leafHash, verifyInclusion } from "./tree.js";

const HEAD = "c2sp.org/tlog-proof@v1", STEPS_MAX = 63, ENTRY_BYTES_MAX = 65535;
export function parseProof(words) {
  const cut = words.indexOf("\n\n");
  const lines = words.slice(0, Math.max(cut, 0)).split("\n");
  if (lines.shift() !== HEAD) throw new Fault("not_a_proof");
  if (lines[0]?.startsWith("extra ")) unbase64(lines.shift().slice(6));
  const [, index] = /^index (\d+)$/.exec(lines.shift() || "") || [];
  if (index === undefined || lines.length > STEPS_MAX) throw new Fault("not_a_proof");
  return { index: decimal(index), steps: lines.map(unbase64), checkpoint: parseCheckpoint(words.slice(cut + 2)) };
}

export function parseReceipt(words) {
  let said = null;
  try { said = JSON.parse(words); } catch { /* said below */ }
  if (said?.format !== "patogh-receipt/v1" || typeof said.entry !== "string" || typeof said.proof !== "string") throw new Fault("not_a_receipt");
  const openings = Array.isArray(said.openings) ? said.openings : [];
  return { entry: unbase64(said.entry), openings, proof: said.proof };
}

// JSON in the one form of RFC 8785; with ASCII keys and whole numbers this is sorting alone.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Fault("bad_entry");
  return JSON.stringify(value);
}

export function parseEntry(bytes) {
  if (bytes.length > ENTRY_BYTES_MAX) throw new Fault("bad_entry");
  let said = null;
  try { said = JSON.parse(text(bytes)); } catch { /* said below */ }
  if (typeof said?.t !== "string" || !same(utf8(canonical(said)), bytes)) throw new Fault("bad_entry");
  return said;
}

const strings = (value) => (value && typeof value === "object" ? Object.values(value).flatMap(strings) : [value]);
const prefixed = (bytes) => joined(Uint8Array.of(bytes.length >>> 24, bytes.length >>> 16, bytes.length >>> 8, bytes.length), bytes);

export async function committed(kind, { field, value, salt }) {
  return hex(await sha256(joined(...[utf8(`patogh/${kind}/${field}/v1`), utf8(value), unhex(salt)].map(prefixed))));
}

// The whole receipt: the line is what it says, its openings are of this line, it stands under the seal, the seal is signed.
export async function verifyReceipt(receipt, policyWords) {
  const [said, proof, policy] = [parseEntry(receipt.entry), parseProof(receipt.proof), await parsePolicy(policyWords)];
  const inside = new Set(strings(said));
  for (const opening of receipt.openings) if (!inside.has(await committed(said.t, opening))) throw new Fault("bad_opening");
  const sides = await verifyInclusion(await leafHash(receipt.entry), proof.index, proof.checkpoint.size, proof.steps, proof.checkpoint.root);
  const verdict = await judged(policy, proof.checkpoint);
  if (!verdict.log) throw new Fault("not_signed");
  return { said, proof, sides, openings: receipt.openings, ...verdict };
}
