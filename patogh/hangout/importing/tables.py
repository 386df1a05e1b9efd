"""CSV tables of other houses: any usual encoding and separator, row by row, broken rows told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from patogh.hangout.importing import reading
from patogh.hangout.importing.records import CannotImport, Skipped

CELL_CHARS_MAX: Final = 2_000_000
_SEPARATORS: Final = (",", ";", "\t", "|")
Cells = dict[str, str]


class Table:
    """One CSV file with a heading."""

    def __init__(self, path: Path) -> None:
        """Look at the heading; raises CannotImport when there is none."""
        reading.checked(path)
        with path.open("rb") as file:
            head = file.read(1 << 20)
        self.path, self.encoding = path, reading.encoding_of(head)
        line = head.decode(self.encoding, "replace").lstrip("\ufeff").split("\n", 1)[0]
        self.separator = max(_SEPARATORS, key=line.count)
        self.columns = [name.strip().strip('"').lower() for name in line.strip().split(self.separator)]

    def needs(self, *columns: str) -> None:
        """Raise CannotImport unless these columns are there."""
        missing = [name for name in columns if name not in self.columns]
        if missing:
            raise CannotImport(file=self.path.name, why=f"its first line lacks the columns {', '.join(missing)}")

    def rows(self) -> Iterator[tuple[int, Cells | Skipped]]:
        """Yield each row with the line on which it ends; one that does not fit the heading is a Skipped."""
        csv.field_size_limit(CELL_CHARS_MAX)
        with closing(self.path.open(encoding=self.encoding, errors="replace", newline="")) as file:
            reader = csv.reader(_without_nul(file), delimiter=self.separator)
            next(reader, None)
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield reader.line_num, Skipped(reader.line_num, "", f"the row cannot be read: {error}")
                    continue
                if values:
                    yield reader.line_num, self._cells(values, reader.line_num)

    def _cells(self, values: list[str], line: int) -> Cells | Skipped:
        if len(values) != len(self.columns):
            return Skipped(line, values[0][:20], f"{len(values)} cells where the first line has {len(self.columns)}")
        return {name: reading.unmangled(value) for name, value in zip(self.columns, values, strict=True)}


def _without_nul(file: io.TextIOBase | Iterator[str]) -> Iterator[str]:
    for line in file:
        yield line.replace("\0", "")
