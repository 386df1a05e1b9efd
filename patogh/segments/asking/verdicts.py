"""What a rule says of each person of a batch, and the next moment at which time alone may change that."""

from __future__ import annotations

import datetime as dt
import operator
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from uuid import UUID

from patogh.people.consent.algebra import Word, beside_of, decided, words_of
from patogh.segments.asking import traits
from patogh.segments.asking.batch import Batch, Known, chunks
from patogh.segments.asking.counting import Tally, length_of, span, tallies
from patogh.segments.rules.nodes import Agreed, All, Did, Has, Leaf, Not, Related, Rule, Says, Value, When
from patogh.segments.rules.nodes import Any as AnyOf
from patogh.segments.vocabulary import vocabulary

_OPS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MOMENT: Final = dt.timedelta(milliseconds=1)


class Verdict(NamedTuple):
    """Whether it holds, when time alone may change it, and what was found (a number, a word)."""

    holds: bool
    due: dt.datetime | None = None
    found: Any = None


Verdicts = dict[UUID, Verdict]


def verdicts(rule: Rule, batch: Batch) -> Verdicts:
    """Return the verdict on every person of a batch."""
    if isinstance(rule, Not):
        return {person: Verdict(not one.holds, one.due) for person, one in verdicts(rule.part, batch).items()}
    if isinstance(rule, All | AnyOf):
        parts = [verdicts(part, batch) for part in rule.parts]
        join = all if isinstance(rule, All) else any
        return {
            person: Verdict(join(part[person].holds for part in parts), _earliest([part[person].due for part in parts]))
            for person in batch.persons
        }
    return asked(rule, batch)


def asked(leaf: Leaf, batch: Batch) -> Verdicts:
    """Return the verdict of one condition on every person."""
    return _ASKING[type(leaf)](leaf, batch)


def _did(leaf: Did, batch: Batch) -> Verdicts:
    word = vocabulary().words[leaf.word]
    mine: defaultdict[UUID, list[Tally]] = defaultdict(list)
    for identity, tally in tallies(word, leaf, batch.keys, batch.now).items():
        mine[batch.owners[identity]].append(tally)
    nothing = Verdict(_OPS[leaf.op](0, leaf.least), None, 0)
    return {
        person: _counted(leaf, mine[person], word.is_sum) if person in mine else nothing for person in batch.persons
    }


def _counted(leaf: Did, some: list[Tally], is_sum: bool) -> Verdict:
    """Return the verdict on what all identities of a person did together."""
    amount = sum(one.total if is_sum else one.times for one in some)
    holds = _OPS[leaf.op](amount, leaf.least)
    can_turn = {">=": holds, ">": holds, "<": not holds, "<=": not holds}.get(leaf.op, True)
    if leaf.window.kind != "within" or not can_turn:
        return Verdict(holds, None, amount)
    return Verdict(holds, min(one.first for one in some) + length_of(leaf.window) + _MOMENT, amount)


def _says(leaf: Says, batch: Batch) -> Verdicts:
    known = traits.said(leaf.name, batch) if leaf.kind == "trait" else _facts(leaf.name, batch)
    return {person: _compared(leaf, known.get(person, [])) for person in batch.persons}


def _compared(leaf: Says, values: list[Any]) -> Verdict:
    if leaf.op in {"known", "unknown"}:
        return Verdict(bool(values) == (leaf.op == "known"), None, values[0] if values else None)
    if leaf.op == "!=":
        return Verdict(
            bool(values) and all(_fits("!=", one, leaf.value) for one in values), None, next(iter(values), None)
        )
    found = next((one for one in values if _fits(leaf.op, one, leaf.value)), None)
    return Verdict(found is not None, None, found if found is not None else next(iter(values), None))


def _fits(op: str, left: Any, right: Value) -> bool:
    """Return whether two values compare so; values of different kinds are never equal nor ordered."""
    if op == "contains":
        return isinstance(left, str) and str(right).casefold() in left.casefold()
    is_number = isinstance(left, int | float) and not isinstance(left, bool)
    if isinstance(right, int | float) and not isinstance(right, bool) and is_number:
        return _OPS[op](left, right)
    if op in {"=", "!="}:
        same = type(left) is type(right) and left == right
        return same == (op == "=")
    return False


def _facts(name: str, batch: Batch) -> dict[UUID, list[Any]]:
    """Return what a fact is for each person with an account."""
    fact = vocabulary().facts[name]
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for identity, row in batch.members.items():
        if identity not in batch.owners or (fact.is_private_for_minors and row["age_band"] in {"under16", "16to17"}):
            continue
        value = row[fact.column]
        values = value.split() if fact.kind == "list" else [] if value in ("", None) else [value]
        found[batch.owners[identity]].extend(values)
    return found


def _when(leaf: When, batch: Batch) -> Verdicts:
    start, end = span(leaf.window, batch.now)
    moments = _facts(leaf.name, batch)
    found = {}
    for person in batch.persons:
        inside = [
            one for one in moments.get(person, []) if (start is None or one >= start) and (end is None or one < end)
        ]
        due = max(inside) + length_of(leaf.window) + _MOMENT if inside and leaf.window.kind == "within" else None
        found[person] = Verdict(bool(inside), due)
    return found


def _has(leaf: Has, batch: Batch) -> Verdicts:
    return {person: Verdict(_carries(leaf, known)) for person, known in batch.of_person.items()}


def _carries(leaf: Has, known: list[Known]) -> bool:
    if leaf.how == "came":
        return min(known, key=lambda one: (one.created_at, one.pk)).kind == leaf.kind
    return any(one.kind == leaf.kind and (leaf.how == "has" or one.is_verified) for one in known)


def _agreed(leaf: Agreed, batch: Batch) -> Verdicts:
    given = agreeing(leaf.purpose, leaf.channel, batch)
    return {person: Verdict(person in given) for person in batch.persons}


def agreeing(purpose: str, channel: str, batch: Batch) -> set[UUID]:
    """Return of whom a consent stands, over all identities of each (the algebra of `people.consent.standing`)."""
    said: defaultdict[UUID, list[Word]] = defaultdict(list)
    found = words_of(batch.keys, purpose, channel, "")
    for word in found.get((purpose, channel), []):
        said[batch.owners[word.identity]].append(word)
    beside = beside_of(found, batch.keys)
    return {person for person, words in said.items() if decided(words, beside=beside).state == "given"}


def _related(leaf: Related, batch: Batch) -> Verdicts:
    found = {
        identity for some in chunks(batch.keys) for identity in vocabulary().relations[leaf.name].find(some, leaf.value)
    }
    persons = {batch.owners[identity] for identity in found}
    return {person: Verdict(person in persons) for person in batch.persons}


def _earliest(dues: list[dt.datetime | None]) -> dt.datetime | None:
    return min((due for due in dues if due is not None), default=None)


_ASKING: Final[dict[type, Callable[[Any, Batch], Verdicts]]] = {
    Did: _did, Says: _says, When: _when, Has: _has, Agreed: _agreed, Related: _related,
}  # fmt: skip
