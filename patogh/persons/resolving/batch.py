"""Resolve a whole table: load, train, predict, veto, join. Runs in a process of its own (`patogh people resolve`)."""

from __future__ import annotations

import gc
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from patogh.persons.resolving import clusters, columns, levels, loading, predicting, reading, scoring, training, vetoes
from patogh.persons.resolving.clusters import Facts, Joined, Pair
from patogh.persons.resolving.errors import TableUnreadable
from patogh.persons.resolving.loading import Loaded
from patogh.persons.resolving.scoring import Weights

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_LIMIT: Final = "1200MB"
# Pairs below this are not even looked at again; the histogram of the report begins here.
WEIGHT_LOOKED_AT: Final = -4.0
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants resolved and how: the identifier's column, the threshold, the phones' region, the cores."""

    path: Path
    id_name: str = "id"
    threshold: float | None = None
    region: str = "IR"
    threads: int = 2


@dataclass(slots=True)
class Resolved:
    """The outcome: rows by number with their identifiers, what was linked, and everything a report tells."""

    ids: list[str]
    decided: Decided
    loaded: Loaded
    table: reading.Table
    columns: tuple[columns.Column, ...]
    weights: Weights
    threshold_weight: float
    took_s: dict[str, float] = field(default_factory=dict)

    def links(self) -> Iterator[tuple[str, str, float]]:
        """Yield (left id, right id, probability) of each linked pair, in the order in which the rows were read."""
        for left, right, weight in self.decided.joined.pairs:
            yield self.ids[left], self.ids[right], scoring.probability(weight)

    def persons(self) -> Iterator[tuple[str, int]]:
        """Yield (id, number of its person) of every row, those who stand alone too, in the order of reading."""
        group_of = {row: group[0] for group in self.decided.joined.groups for row in group}
        numbers: dict[int, int] = {}
        for row, rid in enumerate(self.ids):
            yield rid, numbers.setdefault(group_of.get(row, row), len(numbers) + 1)


class Decided(NamedTuple):
    """What became of the predicted pairs; `histogram` counts all of them by whole bits."""

    joined: Joined
    candidates: int
    vetoed: int
    histogram: list[tuple[float, int]]
    has_relatives: bool


def threshold_for(rows: int) -> float:
    """Return the weight (bits) from which pairs are linked, by the size of the table.

    More records bring more strangers who look alike: tuned at 1 k, 10 k, 107 k and 1 M records (docs/resolving.md).
    """
    return round(max(0.0, min(8.0, (math.log10(max(rows, 1)) - 4) * 4.0)), 2)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do without Python's collector of cycles for a while: it would go through millions of rows again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def resolve(wish: Wish, tell: Tell = lambda _what, _count: None) -> Resolved:
    """Return which records of a table are one person; raises TableUnreadable with a sentence."""
    clock = _Clock()
    table = reading.open_table(wish.path)
    known = _columns(table, wish.id_name)
    spill = tempfile.TemporaryDirectory(prefix="patogh-resolve-")
    db = _database(wish.threads, spill.name)
    try:
        loaded = loading.load(table, known, wish.region, db, lambda count: tell("read", count))
        clock.lap("read")
        if loaded.rows < 2:
            raise TableUnreadable("one row alone has nobody to be compared with.")
        has_relatives = vetoes.has_relatives(db, loaded)
        weights = training.trained(db, loaded, has_relatives=has_relatives)
        clock.lap("train")
        tell("trained", loaded.rows)
        predicting.predict(db, loaded, weights, WEIGHT_LOOKED_AT, has_relatives=has_relatives)
        clock.lap("predict")
        least = scoring.weight(wish.threshold) if wish.threshold is not None else threshold_for(loaded.rows)
        found = _decided(db, least, tell, has_relatives=has_relatives)
        clock.lap("join")
        ids = [rid for (rid,) in db.execute("select rid from records order by n").fetchall()]
        return Resolved(ids, found, loaded, table, known, weights, least, clock.laps)
    finally:
        db.close()
        spill.cleanup()


class _Clock:
    """Wall time of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._since, 2)
        self._since = now


def _columns(table: reading.Table, id_name: str) -> tuple[columns.Column, ...]:
    known = columns.recognised(table.header, table.sample, id_name)
    if not any(column.meaning == "id" for column in known):
        raise TableUnreadable(
            f"there is no column called “{id_name}” for the identifier; name it with --id. "
            f"The columns are: {', '.join(table.header)[:300]}."
        )
    return known


def _database(threads: int, spill: str) -> DuckDBPyConnection:
    """Return an engine in memory; what does not fit goes to the folder `spill`, not to where the command was typed."""
    import duckdb

    db = duckdb.connect(":memory:", config={"temp_directory": spill})
    db.execute(f"set threads = {threads}")
    db.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    db.execute("set preserve_insertion_order = false")
    db.execute("set enable_progress_bar = false")
    return db


def _decided(db: DuckDBPyConnection, least: float, tell: Tell, *, has_relatives: bool) -> Decided:
    """Veto and join the predicted pairs that reach `least` bits."""
    histogram = db.execute("select floor(match_weight), count(*) from predicted group by 1 order by 1").fetchall()
    db.execute(vetoes.JUDGED_SQL, [least])
    (vetoed,) = db.execute("select count(*) filter (where vetoed) from judged").fetchone() or (0,)
    facts = _facts(db)
    pairs: list[Pair] = []
    rows = db.execute(vetoes.PAIRS_SQL, [has_relatives])
    while piece := rows.fetchmany(50_000):
        pairs += map(Pair._make, piece)
        tell("predicted", len(pairs))
    joined = clusters.join(pairs, facts, is_strict=has_relatives)
    tell("joined", len(joined.groups))
    bars = [(float(weight), int(count)) for weight, count in histogram]
    return Decided(joined, sum(count for _, count in bars), vetoed if has_relatives else 0, bars, has_relatives)


def _facts(db: DuckDBPyConnection) -> dict[int, Facts]:
    """Return what may forbid joining, of the rows of all judged pairs; equal ones are one object."""
    found: dict[int, Facts] = {}
    same: dict[Facts, Facts] = {}
    rows = db.execute(vetoes.FACTS_SQL)
    while piece := rows.fetchmany(50_000):
        for row, given, family, birth in piece:
            one = Facts(levels.from_one_byte(given), levels.from_one_byte(family), birth)
            found[row] = same.setdefault(one, one)
    return found
