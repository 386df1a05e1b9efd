"""Objects out of the "messages" lists of a JSON file of any size, one at a time; broken ones are passed over and told."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from patogh.hangout.importing import reading
from patogh.hangout.importing.records import Skipped

CHUNK_BYTES: Final = 1 << 18
OBJECT_CHARS_MAX: Final = 4_000_000
HEAD_CHARS: Final = 20_000
_LIST: Final = re.compile(r'"messages"\s*:\s*\[')
_NEXT: Final = re.compile(r'\{\s*"id"\s*:')
_GAP: Final = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Found:
    """One object and the line it begins on."""

    row: dict[str, Any]
    line: int


def head(path: Path) -> str:
    """Return the first characters of a file."""
    with path.open("rb") as file:
        data = file.read(CHUNK_BYTES)
    return data.decode(reading.encoding_of(data), "replace")[:HEAD_CHARS]


class Messages:
    """Reads one file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read from the start of `file`."""
        first = file.read(CHUNK_BYTES)
        self.file, self.at = file, len(first)
        self._decoder = codecs.getincrementaldecoder(reading.encoding_of(first))("replace")
        self.text, self.line, self.place, self.lost_letters = "", 1, 0, 0
        self.ended, self._is_over = False, False
        self._json = json.JSONDecoder()
        self._add(first)

    def found(self) -> Iterator[str | Found | Skipped]:
        """Yield, for each list, what stood before it and then its objects."""
        while True:
            begins = _LIST.search(self.text, self.place)
            if begins:
                yield self.text[self.place : begins.start()][-HEAD_CHARS:]
                self._go(begins.end())
                yield from self._objects()
            elif self._is_over:
                self.ended = self.text[self.place :].rstrip().endswith("}")
                return
            else:
                self._go(max(self.place, len(self.text) - HEAD_CHARS))
                self._read()

    def _objects(self) -> Iterator[Found | Skipped]:
        """Yield the objects of a list up to its end."""
        while True:
            gap = _GAP.match(self.text, self.place)
            self._go(gap.end() if gap else self.place)
            if self.place >= len(self.text):
                if self._is_over:
                    return
                self._read()
            elif self.text[self.place] == "]":
                self._go(self.place + 1)
                return
            else:
                yield from self._object()

    def _object(self) -> Iterator[Found | Skipped]:
        """Yield the object at the place, reading on until it is whole."""
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.place)
            except (ValueError, RecursionError):
                if self._is_over or len(self.text) - self.place > OBJECT_CHARS_MAX:
                    yield self._passed_over()
                    return
                self._read()
                continue
            line = self.line
            if end >= len(self.text) and not self._is_over and not isinstance(value, dict):
                self._read()  # a number may go on
                continue
            self._go(end)
            yield Found(value, line) if isinstance(value, dict) else Skipped(line, "", "it is no message")
            return

    def _passed_over(self) -> Skipped:
        """Go on to where the next message seems to begin."""
        line = self.line
        following = _NEXT.search(self.text, self.place + 1)
        self._go(following.start() if following else len(self.text))
        return Skipped(line, "", "the message is broken, cut off or longer than 4 MB")

    def _go(self, place: int) -> None:
        self.line += self.text.count("\n", self.place, place)
        self.place = place

    def _read(self) -> None:
        """Add the next piece of the file, forgetting what lies behind."""
        data = self.file.read(max(CHUNK_BYTES, len(self.text) - self.place))
        self.at += len(data)
        self.text, self.place = self.text[self.place :], 0
        self._add(data)

    def _add(self, data: bytes) -> None:
        piece = self._decoder.decode(data, final=not data)
        self._is_over = self._is_over or not data
        self.lost_letters += piece.count("\ufffd")
        self.text += piece
