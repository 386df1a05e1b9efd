"""When things happen: days with their season and weekday, hours of waking, and how long an answer takes."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import math
import random
from typing import Final
from zoneinfo import ZoneInfo

from patogh.kit.calendar import jalali

TEHRAN: Final = ZoneInfo("Asia/Tehran")
DAYS: Final = 365
# Share of what is written in each hour of the day, midnight first: commutes, lunch, and the long evening.
HOURS: Final = (
    3,
    1,
    0.4,
    0.2,
    0.3,
    0.9,
    2.6,
    4.2,
    4.6,
    4.4,
    4.3,
    4.5,
    5.1,
    5.2,
    4.2,
    3.9,
    4.3,
    5.3,
    6.4,
    7.4,
    8.3,
    8.9,
    7.6,
    5.1,
)
FRIDAY: Final = 4
NIGHT_ENDS_H: Final = 6


class Year:
    """The moments of one year up to `now`, to draw from."""

    def __init__(self, now: dt.datetime) -> None:
        """Weigh each day once."""
        self.now = now
        self.days = [(now - dt.timedelta(days=back)).astimezone(TEHRAN).date() for back in range(DAYS, -1, -1)]
        self._days = list(itertools.accumulate(self._weight(day, number) for number, day in enumerate(self.days)))
        self._hours = list(itertools.accumulate(HOURS))

    def moment(self, rng: random.Random, months: list[int] | None = None) -> dt.datetime:
        """Return a moment of the year, in one of these Jalali months if any are named."""
        for _ in range(400):
            day = self.days[bisect.bisect(self._days, rng.random() * self._days[-1])]
            if months and jalali(day)[1] not in months:
                continue
            moment = self._at(day, rng)
            if moment < self.now - dt.timedelta(minutes=2):
                return moment
        return self.now - dt.timedelta(days=rng.uniform(1, 300))

    def recent(self, rng: random.Random, hours: float) -> dt.datetime:
        """Return a moment of the last hours, closer to now more often."""
        return self.now - dt.timedelta(minutes=3 + rng.random() ** 1.7 * hours * 60)

    def _at(self, day: dt.date, rng: random.Random) -> dt.datetime:
        hour = bisect.bisect(self._hours, rng.random() * self._hours[-1])
        local = dt.datetime.combine(day, dt.time(hour, rng.randrange(60), rng.randrange(60)), TEHRAN)
        return local.astimezone(dt.UTC)

    def _weight(self, day: dt.date, number: int) -> float:
        """Weigh a day: the hangout grows, Friday mornings bring talk, Nowruz is quiet and spring is not."""
        _, month, number_in_month = jalali(day)
        weight = 0.6 + 0.9 * number / DAYS
        weight *= 1.35 if day.weekday() == FRIDAY else 1.1 if day.weekday() == FRIDAY + 1 else 1.0
        if month == 1 and number_in_month <= 13:
            return weight * 0.4
        return weight * (1.0 + 0.18 * math.cos((month - 2.5) / 12 * 2 * math.pi))


def answer_after(rng: random.Random, before: dt.datetime, sluggish: float) -> dt.datetime:
    """Return when the next post comes: minutes at first, hours later on, and hardly ever in the night."""
    moment = before + dt.timedelta(minutes=min(rng.lognormvariate(3.2 + sluggish, 1.25), 60 * 24 * 9))
    local = moment.astimezone(TEHRAN)
    if 1 <= local.hour < NIGHT_ENDS_H and rng.random() < 0.9:
        moment += dt.timedelta(hours=NIGHT_ENDS_H - local.hour + rng.random() * 2)
    return moment
