"""When supporters come: station by station, each in its time, more of them at first and just before a station."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from patogh.conf.demo.rhythm import HOURS, TEHRAN

# Stations are reached within this part of their time, so that no window closes by a hair.
IN_TIME: Final = 0.8
JUST_IN_TIME: Final = 0.98
SLOWER: Final = 1.4
_HOURS: Final = list(itertools.accumulate(HOURS))


@dataclass(frozen=True, slots=True)
class Road:
    """The time in which an idea gathers, its stations as (supporters, days), and when it passed the last one, if told."""

    published: dt.datetime
    ends: dt.datetime
    stations: tuple[tuple[int, int], ...]
    reached: dt.datetime | None = None


def moments(rng: random.Random, road: Road, count: int) -> list[dt.datetime]:
    """Return when each of `count` supporters came, in order; the n-th comes when the station of n is passed."""
    found: list[dt.datetime] = []
    since = road.published
    for at, number in stations(road, count):
        found += sorted(_awake(rng, since, at) for _ in range(number - len(found) - 1))
        found.append(at)
        since = at
    rest = count - len(found)
    return found + sorted(_awake(rng, since, road.ends) for _ in range(rest))


def stations(road: Road, count: int) -> list[tuple[dt.datetime, int]]:
    """Return when the stations are passed that so many supporters reach."""
    before, passed = road.published, [station for station in road.stations if station[0] <= count]
    told = road.reached if passed else None
    whole, span = (passed[-1][0], told - before) if told else (count, road.ends - before)
    found = []
    for place, (number, days) in enumerate(passed):
        at = road.published + span * (number / whole) ** SLOWER
        is_last = place == len(passed) - 1
        if is_last and len(passed) < len(road.stations):
            ahead = dt.timedelta(days=road.stations[place + 1][1]) * IN_TIME
            at = max(at, road.ends - ahead)
        latest = dt.timedelta(days=days) * (JUST_IN_TIME if told else IN_TIME)
        at = min(told if told and is_last else at, before + latest, road.ends)
        at = max(at, before + dt.timedelta(hours=2))
        found.append((at, number))
        before = at
    return found


def _awake(rng: random.Random, since: dt.datetime, until: dt.datetime) -> dt.datetime:
    """Return a moment in between, at an hour at which people are up where there is one."""
    at = since + (until - since) * rng.random() ** 1.25
    hour = bisect.bisect(_HOURS, rng.random() * _HOURS[-1])
    local = at.astimezone(TEHRAN).replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))
    better: dt.datetime = local.astimezone(dt.UTC)
    return better if since < better < until else at


def price(rng: random.Random, quarters: Sequence[int]) -> int:
    """Return what somebody would pay, around the lower quarter, the median and the upper quarter, to half a million."""
    low, middle, high = quarters
    points = (round(low * 0.6), low, middle, high, round(high * 1.4))
    place, within = divmod(rng.random() * 4, 1)
    lower, upper = points[int(place)], points[int(place) + 1]
    step = 500_000
    return max(step, round((lower + (upper - lower) * within) / step) * step)
