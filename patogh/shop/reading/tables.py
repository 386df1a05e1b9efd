"""Files of rows: their encoding, their separator, the names of their columns, and their rows one by one."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patogh.kit import persian
from patogh.shop import limits
from patogh.shop.errors import FileRefused

HEAD_BYTES: Final = 256 * 1024
FIELD_CHARS_MAX: Final = 64 * 1024
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"%PDF")
_SEPARATORS: Final = ",;\t|"
_WORD: Final = re.compile(r"[^\W\d_]+")
_EDGES: Final = " \t\u200c\u200e\u200f\ufeff"
_PERSIAN: Final = re.compile("[\u0621-\u06cc]{2,}")


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose first row was read."""

    path: Path
    encoding: str
    separator: str
    headers: tuple[str, ...]
    size: int


def opened(path: Path) -> Table:
    """Look at the beginning of a file; raises FileRefused with the reason for what is no table."""
    if not path.is_file():
        raise FileRefused(why="gone")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise FileRefused(why="empty")
    if head.startswith(_ARCHIVES):
        raise FileRefused(why="archive")
    encoding = encoding_of(head)
    first = _first_line(head.decode(encoding, "ignore"))
    separator = max(_SEPARATORS, key=first.count)
    headers = _headers(path, encoding, separator)
    return Table(path, encoding, separator, headers, path.stat().st_size)


def encoding_of(head: bytes) -> str:
    """Return the encoding of a file's beginning; raises FileRefused for one that is none of those that shops write."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if _are_halves(head[first:400:2]) and not _are_halves(head[1 - first : 400 : 2]):
            return name
    if b"\0" in head:
        raise FileRefused(why="binary")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _old_encoding(head)
    return "utf-8"


def _are_halves(some: bytes) -> bool:
    """Whether these are the upper halves of Latin and Arabic letters in UTF-16."""
    return b"\0" in some and len(some) > 3 and sum(one in b"\0\x06\x20" for one in some) * 10 >= len(some) * 9


def _old_encoding(head: bytes) -> str:
    """Return Windows-1256 for bytes that make Persian or Arabic words in it; raises FileRefused."""
    text = head.decode("cp1256", "replace")
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if words and sum(bool(_PERSIAN.fullmatch(word)) for word in words) * 3 >= len(words):
        return "cp1256"
    raise FileRefused(why="encoding")


def _first_line(text: str) -> str:
    return next((line for line in text.lstrip("\ufeff").splitlines() if line.strip()), "")


def _headers(path: Path, encoding: str, separator: str) -> tuple[str, ...]:
    """Return the names in the first row that says something; raises FileRefused."""
    found = next((cells for _, cells, _ in _records(path, encoding, separator) if any(cells)), [])
    names = [persian.name_clean(cell)[:60] for cell in found]
    while names and not names[-1]:
        names.pop()
    if not names or not any(names):
        raise FileRefused(why="no_names")
    if len(names) < 2:
        raise FileRefused(why="one_column")
    if len(names) > limits.HEADERS_MAX:
        raise FileRefused(why="too_wide")
    said = [name for name in names if name]
    if len(set(said)) < len(said):
        raise FileRefused(why="same_names")
    return tuple(names)


def rows(table: Table, *, after: int = 0) -> Iterator[tuple[int, list[str], int]]:
    """Yield the rows after the first `after`: (its number from 1, its cells, bytes read so far); empty rows have no cells.

    Raises FileRefused where a quote swallows the rest.
    """
    beginning = True
    number = 0
    for _, cells, at in _records(table.path, table.encoding, table.separator):
        if beginning:
            beginning = not any(cells)
            continue
        number += 1
        if number > after:
            yield number, cells if any(cells) else [], at


def _records(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str], int]]:
    """Yield records with stripped cells; letters that do not fit the encoding become U+FFFD."""
    csv.field_size_limit(FIELD_CHARS_MAX)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=separator)
        try:
            for record in reader:
                yield reader.line_num, [cell.strip(_EDGES) for cell in record], raw.tell()
        except csv.Error as error:
            raise FileRefused(why="broken") from error
