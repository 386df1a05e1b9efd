"""Asking a new rule of everybody, some hundred persons at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.people.models import Identity, Person
from patogh.segments import limits
from patogh.segments.actions.following import follow_some
from patogh.segments.actions.settling import bring_in_line, one_at_a_time
from patogh.segments.asking.batch import Batch, of_persons
from patogh.segments.asking.verdicts import Verdicts, verdicts
from patogh.segments.errors import BadRule
from patogh.segments.models import Segment, SegmentVersion
from patogh.segments.rules.nodes import Rule
from patogh.segments.rules.reading import known

FILL = "segments.fill"


def begin(segment: Segment) -> None:
    """Queue the filling of a segment, a moment later: until then every process has heard which verbs it asks about."""
    delay = 0 if settings.DOOR == "inline" else limits.FILL_DELAY_S
    run_at = timezone.now() + dt.timedelta(seconds=delay)
    enqueue(FILL, key=f"{FILL}:{segment.pk}:{segment.version}", run_at=run_at)


def people_total() -> int:
    """Return about how many persons there are, for a progress bar: no table is counted."""
    return Identity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True)
class Step:
    """The persons behind `after` of whom a rule is being asked; nobody, where there was something else to do."""

    segment: Segment
    version: int
    rule: Rule | None
    after: UUID | None
    persons: list[UUID]


def fill_on(most: int = limits.FILLED_PERSONS_MAX) -> bool:
    """Ask the rule of the segment that waits longest of the next persons; returns whether there may be more to do.

    Whoever was touched meanwhile is asked first. What is asked is read outside of any transaction: whoever did something
    waits for what is written, not for what is read.
    """
    step = _begin_step(most)
    if step is None:
        return False
    if step.rule is not None and step.persons:
        batch = of_persons(step.persons, timezone.now())
        _end_step(step, batch, verdicts(step.rule, batch))
    return True


@upkeep
def _begin_step(most: int) -> Step | None:
    """Follow those who were touched, then say of whom a rule is asked now; None where no segment is to be filled."""
    one_at_a_time()
    follow_some()
    segment = Segment.objects.filter(retired_at=None, state="filling").order_by("pk").first()
    row = SegmentVersion.objects.filter(segment=segment, number=segment.version).first() if segment else None
    if segment is None or row is None:
        return None
    try:
        rule = known(row.text)
    except BadRule as broken:
        Segment.objects.filter(pk=segment.pk).update(state="broken", broken_why=str(broken)[:300])
        return Step(segment, row.pk, None, row.last_person, [])
    rest = Person.objects.filter(pk__gt=row.last_person) if row.last_person else Person.objects.all()
    persons = list(rest.order_by("pk").values_list("pk", flat=True)[:most])
    if persons:
        SegmentVersion.objects.filter(pk=row.pk).update(asking_until=persons[-1])
    else:
        finish_filling(segment, row)
    return Step(segment, row.pk, rule, row.last_person, persons)


@upkeep
def _end_step(step: Step, batch: Batch, said: Verdicts) -> None:
    """Write what was found, unless it is old: somebody was asked again or erased meanwhile, or the rule is another one.

    Then nothing is written, and the next step asks the same persons again.
    """
    one_at_a_time()
    rows = SegmentVersion.objects.filter(pk=step.version, asking_until=step.persons[-1])
    rows = rows.filter(number=F("segment__version"), segment__state="filling", segment__retired_at=None)
    row = rows.select_for_update(of=("self",)).first()
    if row is None or row.last_person != step.after:
        return
    done = bring_in_line(step.segment, step.persons, batch, said, "fill")
    SegmentVersion.objects.filter(pk=row.pk).update(
        last_person=step.persons[-1], asking_until=None, asked_count=F("asked_count") + len(step.persons),
        entered_count=F("entered_count") + len(done.entered), left_count=F("left_count") + len(done.left),
    )  # fmt: skip


@action
def finish_filling(segment: Segment, row: SegmentVersion) -> None:
    """Say that a new rule was asked of everybody."""
    now = timezone.now()
    SegmentVersion.objects.filter(pk=row.pk).update(filled_at=now, total_count=F("asked_count"))
    Segment.objects.filter(pk=segment.pk).update(state="live")
    data = {"version": row.number, "entered": row.entered_count, "left": row.left_count}
    record("segments.segment_filled", by=None, subject=segment, channel="house", data=data)
