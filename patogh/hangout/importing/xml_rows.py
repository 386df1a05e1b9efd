"""A tolerant, streaming reader of XML dumps that are one flat list of `<row …/>` elements.

A `<` is never legal inside an attribute, so every `<row` that stands in the bytes begins a row, whatever became of the row
before it: a broken row costs itself alone. Each row is parsed for itself by expat, apart from any DOCTYPE; so entities
other than XML's five cannot be declared, nothing is ever expanded or fetched, and depth is one by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from xml.parsers import expat

CHUNK_BYTES: Final = 1 << 18
ROW_BYTES_MAX: Final = 4 << 20  # the largest real row seen is below 200 kB
PROLOGUE_BYTES_MAX: Final = 64 << 10
ATTRIBUTES_MAX: Final = 200
_SHOWN_BYTES: Final = 40
_OVERLAP_BYTES: Final = 16
_ROW: Final = re.compile(rb"<row(?=[\s/>])|<!--|<!DOCTYPE|<!\[CDATA\[")
_SKIPS: Final = {b"<!--": b"-->", b"<!DOCTYPE": b">", b"<![CDATA[": b"]]>"}
_SUBSET_END: Final = re.compile(rb"\]\s*>")
_HARMLESS: Final = re.compile(rb"(?:\xef\xbb\xbf|<\?[^<>]*\?>|</?\w+\s*>|\s+)*")
_ROOT: Final = re.compile(rb"<(\w+)[^<>]*>")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its attributes, or why it could not be read. `line` is where it begins or breaks; the first line is 1."""

    line: int
    attributes: dict[str, str]
    fault: str = ""


class RowReader:
    """Reads rows from an open binary file.

    `at` is how many bytes lie behind, `root` the name of the element around the rows, `ended` whether that was closed.
    """

    def __init__(self, file: BinaryIO, encoding: str = "utf-8") -> None:
        """Read `file` from where it stands, its bytes decoded with `encoding`, which must agree with ASCII."""
        self.file = file
        self.encoding = encoding
        self.at = 0
        self.line = 1
        self.root = ""
        self.ended = False
        self.has_doctype = False
        self.buffer = b""
        self.start = 0
        self.more = True
        self.junk: Row | None = None
        self.is_torn = False  # the row before was broken, and what follows is its rest

    def rows(self) -> Iterator[Row]:
        """Yield every row, readable or not, and a fault for whatever stands between rows and is none."""
        found = True
        while found:
            found = self._to_next_row()
            if self.junk is not None:
                yield self.junk
                self.junk = None
            if found:
                yield self._row()

    def _row(self) -> Row:
        """Take the row at the beginning of the buffer."""
        line, length = self.line, self._length_of_row()
        if length < 0:
            self.is_torn = True
            self._drop(4)
            return Row(line, {}, f"a row of more than {ROW_BYTES_MAX >> 20} MB")
        piece = self.buffer[self.start : self.start + length]
        row, used = read_row(piece, self.encoding, line)
        if row.fault and self.start + length == len(self.buffer) and not self.more:
            row = Row(line, {}, "the file ends in the middle of this row")
        self.is_torn = bool(row.fault)
        self._drop(used)
        return row

    def _to_next_row(self) -> bool:
        """Leave behind everything before the next row; False at the end of the file."""
        while True:
            found = _ROW.search(self.buffer, self.start)
            if found is None:
                self._drop_between(max(self.start, len(self.buffer) - (_OVERLAP_BYTES if self.more else 0)))
                if not self._fill():
                    self._drop_between(len(self.buffer))
                    return False
            else:
                self._drop_between(found.start())
                if found[0] == b"<row":
                    return True
                self._skip(found[0])

    def _skip(self, begin: bytes) -> None:
        """Pass over a comment, CDATA section or DOCTYPE; one that does not end soon is passed over as mere text."""
        self.has_doctype = self.has_doctype or begin == b"<!DOCTYPE"
        while len(self.buffer) - self.start < PROLOGUE_BYTES_MAX and self._fill():
            pass
        stop = self.start + PROLOGUE_BYTES_MAX
        end = self.buffer.find(_SKIPS[begin], self.start, stop)
        past = end + len(_SKIPS[begin])
        if begin == b"<!DOCTYPE" and b"[" in self.buffer[self.start : max(end, self.start)]:
            inner = _SUBSET_END.search(self.buffer, self.start, stop)
            end, past = inner.span() if inner else (-1, -1)
        self._drop(past - self.start if end >= 0 else len(begin))

    def _length_of_row(self) -> int:
        """Return the bytes of the row at the beginning: up to the next `<` or the end of the file; -1 for too many."""
        seen = 4
        while (end := self.buffer.find(b"<", self.start + seen)) < 0:
            seen = len(self.buffer) - self.start
            if seen > ROW_BYTES_MAX:
                return -1
            if not self._fill():
                return len(self.buffer) - self.start
        return end - self.start if end - self.start <= ROW_BYTES_MAX else -1

    def _fill(self) -> bool:
        """Read one more chunk; False at the end of the file."""
        chunk = self.file.read(CHUNK_BYTES) if self.more else b""
        self.more = bool(chunk)
        if chunk:
            self.buffer = self.buffer[self.start :] + chunk
            self.start = 0
        return self.more

    def _drop_between(self, end: int) -> None:
        """Leave behind what stands between rows, and remember it as a fault if it is more than XML's own furniture."""
        between = self.buffer[self.start : end]
        at = _harmless_to(between, 0)
        if not self.root and (root := _ROOT.search(between)):
            self.root = root[1].decode("ascii", "replace")
            at = _harmless_to(between, root.end()) if root.start() == at else at
        self.ended = self.ended or b"</" + self.root.encode() in between
        if at < len(between) and self.junk is None and not self.is_torn:
            shown = between[at : at + _SHOWN_BYTES].decode(self.encoding, "replace")
            self.junk = Row(self.line + between.count(b"\n", 0, at), {}, f"text outside of any row: {shown!r}")
        self._drop(end - self.start)

    def _drop(self, length: int) -> None:
        """Leave bytes behind, counting their lines."""
        self.line += self.buffer.count(b"\n", self.start, self.start + length)
        self.at += length
        self.start += length


