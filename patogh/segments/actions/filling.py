"""Asking a new rule of everybody, some hundred persons at a time."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from patogh.activity import action, enqueue, record, upkeep
from patogh.people.models import Identity, Person
from patogh.segments import limits
from patogh.segments.actions.settling import one_at_a_time, settle
from patogh.segments.asking.batch import of_persons
from patogh.segments.errors import BadRule
from patogh.segments.models import Segment, SegmentVersion
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


@upkeep
def fill_on(most: int = limits.FILLED_PERSONS_MAX) -> bool:
    """Ask the rule of the segment that waits longest of the next persons; returns whether there may be more to do.

    Whoever was touched meanwhile is asked first: a filling makes nobody wait who did something.
    """
    one_at_a_time()
    segment = Segment.objects.filter(retired_at=None, state="filling").order_by("pk").first()
    row = SegmentVersion.objects.filter(segment=segment, number=segment.version).first() if segment else None
    if segment is None or row is None:
        return False
    try:
        rule = known(row.text)
    except BadRule as broken:
        Segment.objects.filter(pk=segment.pk).update(state="broken", broken_why=str(broken)[:300])
        return True
    rest = Person.objects.filter(pk__gt=row.last_person) if row.last_person else Person.objects.all()
    persons = list(rest.order_by("pk").values_list("pk", flat=True)[:most])
    if not persons:
        finish_filling(segment, row)
        return True
    done = settle(segment, rule, persons, of_persons(persons, timezone.now()), "fill")
    SegmentVersion.objects.filter(pk=row.pk).update(
        last_person=persons[-1], asked_count=F("asked_count") + len(persons),
        entered_count=F("entered_count") + len(done.entered), left_count=F("left_count") + len(done.left),
    )  # fmt: skip
    return True


@action
def finish_filling(segment: Segment, row: SegmentVersion) -> None:
    """Say that a new rule was asked of everybody."""
    now = timezone.now()
    SegmentVersion.objects.filter(pk=row.pk).update(filled_at=now, total_count=F("asked_count"))
    Segment.objects.filter(pk=segment.pk).update(state="live")
    data = {"version": row.number, "entered": row.entered_count, "left": row.left_count}
    record("segments.segment_filled", by=None, subject=segment, channel="house", data=data)
