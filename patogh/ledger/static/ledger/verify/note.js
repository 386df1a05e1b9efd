// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), Ed25519 by the browser itself.
import { Fault, decimal, joined, same, sha256, unbase64, unhex, utf8 } from "./bytes.js";

const LOG = 1, WITNESS = 4; // the two kinds of keys: a log's own, and a witness's with a time
const SKEW_S = 300;

export function parseNote(words) {
  const cut = words.lastIndexOf("\n\n");
  if (cut < 0 || !words.endsWith("\n") || cut + 2 >= words.length) throw new Fault("bad_note");
  const lines = words.slice(cut + 2, -1).split("\n");
  if (lines.length > 100) throw new Fault("bad_note");
  return { text: words.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [, name, raw] = /^— ([^\s+]+) (\S+)$/u.exec(line) || [];
  if (!name) throw new Fault("bad_note");
  const bytes = unbase64(raw);
  if (bytes.length < 5) throw new Fault("bad_note");
  return { name, id: bytes.slice(0, 4), raw: bytes.slice(4) };
}

export function parseCheckpoint(words) {
  const note = parseNote(words);
  const [origin, size, root] = note.text.split("\n");
  if (!origin || root === undefined) throw new Fault("bad_note");
  const hash = unbase64(root);
  if (hash.length !== 32) throw new Fault("bad_note");
  return { ...note, origin, size: decimal(size), root: hash, words };
}

export async function parseKey(words) {
  const [, name, id, material] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(words) || [];
  if (!name) throw new Fault("bad_key");
  const bytes = unbase64(material), idBytes = unhex(id);
  const made = await sha256(utf8(`${name}\n`), bytes);
  if (!same(made.slice(0, 4), idBytes)) throw new Fault("bad_key");
  const known = bytes.length === 33 && (bytes[0] === LOG || bytes[0] === WITNESS);
  return { name, id: idBytes, kind: bytes[0], key: known ? await imported(bytes.slice(1)) : null, material: words };
}

async function imported(bytes) {
  if (!globalThis.crypto?.subtle) throw new Fault("no_crypto");
  try { return await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]); } catch { throw new Fault("no_ed25519"); }
}

// Gives true for a log's signature, the time (seconds) for a witness's, and null where this key did not sign this note.
export async function signed(note, by, now = Date.now() / 1000) {
  const mine = note.signatures.filter((one) => one.name === by.name && same(one.id, by.id));
  if (mine.length !== 1 || !by.key) return null;
  const raw = mine[0].raw, ed = "Ed25519";
  if (by.kind === LOG) return raw.length === 64 && (await crypto.subtle.verify(ed, by.key, raw, utf8(note.text))) ? true : null;
  if (raw.length !== 72) return null;
  const at = Number(new DataView(raw.buffer, raw.byteOffset, 8).getBigUint64(0));
  const message = joined(utf8(`cosignature/v1\ntime ${at}\n`), utf8(note.text));
  return at < now + SKEW_S && (await crypto.subtle.verify(ed, by.key, raw.slice(8), message)) ? at : null;
}
