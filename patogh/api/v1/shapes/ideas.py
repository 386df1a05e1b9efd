"""Ideas, their moves, programmes with their rules, and the real odds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.common import Id, In, Out, PageAsk

Tab = Literal["near", "pace", "new", "review", "made", "ended"]
Text = Annotated[str, Field(max_length=50_000)]


Word = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")]
State = Literal[
    "", "gathering", "in_review", "carried_over", "approved", "not_approved", "in_development", "on_sale", "expired", "archived", "withdrawn",
    "merged",
]  # fmt: skip


class IdeasAsk(PageAsk):
    """Which ideas: a tab as the page has them, the programme they belong to, a category of it.

    With `state` only those that stand there, the newest there first; the tab then says nothing.
    """

    tab: Tab = "new"
    programme: Word = ""
    category: Annotated[Word, Field(description="The slug of a category of the programme that is named.")] = ""
    state: State = ""


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
    i_follow: bool


class Move(Out):
    """One step of an idea: when, from where to where, and the public reason. What the team noted for itself is never said."""

    number: int
    move: str
    by: str | None = Field(description="Whose hand it was; null for the clock, and where nobody is named.")
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


class Category(Out):
    """A shelf of a programme; a draft names it by `id`."""

    id: int
    slug: str
    name: str
    name_en: str
    is_offered: bool


class Version(Out):
    """One version of a programme's rules, and why it came."""

    version: int
    made_at: dt.datetime
    sha256: str
    note: str
    note_en: str


class RulesAsk(In):
    """Which version of the rules; the one that new ideas are bound to where none is named."""

    version: Annotated[int, Field(ge=1, le=100_000, strict=False, examples=[1])] | None = None


class Mine(Out):
    """An idea of one's own, whatever its state, and one's part of the makers' share in basis points."""

    id: int
    url: str
    title: str
    state: str
    state_since: dt.datetime
    share_bps: int
    is_author: bool


class OwnSupport(Out):
    """A support that one gave; `withdrawn_at` once it was taken back."""

    id: int
    idea: int
    title: str
    url: str
    state: str
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None


class Answer(In):
    """What one would pay, in minor units of `unit` of the rules, for whom it is (a key of the rules' choices), a few words."""

    price_minor: Annotated[int, Field(ge=1, le=2**53, examples=[6800000])] | None = None
    for_whom: Annotated[str, Field(max_length=12)] = ""
    words: Annotated[str, Field(max_length=500)] = ""


class Answered(Out):
    """One's own answer, null where none was given; nobody else sees it by name."""

    price_minor: int | None
    unit: str
    for_whom: str
    words: str
    answered_at: dt.datetime


class Choice(Out):
    """What the answer can say for whom it is, in the language of the reader."""

    key: str
    label: str


class Survey(Out):
    """What is asked of those who stand behind an idea, and one's own answer."""

    unit: str
    choices: list[Choice] = Field(max_length=100)
    answer: Answered | None


class Farewell(In):
    """Why one takes an idea back; it is public."""

    reason: Annotated[str, Field(max_length=2_000, examples=["راه بهتری پیدا کردم"])] = ""
    reason_en: Annotated[str, Field(max_length=2_000)] = ""


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
