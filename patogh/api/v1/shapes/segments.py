"""Segments, who is in them, and counts of rules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from patogh.api.v1.shapes.common import Out
from patogh.segments import limits

Rule = Annotated[
    str, Field(min_length=1, max_length=limits.RULE_CHARS_MAX, examples=["asked >= 2 within 90 days and ordered never"])
]


class Segment(Out):
    """A group of people by a rule; `people` is null where there are too few to be told to whoever asks."""

    id: int
    name: str
    about: str
    state: str
    rule: str
    words: str
    version: int
    people: int | None


class SegmentMember(Out):
    """Somebody in a segment: the identity that stands for the person, masked."""

    person: str
    identity: str
    kind: str
    handle: str | None
    entered_at: datetime | None


class RuleAsk(BaseModel):
    """A rule to be counted."""

    rule: Rule


class RuleCount(Out):
    """How many a rule fits: exactly, or about, between `low` and `high` with 95 % confidence from a sample of `sample`."""

    rule: str
    words: str
    people: int | None
    low: int | None
    high: int | None
    is_exact: bool
    sample: int
