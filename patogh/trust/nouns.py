"""The plain values that travel between trust and the rooms above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that can be flagged or decided about, as the road names it: "hangout.post" and "12"."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a room says about one of its things to whoever decides; `is_hidden` when it is out of others' sight."""

    title: str
    url: str
    author_id: int | None
    excerpt_html: str = ""
    text: str = ""
    space_id: int | None = None
    space_name: str = ""
    is_hidden: bool = False
    is_trashed: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody is about to publish, as far as limits, signals and word lists ask.

    `links` are the addresses in it, `before` is the text that an edit replaces, `typed_ms` the time from the form's
    appearance to its sending (None when nobody measured it: mail, API).
    """

    kind: str
    text: str
    title: str = ""
    links: tuple[str, ...] = ()
    pictures: int = 0
    mentions: int = 0
    typed_ms: int | None = None
    before: str = ""
    before_links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal: a code, what it weighs, and the facts its sentence names (`words.sentence_of` says it)."""

    code: str
    score: float
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what `Held.reasons` stores."""
        return {"code": self.code, "score": self.score, "facts": self.facts}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text waits for a moderator, and every reason why."""

    hold: bool
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an account may do at its level; None means without a limit. Counts are per what their names say."""

    level: int
    links_max: int | None
    pictures_max: int | None
    mentions_max: int | None
    replies_per_topic_max: int | None
    first_day_topics_max: int | None
    first_day_replies_max: int | None
    topic_gap_s: int
    post_gap_s: int
    topics_a_day_max: int | None
    posts_a_minute_max: int | None
    reactions_a_day_max: int | None
    flags_a_day_max: int | None
    edits_a_day_max: int | None
    invites_a_day_max: int | None


@dataclass(frozen=True, slots=True)
class HeldText:
    """Something to hold: what its room needs to publish it later is `payload` (plain JSON)."""

    kind: str
    place: Subject
    text: str
    title: str = ""
    space_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator decides: about the thing (`what`), about the member (`sanction`, `until`), and why.

    `words` go to the member, `public_reason` to the public log (it must not name anybody), `text` is the text of "edit".
    """

    what: str
    reason: str = "other"
    words: str = ""
    public_reason: str = ""
    sanction: str = ""
    until: dt.datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class LevelTask:
    """One thing that a level asks: how far somebody is (`have`) and how far it wants (`want`)."""

    code: str
    have: int
    want: int

    @property
    def is_done(self) -> bool:
        """Whether this is fulfilled (`posts_flagged` asks for at most, everything else for at least)."""
        return self.have <= self.want if self.code == "posts_flagged" else self.have >= self.want


@dataclass(frozen=True, slots=True)
class Event:
    """One line of what happened to a member's texts and account: `who` is "house", "moderator" or "you"."""

    at: dt.datetime
    code: str
    who: str
    reason: str = ""
    words: str = ""
    subject: Subject | None = None
    title: str = ""
    url: str = ""
    until: dt.datetime | None = None
    reasons: tuple[Reason, ...] = ()
    decision_id: int | None = None
    held_id: int | None = None
    appeal: str = ""
    can_appeal: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the public log: nobody's name, nobody's words, the day only."""

    id: int
    day: dt.date
    what: str
    sanction: str
    reason: str
    public_reason: str
    kind: str
    space_id: int | None
    by_house: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says in a conversation from another room's page: see `Submission` for `typed_ms`."""

    text: str
    key: str | None = None
    channel: str = "web"
    address: str = ""
    typed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class LastWord:
    """One of the newest answers of a conversation."""

    number: int
    author: Any
    excerpt: str
    at: dt.datetime
    url: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as another room shows it: the newest answers, oldest of them first."""

    url: str
    answers: int
    is_closed: bool
    last: tuple[LastWord, ...] = ()
