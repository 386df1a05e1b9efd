"""How many persons a rule fits, while it is being written: exactly where that is quick, else from a sample with its interval.

A sample is drawn over the numbers of identities, which are given in turn: `SAMPLE_SLOTS` of them at random. A slot hits where a
living person's first identity stands and the rule fits her; so every person has one slot, whatever else she has, and gaps miss.
The estimate is (slots there are) x (share of hits), its 95 % interval is Wilson's (1927) for that share.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import time
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from patogh.people.models import Identity
from patogh.segments import limits
from patogh.segments.asking.batch import chunks, of_persons
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.models import RuleCount, SegmentVersion
from patogh.segments.rules.nodes import Rule
from patogh.segments.rules.printing import digest_of, text_of

_Z = 1.96


@dataclass(frozen=True)
class Count:
    """How many: `members` between `low` and `high`; exact (then all three are one), or from `slots` slots of a sample."""

    members: int
    low: int
    high: int
    slots: int = 0
    is_exact: bool = True
    digest: str = ""
    counted_at: dt.datetime | None = None


@dataclass(frozen=True)
class Looked:
    """A count, and who was found on the way, to be shown as examples."""

    count: Count
    found: list[UUID]


def look(rule: Rule) -> Looked:
    """Return how many persons a rule fits and some of them: within a second, however many there are.

    A sample is drawn in rounds: a small one answers first, even when nothing of the file is in memory; each next one is at most as
    large as all before it and no larger than what ends within LOOK_S at their pace.
    """
    began, now, last = time.monotonic(), timezone.now(), slots_total()
    if last <= limits.EXACT_SLOTS_MAX:
        found = _fitting(rule, None, now)
        return Looked(Count(len(found), len(found), len(found), counted_at=now), found)
    slots = random.sample(range(1, last + 1), min(last, limits.SAMPLE_SLOTS))
    found, drawn, size = [], 0, limits.SAMPLE_FIRST_SLOTS
    while drawn < len(slots) and size:
        some = slots[drawn : drawn + size]
        found += _fitting(rule, some, now)
        drawn += len(some)
        size = _next_size(time.monotonic() - began, drawn)
    text = text_of(rule)
    return Looked(counted(text) or estimated(len(found), drawn, last, digest_of(text)), found)


def _next_size(spent_s: float, drawn: int) -> int:
    """Return how many slots the next round may have after so many took so long; 0 where too few would end in time."""
    size = min(drawn, int(drawn * (limits.LOOK_S - spent_s) / spent_s)) if spent_s > 0 else drawn
    return size if size >= limits.SAMPLE_FIRST_SLOTS else 0


def _fitting(rule: Rule, slots: list[int] | None, now: dt.datetime) -> list[UUID]:
    """Return the persons whom a rule fits and whose first identities stand on these slots; of all persons for None."""
    batch = of_persons(_standing_on(slots), now)
    if slots is not None:
        drawn = set(slots)
        first = {person for person, some in batch.of_person.items() if min(one.pk for one in some) in drawn}
        batch = batch if len(first) == len(batch.of_person) else batch.narrowed(first)
    return [person for person, one in verdicts(rule, batch).items() if one.holds]


def counted(text: str) -> Count | None:
    """Return the exact count of a canonical text, if a live segment keeps it or somebody had it counted just now."""
    rows = SegmentVersion.objects.filter(
        text=text, segment__state="live", segment__retired_at=None, filled_at__isnull=False
    )
    for row in rows.select_related("segment")[:3]:
        if row.number == row.segment.version:
            exact = row.segment.members_count
            return Count(exact, exact, exact, counted_at=timezone.now())
    fresh = timezone.now() - dt.timedelta(seconds=limits.COUNT_FRESH_S)
    done = RuleCount.objects.filter(digest=digest_of(text), counted_at__gte=fresh).first()
    if done is None:
        return None
    return Count(done.members_count, done.members_count, done.members_count, counted_at=done.counted_at)


def estimated(hits: int, slots: int, total: int, digest: str = "") -> Count:
    """Return the estimate and its interval from so many hits among so many slots of all there are."""
    share = hits / slots
    middle = (share + _Z**2 / (2 * slots)) / (1 + _Z**2 / slots)
    half = _Z / (1 + _Z**2 / slots) * math.sqrt(share * (1 - share) / slots + _Z**2 / (4 * slots**2))
    low, high = max(0.0, middle - half) if hits else 0.0, middle + half
    return Count(
        rounded(share * total), rounded(low * total), rounded(high * total), slots, is_exact=False, digest=digest
    )


def rounded(value: float) -> int:
    """Return a count with at most three digits that mean something."""
    whole = round(value)
    step = int(10 ** max(0, len(str(whole)) - 3))
    return round(whole / step) * step


def slots_total() -> int:
    """Return the largest number an identity has."""
    last: int | None = Identity.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _standing_on(slots: list[int] | None) -> set[UUID]:
    """Return the persons whose identities stand on these slots; all persons for None."""
    rows = Identity.objects.filter(person__isnull=False)
    if slots is None:
        return set(rows.values_list("person_id", flat=True))
    return {person for some in chunks(slots) for person in rows.filter(pk__in=some).values_list("person_id", flat=True)}
