"""The geometry of the road that an idea travels: equal stretches between stations, linear inside each. Pure sums.

The wide road is a curve over a field of 1,000 by `HEIGHT` whose width the browser stretches; places are percent of the width.
Geometry is drawn from left to right and mirrored by the page where the language reads from right to left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 250
_WIDTH: Final = 1000
_MIDDLE, _SWING, _TURNS = 140, 15, 1.18
_FIRST, _LAST = 0.072, 0.872
ROW: Final = 76


@dataclass(frozen=True, slots=True)
class Stone:
    """A kilometre stone: where it stands, its number, and the two lines of words below it."""

    number: int
    state: str
    head: str
    note: str
    x: str
    y: float


@dataclass(frozen=True, slots=True)
class Road:
    """A road ready to be drawn."""

    at: float
    start: Stone
    stones: tuple[Stone, ...]
    bed: str
    gone: str
    rider_x: str
    rider_y: float
    end_y: float

    @property
    def upright(self) -> int:
        """The height of the upright road, in CSS pixels."""
        return ROW * (len(self.stones) + 1)

    @property
    def rider_down(self) -> float:
        """How far down the rider is on the upright road, in CSS pixels."""
        return round(ROW / 2 + self.at * (self.upright - ROW), 1)


def share_of(count: int, stations: Sequence[int]) -> float:
    """Return the part of the whole road (0 to 1) that `count` supporters have travelled past equal stretches."""
    if not stations:
        return 0.0
    below = 0
    for number, station in enumerate(stations):
        if count < station:
            inside = (count - below) / max(1, station - below)
            return (number + max(0.0, inside)) / len(stations)
        below = station
    return 1.0


def marks(stations: Sequence[int]) -> tuple[float, ...]:
    """Return where the stations stand on a road of equal stretches."""
    return tuple((number + 1) / len(stations) for number in range(len(stations)))


def road(at: float, start: tuple[str, str], stones: Sequence[tuple[int, str, str, str]]) -> Road:
    """Return the road with the rider at `at`; `stones` are (number, state, first line, second line)."""
    count = max(1, len(stones))
    placed = tuple(_stone(stone, (index + 1) / count) for index, stone in enumerate(stones))
    here = _x(at)
    return Road(
        at, _stone((0, "passed", *start), 0.0), placed, _path(-0.02, 1.02), _path(_x(0), max(here, _x(0) + 0.001)),
        percent(here), round(_y(here), 1), round(_y(0.965), 1),
    )  # fmt: skip


def percent(share: float) -> str:
    """Return a share as an SVG attribute in percent."""
    return f"{share * 100:.2f}%"


def _stone(stone: tuple[int, str, str, str], share: float) -> Stone:
    x = _x(share)
    return Stone(*stone, x=percent(x), y=round(_y(x), 1))


def _x(share: float) -> float:
    return _FIRST + share * (_LAST - _FIRST)


def _y(x: float) -> float:
    return _MIDDLE + _SWING * math.sin(2 * math.pi * x * _TURNS + 0.5)


def _path(start: float, end: float, step: float = 0.0125) -> str:
    count = max(2, int((end - start) / step))
    points = [start + (end - start) * index / count for index in range(count + 1)]
    return "M" + "L".join(f"{x * _WIDTH:.1f} {_y(x):.1f}" for x in points)
