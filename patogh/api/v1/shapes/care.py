"""Reports, what waits, decisions, appeals, sanctions; how and when one hears of things; one's own copy of one's data."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.common import In, Out, Person

FlagReason = Literal["off_topic", "inappropriate", "spam", "illegal", "needs_moderator", "minor_safety"]
RulingReason = Literal[
    "off_topic", "insult", "sexual", "spam", "scam", "illegal", "privacy", "minor_safety", "flags", "harmless", "other"
]
Words = Annotated[str, Field(max_length=500)]
When = Literal["now", "soon", "daily", "weekly", "never"]
Minutes = Annotated[int, Field(ge=0, le=1439, json_schema_extra={"format": "int32"})]


class NewFlag(In):
    """What is wrong with something, and a few words about it."""

    reason: FlagReason
    words: Words = ""


class Flag(Out):
    """A report of one's own and what became of it."""

    id: int
    subject_kind: str
    subject_id: str
    reason: str
    words: str
    outcome: str
    created_at: dt.datetime
    is_withdrawn: bool


class Waiting(Out):
    """A text of one's own that waits for a moderator, and why."""

    id: int
    kind: str
    title: str
    text: str
    reasons: list[str]
    held_at: dt.datetime


class Blocked(Out):
    """Somebody one blocks."""

    person: Person | None
    since: dt.datetime


class Decision(Out):
    """What was decided about something of one's own, and why."""

    id: int
    subject_kind: str
    subject_id: str
    what: str
    sanction: str
    reason: str
    words: str
    decided_at: dt.datetime
    is_lifted: bool
    can_appeal: bool


class NewAppeal(In):
    """One's word against a decision."""

    words: Annotated[str, Field(min_length=1, max_length=5_000, examples=["این نوشته آگهی نبود."])]


class Appeal(Out):
    """An appeal and its answer."""

    id: int
    decision: int
    words: str
    outcome: str
    answer: str
    opened_at: dt.datetime


class AppealRuling(In):
    """Whether a decision stands, and why."""

    outcome: Literal["upheld", "lifted"]
    answer: Annotated[str, Field(min_length=1, max_length=5_000)]


class Item(Out):
    """Something that waits for a moderator."""

    id: int
    kind: str
    subject_kind: str
    subject_id: str
    title: str
    url: str
    text: str
    member: Person | None
    score: float = Field(ge=0, le=1e9)
    flags: int
    is_hidden: bool
    state: str
    reasons: list[str]
    claimed_by: Person | None
    opened_at: dt.datetime


class Ruling(In):
    """What is decided about a thing, what follows for its author, and why."""

    what: Literal["approve", "hide", "edit", "delete", "none"]
    reason: RulingReason = "other"
    words: Annotated[str, Field(max_length=5_000)] = ""
    public_reason: Annotated[str, Field(max_length=300)] = ""
    sanction: Literal["", "warning", "silence", "suspension"] = ""
    days: Annotated[int, Field(ge=1, le=36_500, json_schema_extra={"format": "int32"})] | None = None
    text: Annotated[str, Field(max_length=50_000)] = ""


class Sanctioning(In):
    """A warning, a silence or a suspension, how long, and why."""

    sanction: Literal["warning", "silence", "suspension"]
    reason: RulingReason = "other"
    words: Annotated[str, Field(min_length=1, max_length=5_000, examples=["سه بار آگهی"])]
    public_reason: Annotated[str, Field(max_length=300)] = ""
    days: Annotated[int, Field(ge=1, le=36_500, json_schema_extra={"format": "int32"})] | None = None


class Made(Out):
    """A decision that was made; `batch` is what takes it back."""

    id: int
    batch: str
    what: str
    sanction: str


class LogLine(Out):
    """A line of the public log of moderation: no names, nobody's words."""

    day: dt.date
    what: str
    sanction: str
    reason: str
    public_reason: str
    kind: str
    by_house: bool
    outcome: str


class NoticeChoices(Out):
    """When one hears of which event on which channel."""

    choices: dict[str, dict[str, str]] = Field(max_length=200)


class NoticeWishes(In):
    """Events, channels and when; what is not named stays."""

    choices: Annotated[
        dict[Annotated[str, Field(max_length=60)], dict[Annotated[str, Field(max_length=24)], When]],
        Field(max_length=60, examples=[{"hangout.reply_posted": {"mail": "daily"}}]),
    ]


class Terms(Out):
    """On what terms one may be reached; minutes are of the day in one's own zone, days count from Saturday."""

    muted_until: dt.datetime | None
    quiet_from_min: int | None
    quiet_to_min: int | None
    is_quiet_at_weekends: bool
    digest: str
    digest_day: int
    digest_hour: int
    mails_a_day: int


class NewTerms(In):
    """Terms to change; what is left out stays."""

    quiet_from_min: Minutes | None = None
    quiet_to_min: Minutes | None = None
    is_quiet_at_weekends: bool | None = None
    digest: Literal["daily", "weekly", "never"] | None = None
    digest_day: Annotated[int, Field(ge=0, le=6, json_schema_extra={"format": "int32"})] | None = None
    digest_hour: Annotated[int, Field(ge=0, le=23, json_schema_extra={"format": "int32"})] | None = None
    mails_a_day: Annotated[int, Field(ge=1, le=100, json_schema_extra={"format": "int32"})] | None = None


class Silence(In):
    """How long nothing shall leave the house for one."""

    hours: Annotated[int, Field(ge=1, le=720, json_schema_extra={"format": "int32"}, examples=[8])]


class NewDevice(In):
    """A push subscription as a browser gives it (RFC 8030, RFC 8291)."""

    endpoint: Annotated[
        str, Field(min_length=10, max_length=1000, pattern="^https://", examples=["https://push.example/abc"])
    ]
    p256dh: Annotated[str, Field(min_length=20, max_length=100, pattern="^[A-Za-z0-9_=-]+$", examples=["B" * 87])]
    auth: Annotated[str, Field(min_length=10, max_length=40, pattern="^[A-Za-z0-9_=-]+$", examples=["A" * 22])]
    name: Annotated[str, Field(max_length=60)] = ""


class Device(Out):
    """A device that is told by push."""

    id: int
    name: str
    created_at: dt.datetime


class Copy(Out):
    """A copy of one's own data: asked for, packed, taken once from the page of settings."""

    id: int
    state: str
    percent: int
    size_bytes: int
    asked_at: dt.datetime
