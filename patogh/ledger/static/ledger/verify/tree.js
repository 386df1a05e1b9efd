// The Merkle tree of RFC 6962: leaves and nodes, proofs that a line stands in it and that it only grew (RFC 9162, 2.1).
import { Fault, same, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);
const half = (number) => Math.floor(number / 2);
const isOdd = (number) => number % 2 === 1;

export const leafHash = (entry) => sha256(LEAF, entry);
export const nodeHash = (left, right) => sha256(NODE, left, right);

// Gives the sides on which the steps were joined ("l" or "r"), for the drawing; throws where the root is another.
export async function verifyInclusion(leaf, index, size, steps, root) {
  if (!(index < size)) throw new Fault("beyond");
  if (root.length !== 32 || steps.some((step) => step.length !== 32)) throw new Fault("bad_step");
  let here = index, last = size - 1, hash = leaf;
  const sides = [];
  for (const step of steps) {
    if (last === 0) throw new Fault("bad_proof");
    if (isOdd(here) || here === last) {
      hash = await nodeHash(step, hash);
      sides.push("l");
      while (!isOdd(here) && here !== 0) { here = half(here); last = half(last); }
    } else {
      hash = await nodeHash(hash, step);
      sides.push("r");
    }
    here = half(here); last = half(last);
  }
  if (last !== 0 || !same(hash, root)) throw new Fault("bad_proof");
  return sides;
}

export async function verifyConsistency(oldSize, newSize, steps, oldRoot, newRoot) {
  if (!(oldSize <= newSize) || oldRoot.length !== 32 || newRoot.length !== 32) throw new Fault("shrunk");
  if (oldSize === newSize || oldSize === 0) {
    if (steps.length || (oldSize === newSize && !same(oldRoot, newRoot))) throw new Fault("forked");
    return;
  }
  let here = oldSize - 1, last = newSize - 1;
  while (isOdd(here)) { here = half(here); last = half(last); }
  const path = here === 0 ? [oldRoot, ...steps] : [...steps];
  if (!path.length || path.some((step) => step.length !== 32)) throw new Fault("forked");
  let before = path[0], after = path[0];
  for (const step of path.slice(1)) {
    if (last === 0) throw new Fault("forked");
    if (isOdd(here) || here === last) {
      before = await nodeHash(step, before);
      after = await nodeHash(step, after);
      while (!isOdd(here) && here !== 0) { here = half(here); last = half(last); }
    } else after = await nodeHash(after, step);
    here = half(here); last = half(last);
  }
  if (last !== 0 || !same(before, oldRoot) || !same(after, newRoot)) throw new Fault("forked");
}
