"""Read a table of persons from CSV (any usual encoding and separator) or Parquet, in pieces that fit in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patogh.persons.resolving.errors import TableUnreadable

FILE_BYTES_MAX: Final = 2 * 1024**3
ROWS_MAX: Final = 5_000_000
COLUMNS_MAX: Final = 200
CELL_CHARS_MAX: Final = 4_000
HEADER_CHARS_MAX: Final = 20_000
PIECE_ROWS: Final = 20_000
_PEEK_BYTES: Final = 1 << 18
_SEPARATORS: Final = ",;\t|"
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_ARABIC_LETTERS: Final = frozenset("ابپتجچحخدذرزژسشصضطظعغفقکكگلمنوهیيةءآأإؤئ")

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table: its header, its first rows, and how it was read. `pieces` reads all of it."""

    path: Path
    header: tuple[str, ...]
    sample: tuple[Row, ...]
    form: str  # "csv" or "parquet"
    encoding: str = ""
    separator: str = ""

    def pieces(self) -> Iterator[list[Row]]:
        """Yield the rows in file order, some thousands at a time; a row has as many cells as the header."""
        return _parquet_pieces(self) if self.form == "parquet" else _csv_pieces(self)


def open_table(path: Path) -> Table:
    """Look at a file and say how it is to be read; raises TableUnreadable with a sentence."""
    if not path.is_file():
        raise TableUnreadable(f"there is no file {path.name} here.")
    size = path.stat().st_size
    if size == 0:
        raise TableUnreadable(f"{path.name} is empty.")
    if size > FILE_BYTES_MAX:
        raise TableUnreadable(f"{path.name} is larger than {FILE_BYTES_MAX // 1024**3} GB; resolve it in parts.")
    with path.open("rb") as file:
        head = file.read(_PEEK_BYTES)
    if head[:4] == b"PAR1" or path.suffix.lower() == ".parquet":
        return _open_parquet(path)
    for start, what in (
        (b"PK\x03\x04", "a workbook or an archive"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "compressed"),
        (b"SQLite format", "a database"),
    ):
        if head.startswith(start):
            raise TableUnreadable(f"{path.name} is {what}; save the table as CSV (UTF-8) or Parquet.")
    return _open_csv(path, head)


def encoding_of(head: bytes, *, is_whole: bool = False) -> str:
    """Return how text is encoded: a byte order mark, UTF-16 without one, UTF-8, else windows-1256 or -1252."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\x00" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) // 8:
            return "utf-16-le" if odd > even else "utf-16-be"
        raise TableUnreadable("this is not a text file (it holds bytes that no text has).")
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if not is_whole and error.start >= len(head) - 4:
            return "utf-8"  # the cut went through a letter
    else:
        return "utf-8"
    arabic = head.decode("windows-1256", "replace")
    letters = [ch for ch in arabic if not ch.isascii() and ch.isalpha()]
    persian_share = sum(ch in _ARABIC_LETTERS for ch in letters) / max(len(letters), 1)
    return "windows-1256" if persian_share > 0.8 else "windows-1252"


def _open_csv(path: Path, head: bytes) -> Table:
    encoding = encoding_of(head, is_whole=len(head) < _PEEK_BYTES)
    text = head.decode(encoding, "ignore")
    separator = _separator(text)
    rows = list(_rows_of(io.StringIO(text, newline=""), separator, is_cut=len(head) == _PEEK_BYTES))
    if len(head) == _PEEK_BYTES and len(rows) > 2:
        rows.pop()  # it may be cut
    header = _header(rows[0] if rows else ())
    if len(rows) < 2:
        raise TableUnreadable(f"{path.name} has a header and no rows.")
    return Table(path, header, tuple(_fitted(row, len(header)) for row in rows[1:501]), "csv", encoding, separator)


def _separator(text: str) -> str:
    """Return the sign that splits the first line into most cells, outside of quotes; raises TableUnreadable."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if len(first) > HEADER_CHARS_MAX:
        raise TableUnreadable(
            f"the first line, which must name the columns, has more than {HEADER_CHARS_MAX:,} letters."
        )
    counts = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in _SEPARATORS}
    return max(_SEPARATORS, key=lambda sign: counts[sign])


