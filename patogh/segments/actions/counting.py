"""The exact count of a rule that is being written, some thousand persons at a time."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.utils import timezone

from patogh.activity import enqueue, upkeep
from patogh.people.models import Person
from patogh.segments import limits
from patogh.segments.actions.filling import people_total
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.errors import BadRule
from patogh.segments.models import RuleCount
from patogh.segments.rules.printing import digest_of
from patogh.segments.rules.reading import parse

COUNT = "segments.count"


@upkeep
def ask_count(text: str) -> RuleCount:
    """Have a canonical rule counted exactly, unless that was done just now or is being done."""
    now, digest = timezone.now(), digest_of(text)
    fresh = now - dt.timedelta(seconds=limits.COUNT_FRESH_S)
    row = RuleCount.objects.filter(digest=digest).first()
    if row is not None and (row.counted_at or row.began_at) >= fresh:
        return row
    values = {
        "text": text, "members_count": 0, "asked_count": 0, "total_count": people_total(), "last_person": None,
        "began_at": now, "counted_at": None,
    }  # fmt: skip
    row, _ = RuleCount.objects.update_or_create(digest=digest, defaults=values)
    enqueue(COUNT, key=COUNT)
    return row


def count_on(most: int = limits.COUNTED_PERSONS_MAX) -> bool:
    """Ask the rule that was asked for last of the next persons, outside of any transaction; returns whether there may be more."""
    row = RuleCount.objects.filter(counted_at=None).order_by("-began_at").first()
    if row is None:
        return False
    rest = Person.objects.filter(pk__gt=row.last_person) if row.last_person else Person.objects.all()
    persons = list(rest.order_by("pk").values_list("pk", flat=True)[:most])
    try:
        said = verdicts(parse(row.text), of_persons(persons, timezone.now())) if persons else {}
    except BadRule:  # its words are gone: there is nothing to count any more
        persons, said = [], {}
    _note_count(row, persons[-1] if persons else None, len(persons), sum(one.holds for one in said.values()))
    return True


@upkeep
def _note_count(row: RuleCount, last: object, asked: int, found: int) -> None:
    """Write down how far a count is; without a last person it is done."""
    rows = RuleCount.objects.filter(pk=row.pk, last_person=row.last_person, counted_at=None)
    if last is None:
        rows.update(counted_at=timezone.now(), total_count=F("asked_count"))
    else:
        rows.update(last_person=last, asked_count=F("asked_count") + asked, members_count=F("members_count") + found)


@upkeep
def forget_counts() -> int:
    """Forget counts of rules that nobody looked at for some days; returns how many."""
    before = timezone.now() - dt.timedelta(days=limits.COUNTS_KEPT_DAYS)
    return RuleCount.objects.filter(began_at__lt=before).delete()[0]
