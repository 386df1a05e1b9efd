"""Which persons were said something of lately, by the time it was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db.models import Q

from patogh.activity.models import Pulse
from patogh.persons import limits
from patogh.persons.matching.facts import TRAITS
from patogh.persons.models import Trait

PULSE: Final = "persons.swept"
_LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def swept_until() -> dt.datetime:
    """Return up to when traits were swept up."""
    found = Pulse.objects.filter(name=PULSE).values_list("beat_at", flat=True).first()
    return found or _LONG_AGO


def changed_since(moment: dt.datetime) -> Iterator[tuple[list[UUID], dt.datetime]]:
    """Yield persons of whom something was recorded since, a step at a time, with the moment up to which each step reaches.

    A transaction that began earlier may commit later, so a sweep that finds anything new looks back SWEEP_BACK_S.
    """
    if not Trait.objects.filter(recorded_at__gt=moment).order_by("recorded_at").values_list("pk", flat=True)[:1]:
        return
    at, last = moment - dt.timedelta(seconds=limits.SWEEP_BACK_S), 0
    while True:
        further = Q(recorded_at__gt=at) | Q(recorded_at=at, pk__gt=last)
        rows = list(
            Trait.objects.filter(further, recorded_at__gte=at)
            .order_by("recorded_at", "pk")
            .values_list("pk", "recorded_at", "name", "identity__person_id")[: limits.SWEEP_STEP_TRAITS]
        )
        if not rows:
            return
        last, at = rows[-1][0], rows[-1][1]
        persons = {person for _, _, name, person in rows if name in TRAITS and person is not None}
        yield sorted(persons), at
