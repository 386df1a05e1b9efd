"""What upper rooms may plug into the page of a person."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@dataclass(frozen=True)
class Group:
    """One lane of a person's road ("orders", "posts", "rides"): its icon, pin and the verbs that belong to it.

    A verb ends with "*" for all verbs of a room: "shop.*".
    """

    key: str
    fa: str
    en: str
    icon: str
    verbs: tuple[str, ...]
    pin: str = "other"


@dataclass(frozen=True)
class Told:
    """How one activity of the road is told on the page: a title, a few words, an address, a tag, a quote, a pin of its own."""

    title: str
    words: str = ""
    url: str = ""
    tag: str = ""
    tint: str = ""
    is_quote: bool = False
    pin: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of what is known: its label, its words as Markup or text, since when, and an address."""

    label: str
    words: str
    url: str = ""
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Card:
    """A card of the person's page: its place ("start" or "end"), heading, facts, and HTML of the room's own."""

    key: str
    heading: str
    place: str = "start"
    facts: list[Fact] = field(default_factory=list)
    html: str = ""
    rank: int = 50


@dataclass(frozen=True)
class Clause:
    """A part of the sentence at the head, without its subject: HTML like "bought <b>nine times</b>"; or what waits, a sentence of its own.

    The lowest rank is said first; only the most urgent of what waits is said.
    """

    html: str
    rank: int = 50
    is_waiting: bool = False


@dataclass(frozen=True)
class Way:
    """A way to reach a person from the page: its words, icon, and the address of the page where one writes."""

    words: str
    url: str
    icon: str = "send"


@hookspec
def road_groups() -> list[Group]:  # type: ignore[empty-body]
    """Return the lanes that a room's verbs make on a person's road."""


@hookspec
def activities_told(activities: list[Any], viewer: Any) -> dict[Any, Told]:  # type: ignore[empty-body]
    """Return how these activities are told, by their id; those of other rooms are left out. One query a kind."""


@hookspec
def person_cards(person: Any, identities: list[Any], viewer: Any) -> list[Card]:  # type: ignore[empty-body]
    """Return a room's cards about a person, given all her identities; a fixed number of queries."""


@hookspec
def person_clauses(person: Any, identities: list[Any], viewer: Any) -> list[Clause]:  # type: ignore[empty-body]
    """Return what the sentence at the head may say of a person; a fixed number of queries."""


@hookspec
def person_ways(person: Any, identities: list[Any], viewer: Any) -> list[Way]:  # type: ignore[empty-body]
    """Return how the viewer may write to a person, the best first; a fixed number of queries."""


@hookspec
def person_value(identities: list[int]) -> dict[str, int]:  # type: ignore[empty-body]
    """Return what these identities have bought less what came back, in minor units by currency; one query."""


@hookspec(firstresult=True)
def case_of(person: Any, member: Any) -> str | None:
    """Return the case by which this member of the team has to do with the person now, or None: then a reason is asked."""


@hookspec
def person_circle(identities: list[int], limit: int) -> list[tuple[int, int, str]]:  # type: ignore[empty-body]
    """Return whom these identities deal with: (identity, times, a word like "answered"), the most first."""


@hookspec
def person_changed(person_ids: list[Any]) -> None:
    """Follow persons whose identities or traits just changed (a link, a merge or its undo, a new trait): within the writing
    transaction, cheaply; enqueue what takes long.
    """


if not hasattr(plugins.hook, "road_groups"):
    plugins.add_hookspecs(sys.modules[__name__])
