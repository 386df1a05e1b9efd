"""Tables of people: CSV in any usual encoding, and workbooks (XLSX) within bounds that no bomb passes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from patogh.persons.errors import PeopleFileRefused
from patogh.persons.resolving import reading
from patogh.persons.resolving.errors import TableUnreadable

UNPACKED_BYTES_MAX: Final = 400 * 1024 * 1024
PACKED_TIMES_MAX: Final = 300
PARTS_MAX: Final = 2_000
ROWS_MAX: Final = 1_000_000
SAMPLE_ROWS: Final = 500
COLUMNS_MAX: Final = 200
CELL_CHARS_MAX: Final = 2_000
EMPTY_ROWS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table: its header, its first rows, and how to read all of it."""

    path: Path
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    csv: reading.Table | None

    def count(self) -> int:
        """Return how many rows there are below the header; of a workbook what it says of itself, 0 where it says nothing."""
        if self.csv is None:
            return _said_rows(self.path)
        return min(sum(1 for _row in _of_csv(self.csv)), ROWS_MAX)

    def rows(self, after: int = 0) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the rows behind row `after` with their numbers, the first below the header being 1; raises PeopleFileRefused."""
        found = _of_csv(self.csv) if self.csv is not None else _of_workbook(self.path, len(self.header))
        for number, row in enumerate(found, 1):
            if number > ROWS_MAX:
                raise PeopleFileRefused(why="too_long")
            if number > after:
                yield number, row


def opened(path: Path) -> Table:
    """Look at the beginning of a file; raises PeopleFileRefused."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise PeopleFileRefused(why="gone") from error
    if head == b"PK\x03\x04":
        return _workbook(path)
    if head == b"PAR1" or path.suffix == ".parquet":
        raise PeopleFileRefused(why="unreadable")
    try:
        table = reading.open_table(path)
    except TableUnreadable as error:
        raise PeopleFileRefused(why="unreadable") from error
    return Table(path, table.header, tuple(tuple(map(str, row)) for row in table.sample), table)


def _of_csv(table: reading.Table) -> Iterator[tuple[str, ...]]:
    try:
        for piece in table.pieces():
            for row in piece:
                yield tuple(cell[:CELL_CHARS_MAX] for cell in row)
    except TableUnreadable as error:
        raise PeopleFileRefused(why="broken") from error


def _workbook(path: Path) -> Table:
    _check_size(path)
    rows = _cells(path, COLUMNS_MAX)
    header = tuple(cell.strip() for cell in next(rows, ()))
    while header and not header[-1]:
        header = header[:-1]
    if not header or len({name for name in header if name}) < len([name for name in header if name]):
        raise PeopleFileRefused(why="unreadable")
    sample = [row[: len(header)] for row, _ in zip(rows, range(SAMPLE_ROWS), strict=False)]
    if not sample:
        raise PeopleFileRefused(why="empty")
    return Table(path, header, tuple(sample), None)


def _of_workbook(path: Path, width: int) -> Iterator[tuple[str, ...]]:
    rows = _cells(path, width)
    next(rows, None)
    yield from rows


def _said_rows(path: Path) -> int:
    import openpyxl  # type: ignore[import-untyped]

    try:
        with path.open("rb") as file:
            sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
            return min(max((sheet.max_row or 1) - 1, 0), ROWS_MAX)
    except Exception:  # noqa: BLE001 - whatever a broken workbook makes the library say, reading its rows says it
        return 0


def _check_size(path: Path) -> None:
    """Hold that a workbook unpacks to something bounded; raises PeopleFileRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise PeopleFileRefused(why="unreadable") from error
    whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > PARTS_MAX or whole > UNPACKED_BYTES_MAX or whole > max(packed, 1) * PACKED_TIMES_MAX:
        raise PeopleFileRefused(why="bomb")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise PeopleFileRefused(why="unreadable")


def _cells(path: Path, width: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the first sheet as text, without empty ones; raises PeopleFileRefused for what is no workbook."""
    try:
        with path.open("rb") as file:
            yield from _sheet(file, width)
    except PeopleFileRefused:
        raise
    except Exception as error:  # whatever a broken workbook makes the library say
        raise PeopleFileRefused(why="unreadable") from error


def _sheet(file: BinaryIO, width: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a workbook's first sheet, as long as not too many empty ones follow each other."""
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet, empty = book.worksheets[0], 0
    sheet.reset_dimensions()  # what it says of its size is not believed
    for row in sheet.iter_rows(max_col=width, values_only=True):
        cells = tuple(_text(cell) for cell in row)
        empty = 0 if any(cells) else empty + 1
        if empty > EMPTY_ROWS_MAX:
            break
        if not empty:
            yield (*cells, *[""] * (width - len(cells)))
    book.close()


def _text(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, so that a phone stays one."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()).partition("T")[0]
    return str(cell).strip()[:CELL_CHARS_MAX]
