"""Backup and restore: a copy that is whole, that says what is in it, and that is checked before it is believed.

A copy is a folder: the database (SQLite's own backup, or pg_dump), every other file of the data folder, and
`manifest.json` with the hash of each file and the rows of each table. Copying an SQLite file while it is written loses
what is still in its log (24 of 25 copies did, facts/reliability.md B1), so that is never done here.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from patogh.conf.preflight import CannotStart, migrations_applied

FORMAT = 1
DATABASE = "patogh.sqlite3"
ERASURES = "erasures.jsonl"  # as patogh.people.leaving.log writes it
DUMP = "patogh.pgdump"
BOOK = "book/"  # the log's key and head stay where they are: a copy of them could fork the log (docs/open-book.md)
BLOCK_BYTES = 1024 * 1024
PAGES_A_STEP = 2_000
Progress = Callable[[str, int, int], None]


def back_up(target: Path, progress: Progress) -> dict[str, Any]:
    """Make a copy in the new folder `target` and return its manifest; raises CannotStart when `target` exists."""
    if target.exists():
        raise CannotStart(f"{target} exists already; a backup goes into a new folder.")
    draft = target.with_name(f"{target.name}.partial-{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        rows = _copy_sqlite(draft, progress) if _is_sqlite() else _dump_postgresql(draft)
        _copy_files(Path(settings.DATA), draft, progress)
        manifest = {
            "format": FORMAT,
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "database": "sqlite" if _is_sqlite() else "postgresql",
            "migrations": sorted(f"{app}.{name}" for app, name in migrations_applied()),
            "rows": rows,
            "files": {name: _described(draft / name) for name in sorted(_names(draft))},
        }
        (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def verified(source: Path, progress: Progress) -> dict[str, Any]:
    """Return the manifest of a copy, every file checked against it; raises CannotStart at the first that differs."""
    try:
        manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
        files = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotStart(f"{source} is no backup of ours: its manifest.json cannot be read.") from error
    if manifest.get("format") != FORMAT:
        raise CannotStart(f"{source} was made by another version of Patogh (format {manifest.get('format')}).")
    for done, (name, described) in enumerate(files.items(), 1):
        path = source / name
        if not path.resolve().is_relative_to(source.resolve()) or not path.is_file():
            raise CannotStart(f"{source}: {name} is missing from the backup.")
        if _described(path) != described:
            raise CannotStart(f"{source}: {name} is not what the manifest says; this backup is damaged.")
        progress("Checking", done, len(files))
    if (source / DATABASE).exists() and _rows(source / DATABASE) != manifest["rows"]:
        raise CannotStart(f"{source}: the database does not hold the rows that the manifest counts.")
    return manifest


def restore(source: Path, target: Path, *, force: bool, progress: Progress) -> dict[str, Any]:
    """Put a verified copy into the data folder `target`; with `force`, what is there goes to `before-restore-…`."""
    manifest = verified(source, progress)
    if manifest["database"] != ("sqlite" if _is_sqlite() else "postgresql"):
        raise CannotStart(f"this backup holds {manifest['database']}; set PATOGH_DATABASE_URL to match.")
    target.mkdir(parents=True, exist_ok=True)
    erased = _erasures(target, source)
    there = [path for path in target.iterdir() if path.name != "book" and not path.name.startswith("before-restore-")]
    if {path.name for path in there} - {"secret.key"} or (not _is_sqlite() and migrations_applied()):
        if not force:
            raise CannotStart(f"{target} holds data already; with --force it is laid aside first.")
        aside = target / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
        aside.mkdir(mode=0o700)
        for path in there:
            path.rename(aside / path.name)
    names = list(manifest["files"])
    for done, name in enumerate(names, 1):
        if name != DUMP:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
        progress("Restoring", done, len(names))
    if not _is_sqlite():
        _load_postgresql(source / DUMP)
    (target / ERASURES).write_text("".join(f"{line}\n" for line in erased), encoding="ascii")
    return manifest


def _erasures(*folders: Path) -> list[str]:
    """Return the lines of the logs of erasures of several folders, each once: a restored copy must not bring anybody back."""
    logs = [folder / ERASURES for folder in folders]
    lines = [
        line for log in logs if log.is_file() for line in log.read_text(encoding="ascii", errors="replace").splitlines()
    ]
    return list(dict.fromkeys(lines))


def _is_sqlite() -> bool:
    return isinstance(settings.DATABASES["default"]["NAME"], Path)


def _copy_sqlite(draft: Path, progress: Progress) -> dict[str, int]:
    """Copy the database through SQLite's backup, check the copy and return its rows by table."""
    source_path = Path(str(settings.DATABASES["default"]["NAME"]))
    with (
        contextlib.closing(sqlite3.connect(source_path, timeout=30)) as source,
        contextlib.closing(sqlite3.connect(draft / DATABASE)) as copy,
    ):
        source.execute("BEGIN")  # One snapshot: writers go on, and the copy does not start over when they do.
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(
            copy, pages=PAGES_A_STEP, progress=lambda _status, left, total: progress("Copying", total - left, total)
        )
        copy.create_function(
            "REGEXP", 2, lambda pattern, value: bool(re.search(pattern, str(value)))
        )  # a constraint of ours asks
        if (verdict := copy.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise CannotStart(f"the database is damaged, so it was not copied: {verdict}")
        copy.execute("PRAGMA journal_mode=DELETE")
    return _rows(draft / DATABASE)


def _rows(path: Path) -> dict[str, int]:
    """Return how many rows each table of an SQLite file has."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = [
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY 1"
            )
        ]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - its own names


def _postgresql(program: str, *options: str) -> None:
    """Run a PostgreSQL program against our database; CannotStart says what it said."""
    described = settings.DATABASES["default"]
    environment = {
        f"PG{theirs}": str(described[ours])
        for theirs, ours in {
            "HOST": "HOST",
            "PORT": "PORT",
            "USER": "USER",
            "PASSWORD": "PASSWORD",
            "DATABASE": "NAME",
        }.items()
        if described[ours]
    }
    try:
        command, env = [program, *options], os.environ | environment
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - its own words
    except FileNotFoundError as error:
        raise CannotStart(f"{program} is not installed; it comes with the PostgreSQL client.") from error
    if done.returncode:
        raise CannotStart(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )


def _dump_postgresql(draft: Path) -> dict[str, int]:
    """Dump PostgreSQL and count rows in the very snapshot that is dumped."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _postgresql("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={draft / DUMP}")
        rows = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608 - its own names
            rows[name] = cursor.fetchone()[0]
    return rows


def _load_postgresql(dump: Path) -> None:
    """Load a dump over the database, all of it or nothing."""
    _postgresql(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--dbname",
        str(settings.DATABASES["default"]["NAME"]),
        str(dump),
    )


def _copy_files(folder: Path, draft: Path, progress: Progress) -> None:
    """Copy every file of the data folder that is not the database; one that goes away meanwhile was trash."""
    names = [
        name
        for name in _names(folder)
        if not name.startswith((DATABASE, "before-restore-", "parcels/", BOOK)) and ".partial-" not in name
    ]
    for done, name in enumerate(names, 1):
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(folder / name, draft / name)
        progress("Copying files", done, len(names))


def _names(folder: Path) -> Iterator[str]:
    """Yield the files below a folder, relative to it."""
    return (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())


def _described(path: Path) -> dict[str, Any]:
    """Return the size and the hash of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
