"""Bringing memberships in line with what a rule says of some persons now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F

from patogh.activity import action, record, upkeep
from patogh.activity.bulk import insert_rows
from patogh.kit.calendar import Viewer, local_day
from patogh.segments import asked as asked_of
from patogh.segments.actions.moving import note_moved
from patogh.segments.asking.batch import Batch, anchor_of
from patogh.segments.asking.verdicts import Verdicts, verdicts
from patogh.segments.models import DueMoment, Membership, Segment, SegmentDay, SegmentVersion
from patogh.segments.rules.nodes import Rule

SETTLING_LOCK = 0x5E6E7  # A number of our own among PostgreSQL's advisory locks.


@dataclass(frozen=True)
class Anchor:
    """The identity that stands for a person on the road."""

    identity_id: int


@dataclass(frozen=True)
class Settled:
    """Who came in and who went."""

    entered: list[UUID]
    left: list[UUID]


def one_at_a_time(lock: int = SETTLING_LOCK) -> None:
    """Let only one transaction at a time settle memberships, or do what another `lock` stands for; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def settle(segment: Segment, rule: Rule, asked: Iterable[UUID], batch: Batch, why: str) -> Settled:
    """Ask the rule of these persons (`batch` has the living among them) and write who came, who went and when to ask again."""
    return bring_in_line(segment, list(asked), batch, verdicts(rule, batch), why)


@upkeep
def bring_in_line(segment: Segment, persons: list[UUID], batch: Batch, said: Verdicts, why: str) -> Settled:
    """Write who came, who went and when to ask again, by what a rule says of these persons.

    Each coming and going is an activity of the person, unless a new rule brought it (`why` "fill").
    """
    inside = {person for person, one in said.items() if one.holds}
    held = dict(
        Membership.objects.filter(segment=segment, person__in=persons, left_at=None).values_list("person_id", "pk")
    )
    entered = [person for person in persons if person in inside and person not in held]
    left = [person for person in persons if person in held and person not in inside]
    if entered:
        rows = [(segment.pk, person, segment.version, why, batch.now) for person in entered]
        insert_rows(Membership, ("segment", "person", "version", "why", "entered_at"), rows)
    if left:
        gone = [held[person] for person in left]
        Membership.objects.filter(pk__in=gone).update(left_at=batch.now, why=why)
    _write_dues(segment, persons, said)
    if entered or left:
        _count(segment, len(entered), len(left), batch.now)
        if asked_of.asks_for(segment.slug):
            note_moved([*entered, *left])
    if why != "fill":
        _tell(segment, batch, entered, left)
    return Settled(entered, left)


@upkeep
def begin_anew(persons: set[UUID]) -> None:
    """Let a step of a filling in which one of these persons is be taken again: they are asked now, what it has read is older."""
    steps = SegmentVersion.objects.filter(segment__state="filling", asking_until__isnull=False)
    for pk, after, until in list(steps.values_list("pk", "last_person", "asking_until")):
        if until is not None and any((after is None or after < one) and one <= until for one in persons):
            SegmentVersion.objects.filter(pk=pk).update(asking_until=None)


def _write_dues(segment: Segment, persons: list[UUID], said: Verdicts) -> None:
    """Keep for each person the next moment at which time alone may change the answer."""
    held = {
        person: (pk, due)
        for pk, person, due in DueMoment.objects.filter(segment=segment, person__in=persons).values_list(
            "pk", "person_id", "due_at"
        )
    }
    wanted = {person: one.due for person, one in said.items() if one.due is not None}
    gone = [pk for person, (pk, due) in held.items() if wanted.get(person) != due]
    if gone:
        DueMoment.objects.filter(pk__in=gone).delete()
    new = [(segment.pk, person, due) for person, due in wanted.items() if person not in held or held[person][1] != due]
    if new:
        insert_rows(DueMoment, ("segment", "person", "due_at"), new)


def _count(segment: Segment, entered: int, left: int, now: dt.datetime) -> None:
    """Keep the counters of a segment and of its day."""
    Segment.objects.filter(pk=segment.pk).update(members_count=F("members_count") + entered - left)
    count = Segment.objects.values_list("members_count", flat=True).get(pk=segment.pk)
    day = local_day(now, Viewer(language="en", calendar="gregorian", zone=settings.BRAND_ZONE))
    row, _ = SegmentDay.objects.get_or_create(segment=segment, day=day)
    SegmentDay.objects.filter(pk=row.pk).update(
        entered_count=F("entered_count") + entered, left_count=F("left_count") + left, members_count=count
    )


def _tell(segment: Segment, batch: Batch, entered: list[UUID], left: list[UUID]) -> None:
    """Put comings and goings on the road; who was merged into somebody else goes in silence."""
    for person in entered:
        enter_segment(segment, by=Anchor(anchor_of(batch.of_person[person]).pk))
    for person in left:
        if person in batch.of_person:
            leave_segment(segment, by=Anchor(anchor_of(batch.of_person[person]).pk))


@action
def enter_segment(segment: Segment, *, by: Anchor) -> None:
    """Tell that somebody came to belong to a segment."""
    record("segments.person_entered", by=by, subject=segment, channel="house", data={"version": segment.version})


@action
def leave_segment(segment: Segment, *, by: Anchor) -> None:
    """Tell that somebody no longer belongs to a segment."""
    record("segments.person_left", by=by, subject=segment, channel="house", data={"version": segment.version})
