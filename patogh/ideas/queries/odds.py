"""The real odds of a programme: how many of the ideas whose time is over came how far, with Wilson's interval.

An idea counts for a station only once its whole time for it has passed since publication: ideas of last week, whose quick
ones have arrived and whose slow ones have not failed yet, would make the odds look better or worse than they are. What is
counted are stored rows that change with moves only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from patogh.ideas.machine import GATHERING, MERGED
from patogh.ideas.models import Idea, Move, Programme, RuleVersion
from patogh.ideas.terms import Station, terms_of
from patogh.kit.shares import Estimate, share

KEPT_S = 3600


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the ideas whose time for a station is over reached it."""

    supporters: int
    hits: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class Odds:
    """What became of ideas. `published` counts all; the shares are of cohorts whose time is over, each with its own n.

    `approved` is of what the board decided, `made` of what it approved; `since` and `until` bound the first station's cohort.
    """

    published: int
    stations: tuple[Reached, ...]
    decided: int
    approved: Estimate
    approved_count: int
    made: Estimate
    made_count: int
    since: dt.datetime | None
    until: dt.datetime | None


def odds(programme: Programme, now: dt.datetime | None = None) -> Odds:
    """Return the odds of a programme, remembered for as long as none of its ideas moved, an hour at most."""
    if now is not None:
        return counted(programme, now)
    key = f"ideas.odds:{programme.pk}:{programme.version}"
    known: Odds | None = cache.get(key)
    if known is None:
        known = counted(programme, timezone.now())
        cache.set(key, known, KEPT_S)
    return known


def counted(programme: Programme, now: dt.datetime) -> Odds:
    """Count the odds of a programme as they stand."""
    stations = terms_of(programme.rules).stations if programme.rules is not None else ()
    rows = Idea.objects.filter(programme=programme, published_at__isnull=False).exclude(state=MERGED)
    like = [version.pk for version in _versions(programme) if terms_of(version).stations == stations]
    cuts = _cuts(stations, now)
    wanted: dict[str, Any] = {}
    for place, cut in enumerate(cuts):
        passed = Q(milestone__gt=place)
        over = Q(published_at__lte=cut) & (passed | ~Q(state=GATHERING))
        wanted |= {f"n{place}": Count("pk", filter=over), f"hits{place}": Count("pk", filter=over & passed)}
    if cuts:
        first = Q(published_at__lte=cuts[0])
        wanted |= {"since": Min("published_at", filter=first), "until": Max("published_at", filter=first)}
    found = rows.filter(rules__in=like).aggregate(**wanted) if wanted else {}
    reached = tuple(
        Reached(station.supporters, found[f"hits{place}"], share(found[f"hits{place}"], found[f"n{place}"]))
        for place, station in enumerate(stations)
    )
    approved, declined = _moves(programme, "approve"), _moves(programme, "decline")
    made = _moves(programme, "release")
    return Odds(
        programme.ideas_count, reached, approved + declined, share(approved, approved + declined), approved,
        share(min(made, approved), approved), made, found.get("since"), found.get("until"),
    )  # fmt: skip


def _versions(programme: Programme) -> list[RuleVersion]:
    return list(RuleVersion.objects.filter(programme=programme))


def _cuts(stations: tuple[Station, ...], now: dt.datetime) -> list[dt.datetime]:
    """Return, station by station, when an idea was published at the latest whose whole time for it is over."""
    days, cuts = 0, []
    for station in stations:
        days += station.days
        cuts.append(now - dt.timedelta(days=days))
    return cuts


def _moves(programme: Programme, move: str) -> int:
    """Return how many ideas of a programme ever made a move."""
    return Move.objects.filter(move=move, idea__programme=programme).count()
