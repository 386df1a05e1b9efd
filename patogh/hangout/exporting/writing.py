"""Writing the neutral folder: sheet by sheet in batches by key, out of one snapshot, whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import hmac
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from patogh.hangout.exporting import cells, rows, sheets
from patogh.hangout.exporting.sheets import Column
from patogh.kit.errors import PatoghError
from patogh.people.queries import brand

FILES: Final = "files"
Progress = Callable[[str, int, int], None]


class CannotExport(PatoghError):
    """The folder cannot be written."""

    status = 400
    code = "cannot_export"
    sentence = "%(folder)s cannot be written: %(why)s"  # the command speaks English only


@dataclass(slots=True)
class Wish:
    """What to take out, and how it is written."""

    space: str = ""
    contacts: bool = False
    as_csv: bool = False


@dataclass(slots=True)
class Draft:
    """A folder that is being written."""

    folder: Path
    wish: Wish
    counts: Counter[str] = field(default_factory=Counter)
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def export(target: Path, wish: Wish, progress: Progress | None = None) -> dict[str, Any]:
    """Write everything into the new folder `target` and return its manifest. Raises CannotExport.

    Rows come out of one snapshot, a few hundred at a time. The folder has another name until it is whole.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CannotExport(folder=str(target), why="it is there already; choose a new name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    say = progress or (lambda _what, _done, _of: None)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    draft = Draft(folder, wish)
    try:
        with snapshot():
            for name in sheets.names():
                _write_sheet(draft, name, say)
        manifest = _manifest(draft)
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        if target.exists():
            target.rmdir()
        folder.chmod(0o755)
        folder.rename(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """Hold one view of the database while writers go on; inside a transaction that transaction is the view."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own would be IMMEDIATE and keep writers out
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def site() -> str:
    """Return a name of this house that stays the same and tells nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), b"neutral folder", hashlib.sha256).hexdigest()[:12]


def _write_sheet(draft: Draft, name: str, say: Progress) -> None:
    """Write one file, with the pictures that its rows name."""
    columns = sheets.columns_of(name, contacts=draft.wish.contacts)
    path = draft.folder / f"{name}.{'csv' if draft.wish.as_csv else 'jsonl'}"
    chosen, stored = rows.chosen(name, draft.wish.space), _storing(name)
    with path.open("w", encoding="utf-8", newline="") as file:
        put = _row_writer(file, columns, as_csv=draft.wish.as_csv)
        for done, total, row in chosen:
            put(row)
            draft.counts[name] += 1
            if stored is not None:
                _take_file(draft, stored(row))
            if done % 500 == 0:
                say(name, done, total)
    draft.sums[path.name] = _sum(path)
    say(name, 1, 1)


def _row_writer(file: IO[str], columns: tuple[Column, ...], *, as_csv: bool) -> Callable[[dict[str, Any]], None]:
    """Return how a row is written."""
    if not as_csv:
        names = [column.name for column in columns]
        return lambda row: print(json.dumps({name: row.get(name) for name in names}, ensure_ascii=False), file=file)
    writer = csv.writer(file)
    writer.writerow([column.name for column in columns])
    return lambda row: writer.writerow([cells.as_csv(row.get(one.name), one.kind) for one in columns])


def _take_file(draft: Draft, stored: str) -> None:
    """Copy a file; one that is gone is listed."""
    if not stored:
        return
    goal = draft.folder / FILES / stored
    if not goal.resolve().is_relative_to((draft.folder / FILES).resolve()):
        return
    try:
        with default_storage.open(stored) as source:
            goal.parent.mkdir(parents=True, exist_ok=True)
            with goal.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    except OSError:
        draft.missing.append(stored)
    else:
        draft.counts["files"] += 1
        draft.sums[f"{FILES}/{stored}"] = _sum(goal)


def _storing(name: str) -> Callable[[dict[str, Any]], str] | None:
    """Return what names the file of a row of a sheet among the media; None for a sheet without files."""
    if name == sheets.MEMBERS:
        return lambda row: str(row.get("avatar") or "")
    if name == "pictures":
        return lambda row: f"pictures/{row['token']}.webp"
    return next((sheet.stored for sheet in sheets.plain() if sheet.name == name), None)


def _manifest(draft: Draft) -> dict[str, Any]:
    """Return what stands in manifest.json."""
    row = brand()
    return {
        "format": "patogh-neutral", "version": sheets.VERSION, "site": site(), "name": row.name, "name_en": row.name_en,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "csv_guard": draft.wish.as_csv,
        "contacts": draft.wish.contacts, "space": draft.wish.space, "counts": dict(draft.counts), "files": draft.sums,
        "missing_files": draft.missing[:1000],
    }  # fmt: skip


def _sum(path: Path) -> dict[str, Any]:
    """Return the size and hash of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
