"""The tree of a rule. Every node is plain data: `reading.parse` makes it, `printing.text_of` writes it down again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from patogh.kit.money import CURRENCIES

Value = str | int | float | bool
OPS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Window:
    """When it happened: "ever", "within" so many hours, "since", "before" or "between" days (the last one left out).

    `unit` is "days" or "hours", as it was written.
    """

    kind: str = "ever"
    length: int = 0
    unit: str = "days"
    start: dt.date | None = None
    end: dt.date | None = None


EVER = Window()


@dataclass(frozen=True)
class Filter:
    """What the data of an activity must say: a key, an operator (also "contains") and a value."""

    key: str
    op: str
    value: Value


@dataclass(frozen=True)
class Did:
    """Something was done so many times (or for so much money, whole ones of `unit`) in a window. `name` is an event's own name."""

    word: str
    op: str = ">="
    amount: int = 1
    window: Window = EVER
    unit: str = ""
    name: str = ""
    filters: tuple[Filter, ...] = ()

    @property
    def least(self) -> int:
        """The amount as sums are kept: money in its smallest unit (100 EUR are 10,000 cents), everything else as it stands."""
        return self.amount * 10 ** CURRENCIES[self.unit].exponent if self.unit in CURRENCIES else self.amount


@dataclass(frozen=True)
class Says:
    """A trait or a fact compares so; `op` may also be "contains", "known" or "unknown" (then `value` is "")."""

    kind: str
    name: str
    op: str
    value: Value = ""


@dataclass(frozen=True)
class When:
    """A fact that is a moment (joined) lies in a window."""

    name: str
    window: Window


@dataclass(frozen=True)
class Has:
    """There is an identity of a kind; `how` is "has", "verified" or "came" (it is the first one known of them)."""

    kind: str
    how: str = "has"


@dataclass(frozen=True)
class Agreed:
    """A standing consent for a purpose on a channel."""

    purpose: str
    channel: str


@dataclass(frozen=True)
class Related:
    """A relation to somebody or something: follows(@mina)."""

    name: str
    value: str


Leaf = Did | Says | When | Has | Agreed | Related


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: Rule


@dataclass(frozen=True)
class All:
    """Every part holds; two parts at least."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Any:
    """One part holds; two parts at least."""

    parts: tuple[Rule, ...]


Rule = Leaf | Not | All | Any


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Yield the conditions of a rule from left to right."""
    if isinstance(rule, Not):
        yield from leaves(rule.part)
    elif isinstance(rule, All | Any):
        for part in rule.parts:
            yield from leaves(part)
    else:
        yield rule


def depth(rule: Rule) -> int:
    """Return how deep groups and negations are nested; a bare condition is 0."""
    if isinstance(rule, Not):
        return 1 + depth(rule.part)
    return 1 + max(map(depth, rule.parts)) if isinstance(rule, All | Any) else 0
