"""One stretch of a log, read by one process: bundles, their hashes, the leaf tiles, and what the entries say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from patogh.kit.tlog.errors import BadEntry, BadTile
from patogh.kit.tlog.tiles import entries_of, tile_path
from patogh.ledger import schemas
from patogh.ledger.verify.money import BALANCE, OPENED, TRANSFERS, Purse, lines_in, lines_of
from patogh.ledger.verify.patterns import Neighbours
from patogh.ledger.verify.polls import POLL_KINDS
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.sources import BUNDLE_BYTES_MAX, TILE_BYTES_MAX, Source
from patogh.ledger.verify.spine import WIDTH, tile_root
from patogh.ledger.verify.supports import SUPPORT_KINDS, record_of

ID_RECORD_BYTES: Final = 24
HASH_BYTES: Final = 32
KINDS_TOLD_MAX: Final = 50
_TAKEN: Final = POLL_KINDS | {BALANCE, OPENED}


@dataclass(frozen=True)
class Task:
    """Which bundles of which log are to be read: from `first` up to, but without, `end`; `marks` are kept sizes."""

    source: Source
    size: int
    first: int
    end: int
    marks: tuple[int, ...] = ()
    with_tiles: bool = True


@dataclass
class Stretch:
    """What one stretch of bundles gave."""

    report: Report
    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    at_marks: dict[int, list[bytes]] = field(default_factory=dict)
    ids: bytearray = field(default_factory=bytearray)
    told: list[tuple[int, Purse | dict[str, Any]]] = field(default_factory=list)
    purse: Purse = field(default_factory=Purse)
    supports: bytearray = field(default_factory=bytearray)
    unknown: Counter[str] = field(default_factory=Counter)
    foreign: list[tuple[int, str]] = field(default_factory=list)
    known: int = 0
    tiles: int = 0
    is_whole: bool = True

    def close_purse(self, index: int) -> None:
        """Put the transfers so far into the order of the entries."""
        if self.purse.transfers:
            self.told.append((index, self.purse))
            self.purse = Purse()


def read(task: Task) -> Stretch:
    """Read a stretch of bundles; what is wrong is noted, and a bundle that cannot be read ends the stretch."""
    stretch = Stretch(Report(task.source.name))
    for number in range(task.first, task.end):
        width = min(WIDTH, task.size - number * WIDTH)
        entries = _entries(task.source, number, width, stretch.report)
        if entries is None:
            stretch.is_whole = False
            break
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        if task.with_tiles:
            compare(task.source, 0, number, hashes, stretch.report)
            stretch.tiles += 1
        for mark in task.marks:
            if mark // WIDTH == number:
                stretch.at_marks[mark] = hashes[: mark % WIDTH]
        if width == WIDTH:
            stretch.roots.append(tile_root(hashes))
        else:
            stretch.rest = hashes
        look_at(entries, number * WIDTH, stretch)
    stretch.close_purse(task.end * WIDTH)
    return stretch


def look_at(entries: Sequence[bytes], first: int, stretch: Stretch) -> None:
    """Hold entries against the closed schemas of their types, and take what money and polls need."""
    neighbours, records = Neighbours(), []
    for index, data in enumerate(entries, first):
        match = neighbours.match(data)
        if match is None:
            entry = _slowly(index, data, stretch)
            if entry is None:
                continue
            records.append(f"{entry['id']}{index:016x}")
            _take(index, entry, stretch)
        else:
            records.append(f"{match['id'].decode()}{index:016x}")
            if neighbours.kind in TRANSFERS:
                _move(index, match["unit"].decode().strip('"'), lines_in(data.decode()), stretch)
            elif neighbours.kind in _TAKEN or neighbours.kind in SUPPORT_KINDS:
                _take(index, json.loads(data), stretch)
    stretch.known += len(records)
    stretch.ids += bytes.fromhex("".join(records))


def _take(index: int, entry: dict[str, Any], stretch: Stretch) -> None:
    """Take what money and polls need of an entry."""
    if entry["t"] in TRANSFERS:
        _move(index, entry["unit"], lines_of(entry), stretch)
    elif entry["t"] in SUPPORT_KINDS:
        stretch.supports += record_of(index, entry)
    elif entry["t"] in _TAKEN:
        stretch.close_purse(index)
        stretch.told.append((index, entry))


def _move(index: int, unit: str, lines: list[tuple[str, int]], stretch: Stretch) -> None:
    """Take a transfer."""
    if total := stretch.purse.add(unit, lines):
        stretch.report.object("money.unbalanced", index=index, sum=total)


def compare(source: Source, level: int, number: int, hashes: Sequence[bytes], report: Report) -> None:
    """Hold a published hash tile against the hashes that follow from the entries."""
    path = tile_path(level, number, len(hashes))
    data = source.read(path, 2 * TILE_BYTES_MAX)
    if data is None and len(hashes) < WIDTH:
        path = tile_path(level, number)
        whole = source.read(path, 2 * TILE_BYTES_MAX)
        data = whole[: len(hashes) * HASH_BYTES] if whole else None
    if data is None:
        report.object("tile.missing", where=path)
    elif data != (wanted := b"".join(hashes)):
        report.object("tile.differs", where=path, index=_first_difference(data, wanted) // HASH_BYTES)


def _first_difference(data: bytes, wanted: bytes) -> int:
    pairs = zip(data, wanted, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if one != two), min(len(data), len(wanted)))


def _entries(source: Source, number: int, width: int, report: Report) -> list[bytes] | None:
    """Return the entries of a bundle; None, with a word in the report, if they cannot be had."""
    path = tile_path("entries", number, width)
    data = source.read(path, BUNDLE_BYTES_MAX)
    wide = width
    if data is None and width < WIDTH:  # a later, full bundle may have replaced the partial one
        path, wide = tile_path("entries", number), WIDTH
        data = source.read(path, BUNDLE_BYTES_MAX)
    if data is None:
        report.object("bundle.missing", where=tile_path("entries", number, width))
        return None
    try:
        return entries_of(data, wide)[:width]
    except BadTile as error:
        report.object("bundle.damaged", where=path, why=error)
        return None


def _slowly(index: int, data: bytes, stretch: Stretch) -> dict[str, Any] | None:
    """Check an entry that the fast way does not know: None if it is foreign, of an unknown type, or bad."""
    try:
        return schemas.check(data)
    except BadEntry as error:
        reason = str(error)
    try:
        entry = json.loads(data)
        kind = entry.get("t") if isinstance(entry, dict) else None
    except (ValueError, RecursionError):
        kind = None
    if not isinstance(kind, str):
        stretch.unknown["?"] += 1
        if len(stretch.foreign) < KINDS_TOLD_MAX:
            stretch.foreign.append((index, reason))
    elif kind in schemas.KINDS:
        stretch.report.object("entry.bad", index=index, why=reason)
    else:
        stretch.unknown[kind[:60] if len(stretch.unknown) < KINDS_TOLD_MAX else "?"] += 1
    return None
