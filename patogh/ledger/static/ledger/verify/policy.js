// Trust policies (C2SP tlog-policy): which logs, which witnesses, how many of them make a quorum.
import { Fault, decimal } from "./bytes.js";
import { parseKey, signed } from "./note.js";

const LINES_MAX = 500;

export async function parsePolicy(words) {
  const found = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  const keys = new Set(), members = new Set();
  const lines = words.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  if (lines.length > LINES_MAX) throw new Fault("bad_policy");
  for (const line of lines) await take(line.split(/[ \t]+/), found, keys, members);
  if (found.quorum === null) throw new Fault("bad_policy");
  return found;
}

async function take([what, ...said], found, keys, members) {
  const isNew = (name) => name && name !== "none" && !found.witnesses.has(name) && !found.groups.has(name);
  const isKnown = (name) => found.witnesses.has(name) || found.groups.has(name);
  if (what === "log" && said.length >= 1 && said.length <= 2) found.logs.push(await unique(said[0], `log ${said[0].split("+")[2]}`, keys));
  else if (what === "witness" && said.length >= 2 && said.length <= 3 && isNew(said[0])) {
    found.witnesses.set(said[0], await unique(said[1], `witness ${said[1].split("+")[2]}`, keys));
  } else if (what === "group" && said.length >= 3 && isNew(said[0])) {
    const names = said.slice(2);
    const least = said[1] === "all" ? names.length : said[1] === "any" ? 1 : decimal(said[1]);
    const taken = names.some((name) => !isKnown(name) || members.has(name)) || new Set(names).size !== names.length;
    if (taken || least < 1 || least > names.length) throw new Fault("bad_policy");
    names.forEach((name) => members.add(name));
    found.groups.set(said[0], { least, names });
  } else if (what === "quorum" && said.length === 1 && found.quorum === null && (said[0] === "none" || isKnown(said[0]))) {
    found.quorum = said[0];
  } else throw new Fault("bad_policy");
}

async function unique(key, mark, keys) {
  if (keys.has(mark)) throw new Fault("bad_policy");
  keys.add(mark);
  return parseKey(key);
}

// Gives who of the policy signed this checkpoint, whether that is enough, and how many of how many there are.
export async function judged(policy, checkpoint) {
  let log = null;
  for (const key of policy.logs) if (key.name === checkpoint.origin && (await signed(checkpoint, key))) log = key.name;
  const seen = new Map();
  for (const [name, key] of policy.witnesses) {
    const at = key.kind === 4 ? await signed(checkpoint, key) : null;
    if (at !== null) seen.set(name, at);
  }
  const holds = (name) => (policy.groups.has(name) ? of(policy.groups.get(name)) : seen.has(name));
  const of = ({ least, names }) => names.filter(holds).length >= least;
  const top = policy.groups.get(policy.quorum);
  const least = policy.quorum === "none" ? 0 : top ? top.least : 1;
  return { log, seen, enough: policy.quorum === "none" || holds(policy.quorum), count: seen.size, of: policy.witnesses.size, least };
}
