// What this browser saw before: the last seal it counted stays here, and every other seal has to agree with it.
import { Fault, base64, same, unbase64 } from "./bytes.js";
import { parseCheckpoint } from "./note.js";
import { verifyConsistency } from "./tree.js";

const place = (origin) => `patogh-book:${origin}`;

export function remembered(origin) {
  try { return parseCheckpoint(localStorage.getItem(place(origin)) || ""); } catch { return null; }
}

function keep(checkpoint) {
  try { localStorage.setItem(place(checkpoint.origin), checkpoint.words); } catch { /* a browser that keeps nothing still counts */ }
}

// `steps(from, to)` fetches the hashes between two sizes. Gives the seal of before, or null where there was none.
export async function agree(checkpoint, steps) {
  const before = remembered(checkpoint.origin);
  if (!before) { keep(checkpoint); return null; }
  await oneBook(before, checkpoint, steps);
  if (checkpoint.size >= before.size) keep(checkpoint);
  return before;
}

export async function oneBook(one, other, steps) {
  if (one.origin !== other.origin) throw new Fault("other_book");
  const [old, young] = one.size <= other.size ? [one, other] : [other, one];
  if (old.size === young.size) {
    if (!same(old.root, young.root)) throw new Fault("forked");
    return;
  }
  const path = old.size === 0 ? [] : (await steps(old.size, young.size)).map(unbase64);
  await verifyConsistency(old.size, young.size, path, old.root, young.root);
}

export const short = (checkpoint) => base64(checkpoint.root).slice(0, 8);
