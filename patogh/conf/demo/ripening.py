"""Ideas by the ten thousand before they are written: what each is called, how far it came, and when it took its steps.

How many stand behind an idea has a heavy tail, as on LEGO's platform: most gather a few dozen, one in five hundred reaches
the last station.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from patogh.conf.demo import gathering
from patogh.conf.demo.gathering import Road
from patogh.conf.demo.proposals import FOLDER, scaled
from patogh.ideas.machine import STEPS

SEED: Final = "ripening"
TAIL: Final = 1.08
# Of each thousand ideas so many are in these states; the rest gathers.
SHARES: Final = {
    "draft": 20, "submitted": 8, "returned": 12, "withdrawn": 25, "archived": 25, "merged": 10, "expired": 480, "decided": 2,
}  # fmt: skip
DECIDED: Final = (
    "in_review", "not_approved", "approved", "carried_over", "in_development", "on_sale", "not_approved", "not_approved",
)  # fmt: skip
MEMBERS_OF_THE_RULES: Final = 100_000
STATIONS: Final = ((100, 60), (1_000, 365), (5_000, 182), (10_000, 182))
# How long ago an idea was published that gathers towards its first, second … station, at least and at most, in days.
RUNNING_D: Final = ((0.4, 46), (20, 330), (70, 470), (130, 600))
TARGETS: Final = {step.move: step.target for step in STEPS} | {"station": "gathering"}
WORDS_OF: Final = {
    "return": "back",
    "archive": "aside",
    "merge": "merge",
    "approve": "yes",
    "decline": "no",
    "carry_over": "later",
}
DAY: Final = dt.timedelta(days=1)
Moment = dt.datetime


@dataclass(slots=True)
class Ripe:
    """One idea: its words, who proposed it (a place in the order of joining), where it stands, its supporters, its steps."""

    number: int
    title: str
    lead: str
    problem: str
    proposal: str
    category: int
    state: str
    created: Moment
    count: int = 0
    published: Moment | None = None
    ends: Moment | None = None
    stations: list[Moment] = field(default_factory=list)
    steps: list[tuple[str, Moment]] = field(default_factory=list)

    def times(self, thresholds: list[int]) -> Iterator[Moment]:
        """Yield when each supporter came: the n-th when the station of n is passed, evenly in between."""
        if self.published is None or self.ends is None:
            return
        ends = [*zip(thresholds, self.stations, strict=False)]
        if self.count > (ends[-1][0] if ends else 0):
            ends.append((self.count, self.ends))
        since, before = self.published, 0
        for number, at in ends:
            step = (at - since) / (number - before)
            for place in range(1, number - before):
                yield since + step * place
            yield at
            since, before = at, number


@cache
def words() -> dict[str, Any]:
    """Return what ideas grow from."""
    return tomllib.loads((FOLDER / "grown.toml").read_text(encoding="utf-8"))


def stations_for(members: int) -> list[tuple[int, int]]:
    """Return the stations of a house of so many members, each beyond the one before."""
    part = min(1.0, members / MEMBERS_OF_THE_RULES)
    found: list[tuple[int, int]] = []
    for number, days in STATIONS:
        found.append((max(scaled(number, part), found[-1][0] + 2 if found else 2), days))
    return found


class Garden:
    """All ideas of one size: the same for the same moment and numbers."""

    def __init__(self, now: Moment, ideas: int, supports: int, members: int) -> None:
        """Draw states and counts."""
        self.now, self.stations = now, stations_for(members)
        self.thresholds = [number for number, _ in self.stations]
        self._rng = random.Random(f"{SEED}:{ideas}:{supports}")  # noqa: S311 - a seeded demo
        self.states = self._states(ideas)
        self.counts = self._counts(supports)
        self._order = self._rng.sample(range(self._combinations()), min(ideas, self._combinations()))

    def ripe(self) -> Iterator[Ripe]:
        """Yield every idea in the order of its number."""
        for number, (state, count) in enumerate(zip(self.states, self.counts, strict=True)):
            rng = random.Random(f"{SEED}:{number}")  # noqa: S311 - a seeded demo
            yield self._one(number, state, count, rng)

    def _states(self, ideas: int) -> list[str]:
        """Return a state for each idea: the shares of SHARES, and every state at least once."""
        found: list[str] = []
        for state, share in SHARES.items():
            least = len(DECIDED) if state == "decided" else 2
            some = max(least, ideas * share // 1_000)
            found += list(itertools.islice(itertools.cycle(DECIDED), some)) if state == "decided" else [state] * some
        found = (found + ["gathering"] * ideas)[:ideas]
        self._rng.shuffle(found)
        return found

    def _counts(self, supports: int) -> list[int]:
        """Return how many stand behind each idea, with a heavy tail and about that many in all."""
        last = self.thresholds[-1]
        fixed = {"draft": 0, "submitted": 0, "returned": 0} | dict.fromkeys(DECIDED, last)
        drawn = [fixed.get(state, -1) for state in self.states]
        tails = [(1 - self._rng.random()) ** (-1 / TAIL) for count in drawn if count < 0]
        wanted = max(0, supports - sum(count for count in drawn if count > 0))
        low, high = 0.0, float(last)
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if sum(min(last - 1, int(middle * tail)) for tail in tails) < wanted else (low, middle)
            )
        counts = iter(min(last - 1, int(low * tail)) for tail in tails)
        return [next(counts) if count < 0 else count for count in drawn]

    def _combinations(self) -> int:
        bank = words()
        return len(bank["things"]) * len(bank["materials"]) * len(bank["purposes"])

    def _one(self, number: int, state: str, count: int, rng: random.Random) -> Ripe:
        bank = words()
        place = self._order[number % len(self._order)]
        place, thing = divmod(place, len(bank["things"]))
        purpose, material = divmod(place, len(bank["materials"]))
        title = f"{bank['things'][thing]} {bank['materials'][material]} برای {bank['purposes'][purpose]}"
        lead, problem, proposal = (rng.choice(bank[name]) for name in ("leads", "problems", "proposals"))
        idea = Ripe(number, title, lead, problem, proposal, number % 6, state, self.now, count)
        if state in ("draft", "submitted", "returned"):
            self._wait(idea, rng)
        else:
            self._ripen(idea, rng)
        return idea

    def _wait(self, idea: Ripe, rng: random.Random) -> None:
        """Let an idea wait before its publication."""
        idea.created = self.now - rng.uniform(1, 9) * DAY
        if idea.state != "draft":
            idea.steps.append(("submit", idea.created + 0.1 * DAY))
        if idea.state == "returned":
            idea.steps.append(("return", idea.created + 0.6 * DAY))

    def _ripen(self, idea: Ripe, rng: random.Random) -> None:
        """Let an idea gather, station by station, and end as its state says."""
        stage = bisect.bisect_right(self.thresholds, idea.count)
        span, offsets = self._in_time(idea, stage, self._span(idea.state, stage, rng))
        end, after = self._end(idea.state, stage, (span, offsets), rng)
        start = self.now - end - after
        idea.published, idea.created = start, start - rng.uniform(0.6, 3) * DAY
        idea.ends = start + min(span, end - dt.timedelta(minutes=5)) if idea.state != "expired" else start + end * 0.9
        idea.stations = [start + offset for offset in offsets]
        if idea.stations:
            idea.ends = max(idea.ends, idea.stations[-1] + dt.timedelta(minutes=1))
        self._walk(idea, start + end, rng)

    def _in_time(self, idea: Ripe, stage: int, span: dt.timedelta) -> tuple[dt.timedelta, list[dt.timedelta]]:
        """Return over how long it gathered, and when it passed its stations: quicker until no window closed meanwhile."""
        while True:
            road = Road(self.now - span, self.now, tuple(self.stations))
            offsets = [at - road.published for at, _ in gathering.stations(road, idea.count)] if idea.count else []
            window = self.stations[min(stage, len(self.stations) - 1)][1] * DAY * 0.95
            if (
                idea.state in DECIDED
                or idea.state == "expired"
                or span < (offsets[-1] if offsets else 0 * DAY) + window
            ):
                return span, offsets
            span *= 0.85

    def _span(self, state: str, stage: int, rng: random.Random) -> dt.timedelta:
        """Return over how long the supporters came."""
        low, high = RUNNING_D[min(stage, 3)]
        if state in DECIDED:
            return rng.uniform(200, 300) * DAY
        if state == "merged":
            return rng.uniform(low, high) * DAY * 0.5
        return rng.uniform(low, high) * DAY

    def _end(
        self, state: str, stage: int, gathered: tuple[dt.timedelta, list[dt.timedelta]], rng: random.Random
    ) -> tuple[dt.timedelta, dt.timedelta]:
        """Return how long after its publication an idea left gathering (or now), and how long ago that is."""
        span, offsets = gathered
        if state == "gathering":
            return span, dt.timedelta()
        if state == "expired":
            days = self.stations[min(stage, len(self.stations) - 1)][1]
            return (offsets[-1] if offsets else dt.timedelta()) + days * DAY, rng.uniform(0.2, 260) * DAY
        if state in DECIDED:
            return offsets[-1], rng.uniform(190, 230) * DAY if state != "in_review" else rng.uniform(3, 40) * DAY
        return span + dt.timedelta(hours=2), rng.uniform(1, 200) * DAY

    def _walk(self, idea: Ripe, left: Moment, rng: random.Random) -> None:
        """Write the steps of an idea in their order."""
        if idea.published is None:
            return
        steps: list[tuple[str, Moment]] = [("submit", idea.created + 0.2 * DAY), ("publish", idea.published)]
        steps += [("station", at) for at in idea.stations]
        steps += _last_steps(idea.state, left, rng)
        idea.steps = steps


def _last_steps(state: str, left: Moment, rng: random.Random) -> list[tuple[str, Moment]]:
    """Return the steps by which an idea left gathering, and those after."""
    one = {"expired": "expire", "archived": "archive", "withdrawn": "withdraw", "merged": "merge"}.get(state)
    if one:
        return [(one, left)]
    if state not in DECIDED:
        return []
    decided = left + rng.uniform(45, 75) * DAY
    found = [("qualify", left)]
    if state != "in_review":
        found.append(({"not_approved": "decline", "carried_over": "carry_over"}.get(state, "approve"), decided))
    if state in ("in_development", "on_sale"):
        found.append(("develop", decided + 20 * DAY))
    if state == "on_sale":
        found.append(("release", decided + 95 * DAY))
    return found
