// From a verdict to sentences: which words for which outcome, in the language and the digits of the page.
import { facts, filled, road } from "./drawing.js";

const named = (say) => say.names || {};

export function teller(words, lang, names = {}, timeZone = undefined) {
  const digits = new Intl.NumberFormat(lang === "fa" ? "fa-IR" : "en");
  const times = new Intl.DateTimeFormat(lang === "fa" ? "fa-IR-u-ca-persian" : "en-GB", { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  return {
    words, names, number: (value) => digits.format(value), time: (seconds) => times.format(seconds * 1000),
    say: (code, values = {}) => filled(words[code] || words.unknown, values),
  };
}

export function told(verdict, tell, took = 0) {
  const { number, say } = tell;
  const numbers = { line: number(verdict.proof.index), size: number(verdict.proof.checkpoint.size), steps: number(verdict.sides.length), count: number(verdict.count), of: number(verdict.of), least: number(verdict.least), ms: number(Math.max(1, Math.round(took))) };
  const seen = Array.from(verdict.seen, ([name, at]) => [named(tell)[name] || name, tell.time(at)]);
  const opened = verdict.openings.map((one) => [tell.words[`field_${one.field.replace(/\d+/g, "n")}`] || one.field, one.value]);
  return {
    said: say(verdict.enough ? "good" : "waits", numbers),
    more: `${say("written", { at: tell.time(verdict.said.at) })} ${say(verdict.enough ? "untouched" : "waits_more", numbers)}`,
    drawing: road(verdict.sides, say("road", numbers)),
    list: facts([[say("kind"), tell.words[`kind_${verdict.said.t}`] || verdict.said.t], [say("steps_label"), say("steps", numbers)], [say("witnesses_label"), say("witnesses", numbers)], ...seen, ...opened]),
    note: say("counted_here", numbers),
  };
}

export const refused = (fault, tell) => ({ said: tell.say("bad"), more: tell.say(tell.words[fault.message] ? fault.message : "unknown") });
