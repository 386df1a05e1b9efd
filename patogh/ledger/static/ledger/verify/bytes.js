// Bytes and back: strict Base64, hexadecimal, UTF-8, SHA-256. Every fault is an Error whose message is a code of words.
const plain = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Fault extends Error {}

export const utf8 = (text) => plain.encode(text);

export function text(bytes) {
  try { return strict.decode(bytes); } catch { throw new Fault("bad_text"); }
}

export function unbase64(words) {
  try {
    const bytes = Uint8Array.from(atob(words), (char) => char.charCodeAt(0));
    if (base64(bytes) === words) return bytes;
  } catch { /* said below */ }
  throw new Fault("bad_base64");
}

export function base64(bytes) {
  let words = "";
  for (const byte of bytes) words += String.fromCharCode(byte);
  return btoa(words);
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function unhex(words) {
  if (!/^(?:[0-9a-f]{2})*$/.test(words)) throw new Fault("bad_hex");
  return Uint8Array.from(words.match(/../g) || [], (pair) => parseInt(pair, 16));
}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export async function sha256(...parts) {
  if (!globalThis.crypto?.subtle) throw new Fault("no_crypto");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", parts.length === 1 ? parts[0] : joined(...parts)));
}

// A decimal as the C2SP formats write it: no sign, no leading zero, and within what a number holds exactly.
export function decimal(words) {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(words) ? Number(words) : NaN;
  if (!Number.isSafeInteger(value)) throw new Fault("bad_number");
  return value;
}