def _harmless_to(between: bytes, start: int) -> int:
    """Return where XML's own furniture ends."""
    found = _HARMLESS.match(between, start)
    return found.end() if found else start


def read_row(piece: bytes, encoding: str, line: int) -> tuple[Row, int]:
    """Parse the one row at the beginning of `piece`; return it and how many bytes it took (all of them if it is broken)."""
    try:
        plain = piece if encoding == "utf-8" else piece.decode(encoding).encode()
    except UnicodeDecodeError as error:
        return Row(line, {}, _bad_byte(error, encoding)), len(piece)
    parser = expat.ParserCreate("utf-8")
    found: list[dict[str, str]] = []
    ends: list[int] = []
    parser.StartElementHandler = lambda _name, attributes: found.append(attributes)
    parser.EndElementHandler = lambda _name: ends.append(parser.CurrentByteIndex)
    try:
        parser.Parse(plain, True)
    except expat.ExpatError as error:
        if not found:
            return Row(line + max(0, error.lineno - 1), {}, _said(error, piece, encoding)), len(piece)
    if len(found[0]) > ATTRIBUTES_MAX:
        return Row(line, {}, f"a row of more than {ATTRIBUTES_MAX} attributes"), len(piece)
    used = ends[0] if ends and encoding == "utf-8" else piece.rfind(b">") + 1
    return Row(line, found[0]), used


def _said(error: expat.ExpatError, piece: bytes, encoding: str) -> str:
    """Return what is wrong with a broken row."""
    try:
        piece.decode(encoding)
    except UnicodeDecodeError as undecodable:
        return _bad_byte(undecodable, encoding)
    return f"broken XML at place {error.offset + 1} of the row: {expat.ErrorString(error.code)}"


def _bad_byte(error: UnicodeDecodeError, encoding: str) -> str:
    """Say which byte is not of the encoding."""
    return f"byte 0x{error.object[error.start]:02x} at place {error.start + 1} of the row is not {encoding.upper()}"
