"""Ideas, their moves, programmes with their rules, and the real odds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.common import Id, In, Out, PageAsk

Tab = Literal["near", "pace", "new", "review", "made", "ended"]
Text = Annotated[str, Field(max_length=50_000)]


class IdeasAsk(PageAsk):
    """Which ideas: a tab as the page has them, and the programme they belong to."""

    tab: Tab = "new"
    programme: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")] = ""


class Idea(Out):
    """One idea; `supporters` is null while its rules hide the count. `stations` are its own, fixed when it was published."""

    id: int
    url: str
    title: str
    lead: str
    state: str
    state_since: dt.datetime
    programme: str
    author: str
    stations: list[int] = Field(max_length=20)
    milestone: int
    supporters: int | None
    window_ends_at: dt.datetime | None
    published_at: dt.datetime | None


class Fact(Out):
    """One fact of an idea."""

    name: str
    value: str


class WholeIdea(Idea):
    """An idea with what it says, and whether one stands behind it."""

    problem: str
    proposal: str
    facts: list[Fact] = Field(max_length=100)
    category: str
    language: str
    rules_version: int
    merged_into: int | None
    is_mine: bool
    i_support: bool


class Move(Out):
    """One step of an idea: when, from where to where, and the public reason. What the team noted for itself is never said."""

    number: int
    move: str
    source: str
    target: str
    rule: str
    reason: str
    reason_en: str
    milestone: int | None
    as_team: bool
    made_at: dt.datetime


class Programme(Out):
    """A call for ideas."""

    slug: str
    name: str
    name_en: str
    about: str
    about_en: str
    state: str
    rules_version: int | None
    ideas: int


class Station(Out):
    """So many supporters in so many days, from publication or from the station before."""

    supporters: int
    days: int


class Worded(Out):
    """Something with a key, in both languages."""

    key: str
    fa: str
    en: str
    weight: int


class Rules(Out):
    """One version of a programme's rules; an idea stays under the version that it began with."""

    version: int
    made_at: dt.datetime
    sha256: str
    stations: list[Station] = Field(max_length=20)
    propose_level: int
    support_level: int
    min_age_band: str
    support_budget: int
    hides_counts: bool
    royalty_bps: int
    copies: int
    house_rules: list[Worded] = Field(max_length=100)
    criteria: list[Worded] = Field(max_length=100)


class Share(Out):
    """A share of 1 with its 95 % interval; null where too few cases say nothing."""

    at: float | None
    low: float | None
    high: float | None
    n: int


class Reached(Out):
    """How many of the ideas whose time is over reached a station."""

    supporters: int
    reached: int
    share: Share


class Odds(Out):
    """What became of the ideas of a programme."""

    published: int
    stations: list[Reached] = Field(max_length=20)
    decided: int
    approved: int
    approved_share: Share
    made: int


class NewIdea(In):
    """A draft; only its author sees it until it is submitted."""

    programme: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$", examples=["workshop"])]
    title: Annotated[str, Field(min_length=1, max_length=200, examples=["چراغی که با دینام روشن می‌ماند"])]
    lead: Annotated[str, Field(max_length=300)] = ""
    problem: Text = ""
    proposal: Text = ""
    category: Id | None = None
    language: Literal["", "fa", "en"] = ""


class IdeaEdit(In):
    """What an idea is to say; what is left out stays."""

    title: Annotated[str, Field(min_length=1, max_length=200, examples=["چراغ دینامی"])] | None = None
    lead: Annotated[str, Field(max_length=300)] | None = None
    problem: Text | None = None
    proposal: Text | None = None