def _header(row: Row) -> tuple[str, ...]:
    header = tuple(cell.strip().lstrip("\ufeff") for cell in row)
    if len(header) > COLUMNS_MAX:
        raise TableUnreadable(f"the table has {len(header):,} columns; at most {COLUMNS_MAX} are read.")
    if not any(header):
        raise TableUnreadable("the first line must name the columns.")
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise TableUnreadable(f"two columns are called “{doubled[0]}”; give each a name of its own.")
    return header


def _rows_of(file: io.TextIOBase | io.StringIO, separator: str, *, is_cut: bool = False) -> Iterator[list[str]]:
    """Yield the rows that are not empty; raises TableUnreadable, also where a quote swallows the end of a whole file."""
    is_over = False

    def lines() -> Iterator[str]:
        nonlocal is_over
        yield from file
        is_over = True  # a row that ends only here was never closed

    reader, before = csv.reader(lines(), delimiter=separator), 0
    try:
        for row in reader:
            if is_over and not is_cut:
                raise TableUnreadable(f"a quote that opens after line {before:,} is never closed.")
            before = reader.line_num
            if row and any(row):
                yield row
    except csv.Error as error:
        raise TableUnreadable(f"line {reader.line_num:,} cannot be read as CSV ({error}).") from error


def _csv_pieces(table: Table) -> Iterator[list[Row]]:
    width, piece, count = len(table.header), list[Row](), 0
    csv.field_size_limit(1 << 20)
    try:
        with table.path.open(
            encoding=table.encoding, errors="strict" if table.encoding[:3] == "utf" else "replace", newline=""
        ) as file:
            rows = _rows_of(file, table.separator)
            next(rows, None)
            for row in rows:
                piece.append(_fitted(row, width))
                count += 1
                if len(piece) == PIECE_ROWS:
                    _within(count)
                    yield piece
                    piece = []
    except UnicodeDecodeError as error:
        raise TableUnreadable(
            f"after about {count:,} rows the text is no longer {table.encoding}; save it as UTF-8."
        ) from error
    _within(count)
    if piece:
        yield piece


def _within(count: int) -> None:
    if count > ROWS_MAX:
        raise TableUnreadable(f"the table has more than {ROWS_MAX:,} rows; resolve it in parts.")


def _fitted(row: Sequence[str], width: int) -> Row:
    """Return a row with exactly `width` cells, each cut at a length that no name or address has."""
    if len(row) != width:
        row = [*row[:width], *[""] * (width - len(row))]
    return row if sum(map(len, row)) <= CELL_CHARS_MAX else [cell[:CELL_CHARS_MAX] for cell in row]


def _open_parquet(path: Path) -> Table:
    from pyarrow import ArrowException, parquet

    try:
        file = parquet.ParquetFile(path)
        count = file.metadata.num_rows
        header = _header([str(name) for name in file.schema_arrow.names])
        first = next(file.iter_batches(batch_size=500), None)
    except (ArrowException, OSError, ValueError) as error:
        raise TableUnreadable(f"{path.name} is no Parquet file that can be read ({str(error)[:120]}).") from error
    _within(count)
    if first is None or count == 0:
        raise TableUnreadable(f"{path.name} has columns and no rows.")
    return Table(path, header, tuple(_arrow_rows(first)), "parquet")


def _parquet_pieces(table: Table) -> Iterator[list[Row]]:
    from pyarrow import ArrowException, parquet

    try:
        for batch in parquet.ParquetFile(table.path).iter_batches(batch_size=PIECE_ROWS):
            yield _arrow_rows(batch)
    except (ArrowException, OSError) as error:
        raise TableUnreadable(f"{table.path.name} breaks off: {str(error)[:120]}") from error


def _arrow_rows(batch: object) -> list[Row]:
    """Return the rows of an Arrow batch as text; dates as ISO, missing values as ""."""
    columns = [["" if one is None else _said(one) for one in column.to_pylist()] for column in batch.columns]  # type: ignore[attr-defined]
    return [list(row) for row in zip(*columns, strict=True)]


def _said(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")[:CELL_CHARS_MAX]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a number column with gaps comes as floats; 9121234567.0 is a phone
    return str(value)[:CELL_CHARS_MAX]
