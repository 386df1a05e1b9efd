"""Reading the neutral folder (docs/neutral-format.md): its manifest, and each sheet row by row as checked values."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from patogh.hangout.exporting import cells, sheets
from patogh.hangout.exporting.sheets import Column
from patogh.hangout.importing.records import CannotImport
from patogh.hangout.importing.texts import Text

ROW_CHARS_MAX: Final = 4_000_000
MANIFEST_BYTES_MAX: Final = 64_000_000
ENDINGS: Final = ("jsonl", "csv")
_SITE: Final = re.compile(r"[^a-z0-9.-]+")
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(slots=True)
class Row:
    """A row that could be read (`values`), or why it could not (`why`)."""

    line: int
    key: str
    values: dict[str, Any]
    why: str = ""
    digest: str = ""
    made: Text | None = None


@dataclass(slots=True)
class Folder:
    """A neutral folder: which sheets are there and what its manifest says."""

    path: Path
    site: str
    guarded: bool
    files: dict[str, Path]
    remarks: list[str] = field(default_factory=list)
    is_ours: bool = False

    def rows(self, name: str, only: tuple[str, ...] = ()) -> Iterator[Row]:
        """Yield the rows of a sheet, each read by itself: one that is broken spoils no other. Raises CannotImport.

        With `only` just these columns are looked at; rows then have no digest.
        """
        path = self.files.get(name)
        if path is None:
            return
        columns = {column.name: column for column in sheets.columns_of(name)}
        lines = _csv_lines(path, columns, guarded=self.guarded) if path.suffix == ".csv" else _json_lines(path)
        if only:
            columns = {word: column for word, column in columns.items() if word in only}
        digested = not only and name != sheets.ACTIVITIES and "id" in columns
        for number, line in lines:
            yield _row(number, line, columns, digested=digested)

    def file(self, name: str) -> Path | None:
        """Return a file below `files`, or None: never one that a name or a link leads out of the folder to."""
        home = (self.path / "files").resolve()
        path = (home / name).resolve()
        return path if name and path.is_relative_to(home) and path.is_file() else None

    def unknown(self, name: str) -> list[str]:
        """Return the columns of a CSV sheet that are not ours; they are left out and said so."""
        path = self.files.get(name)
        if path is None or path.suffix != ".csv":
            return []
        known = {column.name for column in sheets.columns_of(name)}
        with _opened(path) as file:
            return [word for word in _head(file)[1] if word and word not in known]


def opened(path: Path, *, unchecked: bool = False) -> Folder:
    """Return the folder at `path`, its files held against the manifest if it has one. Raises CannotImport."""
    if not path.is_dir():
        raise CannotImport(file=path.name, why="it is no folder.")
    manifest = _manifest(path)
    files = {}
    for name in sheets.names():
        there = [one for end in ENDINGS if (one := path / f"{name}.{end}").is_file() and not one.is_symlink()]
        if len(there) > 1:
            raise CannotImport(file=path.name, why=f"it has both {there[0].name} and {there[1].name}.")
        if there:
            files[name] = there[0]
    if not {"members", "topics", "posts"} & set(files):
        raise CannotImport(file=path.name, why="there is none of members, topics and posts (.jsonl or .csv) in it.")
    site = _SITE.sub("-", str(manifest.get("site") or path.resolve().name).lower()).strip("-")[:24] or "folder"
    folder = Folder(
        path, site, manifest.get("csv_guard") is True, files, is_ours=manifest.get("format") == "patogh-neutral"
    )
    if manifest and not unchecked:
        _hold_against(folder, manifest)
    unknown = sorted(one.name for one in path.iterdir() if one.is_file() and one not in files.values())
    folder.remarks += [
        f"{name} is no sheet of the format and is left alone" for name in unknown if name != "manifest.json"
    ]
    return folder


def _manifest(path: Path) -> dict[str, Any]:
    """Return the manifest, empty where there is none."""
    file = path / "manifest.json"
    if not file.exists():
        return {}
    try:
        if file.stat().st_size > MANIFEST_BYTES_MAX:
            raise CannotImport(file=file.name, why="it is too large.")
        manifest = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CannotImport(file=file.name, why="it cannot be read.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files", {}), dict):
        raise CannotImport(file=file.name, why="it is no manifest of a neutral folder.")
    if not isinstance(manifest.get("version", 1), int) or manifest.get("version", 1) > sheets.VERSION:
        raise CannotImport(
            file=file.name, why=f"it has version {manifest.get('version')}; this Patogh reads up to {sheets.VERSION}."
        )
    return manifest


def _hold_against(folder: Folder, manifest: dict[str, Any]) -> None:
    """Refuse a folder that is not what its manifest says: half copied, or changed since."""
    home = folder.path.resolve()
    for name, said in manifest.get("files", {}).items():
        path = folder.path / str(name)
        if not path.resolve().is_relative_to(home):
            raise CannotImport(file="manifest.json", why=f"it names {name!r}, which is not in the folder.")
        if not path.is_file():
            raise CannotImport(
                file=str(name), why="the manifest names it and it is missing (--unchecked goes on without it)."
            )
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not isinstance(said, dict) or said.get("sha256") != digest:
            raise CannotImport(file=str(name), why="it is not what the manifest says (--unchecked reads it as it is).")


def _row(number: int, line: dict[str, Any] | str, columns: dict[str, Column], *, digested: bool) -> Row:
    """Return a row whose values are checked; only what is marked by its key needs a digest."""
    if isinstance(line, str):
        return Row(number, "", {}, line)
    key = str(line.get("id") or "")[:120]
    values: dict[str, Any] = {}
    try:
        for name, column in columns.items():
            if name in line or column.required:
                values[name] = cells.read(line.get(name), column)
    except cells.BadCell as error:
        return Row(number, key, {}, str(error))
    if not digested:
        return Row(number, key, values)
    said = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return Row(number, key, values, digest=hashlib.sha256(said.encode()).hexdigest()[:48])


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield each line's number and its object, or why it is none."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(ROW_CHARS_MAX + 1):
            number += 1
            if len(line) > ROW_CHARS_MAX:
                while line and not line.endswith(b"\n"):
                    line = file.readline(ROW_CHARS_MAX)
                yield number, "the line is longer than a row may be"
            elif stripped := line.removeprefix(b"\xef\xbb\xbf").strip():
                yield number, _object(stripped)


def _object(line: bytes) -> dict[str, Any] | str:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return "it is not UTF-8"
    except (ValueError, RecursionError):
        return "it is no JSON (cut off?)"
    return value if isinstance(value, dict) else "it is no object"


def _csv_lines(path: Path, columns: dict[str, Column], *, guarded: bool) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield each row's first line and its cells by column, or why it is none. Raises CannotImport for a useless head."""
    csv.field_size_limit(ROW_CHARS_MAX)
    with _opened(path) as file:
        delimiter, head = _head(file)
        if lacking := [name for name, column in columns.items() if column.required and name not in head]:
            raise CannotImport(file=path.name, why=f"it has no column {', '.join(lacking)}.")
        reader, line = csv.reader(file, delimiter=delimiter), 2
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield line, f"it is no CSV: {error}"
                row = []
            if row is None:
                return
            if row and len(row) != len(head):
                yield line, f"it has {len(row)} cells where the head has {len(head)}"
            elif row:
                yield line, _cells(dict(zip(head, row, strict=True)), columns, guarded=guarded)
            line = reader.line_num + 2


def _cells(row: dict[str, str], columns: dict[str, Column], *, guarded: bool) -> dict[str, Any]:
    """Return the cells of our columns, without the guard that our own writing puts there."""
    found: dict[str, Any] = {}
    for name, column in columns.items():
        if name in row:
            is_word = guarded and column.kind in {"text", "json"}
            found[name] = cells.unguarded(row[name]) if is_word else row[name]
            if found[name] == "" and (column.kind != "text" or column.name in {"key", "handle"}):
                found[name] = None
    return found


def _opened(path: Path) -> io.TextIOWrapper:
    """Open a CSV file as text; bytes that are no UTF-8 stay visible as such."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _head(file: io.TextIOWrapper) -> tuple[str, list[str]]:
    """Read the first line; return what separates its cells and the names of the columns."""
    first = file.readline(ROW_CHARS_MAX)
    delimiter = max(_DELIMITERS, key=first.count)
    return delimiter, [word.strip() for word in next(csv.reader([first], delimiter=delimiter), [])]
