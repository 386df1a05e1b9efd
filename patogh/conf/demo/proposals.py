"""The ideas of the demo before they are written: the calls with their rules, and each idea with the times of its road."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Final

from patogh.conf.demo.gathering import Road, moments
from patogh.conf.demo.phrases import CONTENT
from patogh.conf.demo.stories import before
from patogh.ideas.terms import DEFAULTS, Terms, as_json, parse

FOLDER: Final = CONTENT / "ideas"
# The written stations are those of a hangout of so many members; a smaller one has smaller ones.
WHOLE_HANGOUT: Final = 300
QUEUED: Final = dt.timedelta(minutes=20)
PUBLISHED_AFTER: Final = dt.timedelta(hours=22)
# An idea comes before the board so long before its decision.
BOARD_TAKES: Final = dt.timedelta(days=35)
PRIVATE: Final = frozenset({"draft", "submitted", "returned"})
DECIDED: Final = frozenset({"in_review", "carried_over", "approved", "not_approved", "in_development", "on_sale"})
Moment = dt.datetime


@dataclass(slots=True)
class Call:
    """A programme: its words, the rules of each time (from when they hold), and when its rounds closed."""

    row: dict[str, Any]
    opened: Moment
    terms: list[tuple[Moment, Terms]]
    rounds: list[Moment]

    def terms_at(self, at: Moment) -> Terms:
        """Return the rules that held then."""
        return [terms for since, terms in self.terms if since <= at][-1]


@dataclass(slots=True)
class Sketch:
    """One idea: its row of the file, when it was begun, submitted, published and when its gathering ended, and its supporters' times."""

    key: str
    row: dict[str, Any]
    call: Call
    at: Moment
    published: Moment | None = None
    gathered_until: Moment | None = None
    supports: list[Moment] = field(default_factory=list)
    stations: list[Moment] = field(default_factory=list)
    moves: list[tuple[Moment, dict[str, Any]]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Where it stands in the end."""
        return str(self.row.get("state", "gathering"))


@dataclass(slots=True)
class Content:
    """Everything that is written about ideas, brought to a clock."""

    calls: list[Call]
    sketches: list[Sketch]
    talk: dict[str, list[list[str]]]


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def picture(name: str) -> bytes:
    """Return a picture as it is kept."""
    return (FOLDER / "pictures" / f"{name}.webp").read_bytes()


def read(now: Moment, members: int) -> Content:
    """Return all ideas as they are told from this moment on, for a hangout of so many members."""
    part = min(1.0, members / WHOLE_HANGOUT)
    calls = {row["slug"]: _call(row, now, part) for row in _file("programmes")["programme"]}
    rows = [*_file("making")["idea"], *_file("decided")["idea"], *_small()]
    sketches = [_sketch(row, calls[row["programme"]], now, part) for row in rows]
    talk = {key: row["said"] for key, row in _file("talk").items()}
    return Content(list(calls.values()), sorted(sketches, key=lambda one: (one.at, one.key)), talk)


def _call(row: dict[str, Any], now: Moment, part: float) -> Call:
    opened = before(now, row["opened"])
    terms = [(opened, _terms(row, row["stations"], part))]
    if first := row.get("first"):
        until = before(now, first["until"])
        terms = [(opened, _terms(row, first["stations"], part)), (until, terms[0][1])]
    return Call(row, opened, terms, [before(now, text) for text in row.get("rounds", [])])


def _terms(row: dict[str, Any], stations: list[list[int]], part: float) -> Terms:
    """Return the rules of a call as the room reads them."""
    words = _file("programmes")["rules"]
    said: dict[str, Any] = as_json(DEFAULTS) | {
        "stations": [{"supporters": scaled(number, part), "days": days} for number, days in stations],
        "royalty_bps": row["royalty_bps"], "copies": row["copies"], "board_capacity": row["capacity"],
        "review_every_months": row["months"], "review_days": row["review_days"],
        "support_budget": row.get("budget", 0), "hides_counts": row.get("hides_counts", False),
        "fields": row["fields"], "preface_fa": row["preface"], "preface_en": row["preface_en"],
        "house_rules": [{"key": key, "fa": fa, "en": en} for key, fa, en in words["house"]],
        "criteria": [{"key": key, "fa": fa, "en": en, "weight": weight} for key, fa, en, weight in words["criteria"]],
        "feedback": [{"key": key, "fa": fa, "en": en} for key, fa, en in words["feedback"]],
    }  # fmt: skip
    return parse(said)


def scaled(number: int, part: float) -> int:
    """Return a number of supporters for a part of the whole hangout."""
    return max(1, round(number * part))


def _small() -> list[dict[str, Any]]:
    """Return the short ideas as rows of the same form."""
    rows = []
    for name, state in (("small", "gathering"), ("ended", "expired")):
        for place, (title, lead, category, by, days, supports) in enumerate(_file("small")[name]):
            at = f"{days}d {8 + (7 * place) % 13:02}:{(11 * place) % 60:02}"
            rows.append(
                {
                    "key": f"{name}-{place}", "programme": "rekab", "category": category, "by": by, "at": at, "title": title,
                    "lead": lead, "supports": supports, "state": state,
                }
            )  # fmt: skip
    return rows


def _sketch(row: dict[str, Any], call: Call, now: Moment, part: float) -> Sketch:
    at = before(now, row["at"])
    sketch = Sketch(row["key"], row, call, at)
    sketch.moves = sorted(
        ((before(now, move["at"]), move) for move in row.get("moves", [])), key=lambda pair: pair[0]
    )  # fmt: skip
    if sketch.state in PRIVATE:
        return sketch
    told = [moment for moment, move in sketch.moves if move["move"] == "publish"]
    sketch.published = told[0] if told else at + PUBLISHED_AFTER
    _gather(sketch, now, part)
    return sketch


def _gather(sketch: Sketch, now: Moment, part: float) -> None:
    """Set when its supporters come and when it passes its stations."""
    if sketch.published is None:
        return
    terms = sketch.call.terms_at(sketch.at)
    stations = tuple((station.supporters, station.days) for station in terms.stations)
    reached = before(now, sketch.row["reached"]) if "reached" in sketch.row else None
    count = _count(sketch, [number for number, _ in stations], part)
    ends = _ends(sketch, now, reached, stations[0][1])
    rng = random.Random(f"supports:{sketch.key}")  # noqa: S311 - a seeded demo
    sketch.supports = moments(rng, Road(sketch.published, ends, stations, reached), count)
    sketch.stations = [sketch.supports[number - 1] for number, _ in stations if number <= count]
    if sketch.state == "expired":
        sketch.gathered_until = sketch.published + dt.timedelta(days=stations[0][1])


def _ends(sketch: Sketch, now: Moment, reached: Moment | None, days: int) -> Moment:
    """Return the moment of the last support at the latest."""
    if sketch.state in DECIDED:
        decision = sketch.row.get("decision")
        return reached or (before(now, decision["at"]) - BOARD_TAKES if decision else now)
    if sketch.state == "expired" and sketch.published is not None:
        return sketch.published + dt.timedelta(days=days - 3)
    left = [moment for moment, move in sketch.moves if move["move"] in ("archive", "withdraw", "merge")]
    return (left[0] if left else now) - dt.timedelta(minutes=4)


def _count(sketch: Sketch, numbers: list[int], part: float) -> int:
    """Return how many supporters there are: on the same side of each station as written, at most the last station."""
    written = int(sketch.row.get("supports", 0))
    if sketch.state in DECIDED:
        return numbers[-1]
    original = _file_stations(sketch)
    passed = [small for small, whole in zip(numbers, original, strict=True) if whole <= written]
    missed = [small for small, whole in zip(numbers, original, strict=True) if whole > written]
    count = max(int(written * part), passed[-1] if passed else 0)
    return min(count, missed[0] - 1 if missed else numbers[-1] - 1)


def _file_stations(sketch: Sketch) -> list[int]:
    """Return the written stations of an idea's rules."""
    row, is_first = sketch.call.row, len(sketch.call.terms) > 1 and sketch.at < sketch.call.terms[1][0]
    stations = row["first"]["stations"] if is_first else row["stations"]
    numbers = [int(number) for number, _ in stations]
    if any(after <= earlier for earlier, after in pairwise(numbers)):
        raise ValueError(numbers)
    return numbers
