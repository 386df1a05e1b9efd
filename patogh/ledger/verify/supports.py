"""The supports of a log, counted again: one live support of one person for one idea, in bounded memory.

A support names its idea and a nullifier: a keyed hash that is the same whenever the same account supports the same idea.
Taking it back names the support's entry. So anybody can count what stands for each idea, and that nobody stands twice.
"""

from __future__ import annotations

import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, Final

from patogh.ledger.verify.report import Report

GIVEN, TAKEN_BACK, TOLD = 0, 1, 2
SUPPORT: Final = "support.v1"
WITHDRAWN: Final = "support.withdrawn.v1"
MOVED: Final = "idea.moved.v1"
SUPPORT_KINDS: Final = frozenset({SUPPORT, WITHDRAWN, MOVED})
# Servers whose clocks differ may number the lines of the same moment in another order: what a move tells may be so far off.
SLACK_SUPPORTS: Final = 20
_BOXES: Final = 64
_IN_MEMORY_BYTES_MAX: Final = 16 * 1024 * 1024
_IDEAS_TOLD_MAX: Final = 1_000
_RECORD: Final = struct.Struct(">BQQ16s16s")  # what, line, idea, id of the support's entry, first half of its nullifier
_SPAN: Final = struct.Struct(">16sQQQ")  # nullifier, idea, from which line, up to which
_EVER: Final = 2**63


def record_of(index: int, entry: dict[str, Any]) -> bytes:
    """Return what the count needs of an entry of these kinds, as a record; nothing of a move that tells no number."""
    kind, idea = entry["t"], entry["idea"]
    if kind == SUPPORT:
        return _RECORD.pack(GIVEN, index, idea, bytes.fromhex(entry["id"]), bytes.fromhex(entry["nullifier"])[:16])
    if kind == WITHDRAWN:
        return _RECORD.pack(TAKEN_BACK, index, idea, bytes.fromhex(entry["support"]), bytes(16))
    if "supporters" not in entry:
        return b""
    return _RECORD.pack(TOLD, index, idea, entry["supporters"].to_bytes(16, "big"), bytes(16))


class Supports:
    """All supports of a log; give it the records of the entries in the order of their lines."""

    def __init__(self) -> None:
        self._recent = bytearray()
        self._file: BinaryIO | None = None
        self.live: Counter[int] = Counter()
        self.given = self.taken_back = 0
        self.goes_on = False

    def add(self, records: bytes | bytearray) -> None:
        """Take records."""
        self._recent += records
        if len(self._recent) > _IN_MEMORY_BYTES_MAX:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by conclude
            self._file.write(self._recent)
            self._recent.clear()

    def conclude(self, report: Report) -> None:
        """Say how many supports stand, and who stands twice."""
        if self._file is None and not self._recent:
            return
        by_entry, by_person = self._boxes(), self._boxes()
        self._count(by_entry, report)
        for box in by_entry:
            self._pair(_read(box), by_person, report)
        for box in by_person:
            _hold_apart(_read(box), report)
        if self._file is not None:
            self._file.close()
        if not self.given and not self.taken_back:
            return
        standing = +self.live
        report.facts["supports"] = {str(idea): count for idea, count in standing.most_common(_IDEAS_TOLD_MAX)}
        if not report.objects("support.twice", "support.unknown", "support.count"):
            report.prove("ok.supports", count=standing.total(), ideas=len(standing), back=self.taken_back)
        report.leave("limit.supports")

    def _boxes(self) -> list[BinaryIO]:
        """Return where to sort things into: memory for a small log, files for a large one."""
        if self._file is None:
            return [BytesIO()]
        return [tempfile.TemporaryFile() for _ in range(_BOXES)]

    def _records(self) -> Iterator[tuple[int, int, int, bytes, bytes]]:
        """Yield every record in the order of the lines."""
        if self._file is not None:
            self._file.seek(0)
            while part := self._file.read(_RECORD.size * 65_536):
                yield from _RECORD.iter_unpack(part)
        yield from _RECORD.iter_unpack(bytes(self._recent))

    def _count(self, boxes: list[BinaryIO], report: Report) -> None:
        """Count what stands for each idea, hold the numbers that moves tell against it, and sort by the support's entry."""
        for record in self._records():
            what, index, idea, entry, _nullifier = record
            if what == TOLD:
                told = int.from_bytes(entry, "big")
                if not self.goes_on and abs(told - self.live[idea]) > SLACK_SUPPORTS:
                    report.object("support.count", index=index, idea=idea, told=told, found=self.live[idea])
                continue
            self.live[idea] += 1 if what == GIVEN else -1
            self.given += what == GIVEN
            self.taken_back += what == TAKEN_BACK
            boxes[entry[-1] % len(boxes)].write(_RECORD.pack(*record))

    def _pair(self, records: bytes, boxes: list[BinaryIO], report: Report) -> None:
        """Give each support the line at which it was taken back, and sort by the person."""
        standing: dict[bytes, tuple[int, int, bytes]] = {}
        for what, index, idea, entry, nullifier in _RECORD.iter_unpack(records):
            if what == GIVEN:
                standing[entry] = (index, idea, nullifier)
                continue
            since, of, person = standing.pop(entry, (0, -1, b""))
            if of == idea:
                boxes[person[-1] % len(boxes)].write(_SPAN.pack(person, idea, since, index))
            elif not (self.goes_on and of == -1):
                report.object("support.unknown", index=index, idea=idea)
        for since, idea, person in standing.values():
            boxes[person[-1] % len(boxes)].write(_SPAN.pack(person, idea, since, _EVER))


def _hold_apart(spans: bytes, report: Report) -> None:
    """Find one nullifier that stands behind one idea twice at the same time."""
    before = (b"", -1, 0, 0)
    for span in sorted(_SPAN.iter_unpack(spans)):
        if span[:2] == before[:2] and span[2] < before[3]:
            report.object("support.twice", first=before[2], index=span[2], idea=span[1])
        before = span


def _read(box: BinaryIO) -> bytes:
    """Return what is in a box, and close it."""
    box.seek(0)
    with box:
        return box.read()
