// Polls that can be recounted: the bytes that are sealed, signed and counted, as patogh/kit/ballots.py says. Shared by the two files beside it.
const text = (words) => new TextEncoder().encode(words);
const hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");
const unhex = (digits) => Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const behindLength = (part) => join([new Uint8Array([part.length >>> 24, part.length >>> 16, part.length >>> 8, part.length]), part]);

async function rootOf(hashes) {
  if (!hashes.length) return sha256(new Uint8Array(0));
  let row = hashes;
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(sha256(join([new Uint8Array([1]), row[at], row[at + 1]])));
    const made = await Promise.all(above);
    row = row.length % 2 ? [...made, row[row.length - 1]] : made;
  }
  return row[0];
}

globalThis.patoghBallots = {
  hex,
  sealOf: async (poll, choice, nonce) => hex(await sha256(join([text("patogh/seal/v1"), text(poll), text(String(choice)), nonce].map(behindLength)))),
  ballotText: (poll, voter, seal) => text(`{"poll":"${poll}","seal":"${seal}","t":"ballot.v1","voter":"${voter}"}`),
  rollRoot: async (keys) => hex(await rootOf(await Promise.all([...keys].sort().map((key) => sha256(join([new Uint8Array([0]), unhex(key)])))))),
  commitment: async (kind, field, value, salt) => hex(await sha256(join([text(`patogh/${kind}/${field}/v1`), text(value), unhex(salt)].map(behindLength)))),
  isSigned: async (poll, entry) => {
    const key = await crypto.subtle.importKey("raw", unhex(entry.voter), { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, key, unhex(entry.sig), patoghBallots.ballotText(poll, entry.voter, entry.seal));
  },
  unhex,
};
