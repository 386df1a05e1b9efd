"""Entries' ids, held against each other in bounded memory: in boxes on disk by their last, random bits."""

from __future__ import annotations

import struct
import tempfile
from typing import BinaryIO, Final

from patogh.ledger.verify.report import Report
from patogh.ledger.verify.stretch import ID_RECORD_BYTES

_BOXES: Final = 64
_ID_BYTES: Final = 16
_IN_MEMORY_BYTES_MAX: Final = 16 * 1024 * 1024
_TOLD_MAX: Final = 50
_RECORD: Final = struct.Struct("15sB8s")
_ONLY_ID: Final = struct.Struct("16s8x")


class Ids:
    """All ids of a log with the index of their entry."""

    def __init__(self) -> None:
        self._recent = bytearray()
        self._boxes: list[BinaryIO] = []
        self.count = 0

    def add(self, records: bytes | bytearray) -> None:
        """Take records of 16 bytes id and 8 bytes index."""
        self._recent += records
        self.count += len(records) // ID_RECORD_BYTES
        if len(self._recent) > _IN_MEMORY_BYTES_MAX:
            self._put_away()

    def conclude(self, report: Report) -> None:
        """Say whether two entries have the same id."""
        if self._boxes:
            self._put_away()
        for box in self._boxes:
            box.seek(0)
            self._compare(box.read(), report)
            box.close()
        if not self._boxes:
            self._compare(bytes(self._recent), report)
        if self.count and not report.objects("entry.id_twice"):
            report.prove("ok.ids", count=self.count)

    def _put_away(self) -> None:
        """Sort what is in memory into the boxes."""
        if not self._boxes:
            self._boxes = [tempfile.TemporaryFile() for _ in range(_BOXES)]  # noqa: SIM115 - closed by conclude
        sorted_out: list[list[bytes]] = [[] for _ in range(_BOXES)]
        recent = bytes(self._recent)
        for begin, last, index in _RECORD.iter_unpack(recent):
            sorted_out[last % _BOXES].append(b"%b%c%b" % (begin, last, index))
        for box, records in zip(self._boxes, sorted_out, strict=True):
            box.write(b"".join(records))
        self._recent.clear()

    def _compare(self, records: bytes, report: Report) -> None:
        """Find equal ids within one box."""
        ids = [one for (one,) in _ONLY_ID.iter_unpack(records)]
        if len(set(ids)) == len(ids):
            return
        seen: dict[bytes, int] = {}
        for place, one in enumerate(ids):
            start = place * ID_RECORD_BYTES + _ID_BYTES
            index = int.from_bytes(records[start : start + 8], "big")
            if one in seen and report.counts.get("entry.id_twice", 0) < _TOLD_MAX:
                report.object("entry.id_twice", first=seen[one], index=index, id=one.hex())
            seen.setdefault(one, index)
