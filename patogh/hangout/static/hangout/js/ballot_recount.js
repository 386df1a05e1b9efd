// The recount of a poll in the browser, from the exact lines of the book; the same steps as `Recount` in patogh/kit/ballots.py.
const place = document.querySelector("[data-recount]");
const { sealOf, rollRoot, isSigned, commitment, unhex } = globalThis.patoghBallots;

async function linesOf(address) {
  const lines = [];
  for (let next = ""; next !== null;) {
    const answer = await (await fetch(`${address}?after=${next}`)).json();
    lines.push(...answer.lines.map((line) => JSON.parse(line)));
    next = answer.next || null;
  }
  return lines;
}

async function recount(poll, words, lines) {
  const faults = new Set(), of = (kind) => lines.filter((one) => one.t === kind && one.poll === poll);
  const ranks = ["poll.opened.v1", "poll.roll.v1", "ballot.v1", "poll.closed.v1", "ballot.opened.v1", "poll.result.v1"];
  const order = lines.map((one) => ranks.indexOf(one.t));
  const [opened] = of("poll.opened.v1"), [closed] = of("poll.closed.v1"), [result] = of("poll.result.v1");
  if (order.some((rank, at) => at && rank < order[at - 1])) faults.add("order");
  if (!opened || ["poll.opened.v1", "poll.closed.v1", "poll.result.v1"].some((kind) => of(kind).length > 1)) faults.add("order");
  const roll = of("poll.roll.v1").flatMap((one) => one.keys), keys = new Set(roll), seals = new Map(), choices = new Map();
  if (opened?.sealed && (keys.size !== roll.length || roll.length !== opened.roll_size || (await rollRoot(roll)) !== opened.roll_root)) faults.add("roll");
  for (const field of ["question", "choices"]) {
    if (words[field] && (await commitment("poll.opened.v1", field, words[field].value, words[field].salt)) !== opened?.[field]) faults.add("words");
  }
  await Promise.all(of("ballot.v1").map(async (one) => {
    if (!keys.has(one.voter)) faults.add("invented");
    if (seals.has(one.voter)) faults.add("twice");
    seals.set(one.voter, one.seal);
    if (!(await isSigned(poll, one))) faults.add("signature");
  }));
  await Promise.all(of("ballot.opened.v1").map(async (one) => {
    const fits = seals.get(one.voter) === (await sealOf(poll, one.choice, unhex(one.r)));
    if (!fits || choices.has(one.voter) || one.choice >= opened.options) faults.add("opening");
    else choices.set(one.voter, one.choice);
  }));
  const counts = Array(opened?.options || 0).fill(0);
  choices.forEach((choice) => { counts[choice] += 1; });
  if (opened?.sealed && closed && closed.ballots !== seals.size) faults.add("ballots");
  const wrong = result && (result.counts.join() !== counts.join() || result.ballots !== seals.size || result.opened !== choices.size || result.unopened !== seals.size - choices.size);
  if (opened?.sealed && wrong) faults.add("result");
  return { faults, counts: opened?.sealed ? counts : result?.counts || [], roll: roll.length, ballots: seals.size, opened: choices.size, lines: lines.length, done: Boolean(result) };
}

place?.querySelector("[data-recount-go]").addEventListener("click", async ({ currentTarget: button }) => {
  const digits = new Intl.NumberFormat(document.documentElement.lang), { poll, words } = JSON.parse(place.dataset.recount), show = (name) => place.querySelectorAll("[data-say]").forEach((one) => { one.hidden = one.dataset.say !== name && !name.split(" ").includes(one.dataset.say); });
  button.disabled = true;
  show("working");
  try {
    const found = await recount(poll, words, await linesOf(place.dataset.entries));
    place.querySelectorAll("[data-figure]").forEach((one) => { one.textContent = digits.format(one.dataset.figure === "choice" ? found.counts[one.dataset.at] ?? 0 : found[one.dataset.figure]); });
    show(["figures", ...(found.faults.size ? ["bad", ...found.faults] : [found.done ? "good" : "soFar"])].join(" "));
  } catch { show("unable"); }
  button.disabled = false;
});
