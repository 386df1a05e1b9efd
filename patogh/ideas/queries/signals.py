"""Supports that may not be people, for the team alone: each signal with its number, and what the count is without it.

Nothing is dropped: a signal is a reason to look. Every figure counts supports that stand now.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patogh.ideas import limits
from patogh.ideas.models import Idea, Support
from patogh.trust.models import MemberDay


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to look: how many supports have it, and how many are left without them."""

    key: str
    name: Promise | str
    says: Promise | str
    n: int
    without: int


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals of an idea with the count that stands, and the count without any of them."""

    count: int
    persons: int
    signals: tuple[Signal, ...]
    flagged: int
    without_all: int
    bursts: tuple[tuple[dt.datetime, int], ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    person: str
    given_at: dt.datetime
    age_days: int
    network: str
    crowd: int
    has_read: bool
    was_carried: bool


NAMES: Final = {
    "burst": (_("In a burst"), _("given in an hour with at least five times this idea’s usual hour")),
    "fresh": (_("Fresh account"), _("from accounts younger than seven days at the time")),
    "network": (_("Same network"), _("three or more from one network on one day; a school or a workshop looks the same")),
    "unread": (_("Never seen reading"), _("from accounts that had never been seen reading here")),
    "person": (_("Accounts of one person"), _("from second accounts of somebody who was merged; they count once as a person")),
}  # fmt: skip


def signals_of(idea: Idea) -> Signals:
    """Return the signals of an idea; two queries, whatever the number of supports (at most SIGNALS_READ_MAX are read)."""
    rows = list(_rows(idea))
    bursts = _bursts(rows)
    found = {
        "burst": {row.pk for row in rows if _hour(row.given_at) in bursts and not row.was_carried},
        "fresh": {row.pk for row in rows if row.age_days < limits.FRESH_ACCOUNT_DAYS},
        "network": _crowded(rows),
        "unread": {row.pk for row in rows if not row.has_read},
        "person": _doubled(rows),
    }
    count, flagged = len(rows), set().union(*found.values())
    return Signals(
        count, len({row.person for row in rows}),
        tuple(Signal(key, *NAMES[key], len(pks), count - len(pks)) for key, pks in found.items()),
        len(flagged), count - len(flagged), tuple(sorted(bursts.items())), count < limits.SIGNALS_READ_MAX,
    )  # fmt: skip


def _rows(idea: Idea) -> Iterator[_Row]:
    """Yield the supports that stand, as narrow rows."""
    read = MemberDay.objects.filter(member=OuterRef("member"), readings__gt=0, day__lte=OuterRef("given_at__date"))
    # Days older than a hundred are forgotten, so a level or a post of their own says as well that somebody took part.
    took_part = Q(member__trust_level__gt=0) | Q(member__posts_count__gt=0)
    live = Support.objects.filter(idea=idea, withdrawn_at=None).annotate(has_read=Q(Exists(read)) | took_part)
    columns = (
        "pk",
        "member__identity__person",
        "given_at",
        "account_age_days",
        "network",
        "crowd_count",
        "has_read",
        "came_from",
    )
    rows = live.order_by("pk").values_list(*columns)[: limits.SIGNALS_READ_MAX]
    for pk, person, given_at, age, network, crowd, has_read, came_from in rows:
        yield _Row(pk, str(person or f"-{pk}"), given_at, age, network, crowd, bool(has_read), came_from is not None)


def _hour(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _bursts(rows: list[_Row]) -> dict[dt.datetime, int]:
    """Return the hours with far more supports than the idea's own median hour (of those with any)."""
    hours = Counter(_hour(row.given_at) for row in rows if not row.was_carried)
    if not hours:
        return {}
    least = max(limits.BURST_SUPPORTS_MIN, limits.BURST_TIMES * median_low(hours.values()))
    return {hour: count for hour, count in hours.items() if count >= least}


def _crowded(rows: list[_Row]) -> set[int]:
    """Return the supports that came from one network on one day, with others."""
    crowds = Counter(row.network for row in rows if row.network)
    least = limits.CROWD_SUPPORTS_MIN
    return {row.pk for row in rows if row.crowd >= least or (row.network and crowds[row.network] >= least)}


def _doubled(rows: list[_Row]) -> set[int]:
    """Return the supports of a person beyond the first one."""
    seen: set[str] = set()
    later = set()
    for row in rows:
        if row.person in seen:
            later.add(row.pk)
        seen.add(row.person)
    return later
