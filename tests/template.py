"""The migrated database, made once for one state of the migrations and copied by every process that tests with it.

On SQLite it is a file beside the demo of the walks, on PostgreSQL a database of the server of the run. Django's own
`migrate` still runs on each copy, and finds nothing left to do; what a copy lacks it would make.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import django
from django.db import connections

from tests.flushing import flush_rows

ROOT = Path(__file__).resolve().parent.parent
MADE_OF = ("*/migrations/*.py", "*/models.py", "*/models/**/*.py", "*/apps.py", "kit/**/*.py", "search/*.py")
KEPT_S = 86_400


def home() -> Path:
    """Return the folder of the copies, of this user alone."""
    place = Path(tempfile.gettempdir()) / f"patogh-migrated-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


@functools.cache
def fingerprint() -> str:
    """Return a name that changes with the migrations and with what they may import; read once in a process."""
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for path in sorted({path for pattern in MADE_OF for path in (ROOT / "patogh").glob(pattern)}):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Let one process at a time look whether there is a template, and make it."""
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept() -> Path:
    """Return where the SQLite template is, or will be."""
    return home() / f"{fingerprint()}.sqlite3"


def copied(path: Path) -> bool:
    """Copy the SQLite template to a path; return False when there is none yet."""
    if not kept().exists():
        return False
    shutil.copyfile(kept(), path)
    return True


def begun(path: Path, migrate: Callable[[], object]) -> None:
    """Make a migrated SQLite file: as a copy, if any, which `migrate` brings up to date; the first one is kept."""
    with turn():
        is_there = copied(path)
        migrate()
        if not is_there:
            with contextlib.closing(sqlite3.connect(path)) as opened:
                keep(opened)


def keep(source: sqlite3.Connection) -> None:
    """Keep a migrated SQLite database as the template; those of yesterday go."""
    for old in home().glob("*.sqlite3"):
        if old.stat().st_mtime < time.time() - KEPT_S:
            old.unlink(missing_ok=True)
    half = home() / f"half-{os.getpid()}"
    with contextlib.closing(sqlite3.connect(half)) as opened:
        source.backup(opened)
        opened.execute("PRAGMA journal_mode=DELETE")  # one file, whoever reads it, into memory too
    half.rename(kept())


class Template:
    """The template of the database that pytest-django makes for this process."""

    def __init__(self) -> None:
        """Look at the default connection."""
        self.connection: Any = connections["default"]
        self.leaving = contextlib.ExitStack()
        self.is_there = False

    def __enter__(self) -> Self:
        """Take the turn; let the test database begin as a copy if there is a template."""
        self.leaving.enter_context(turn())
        self.is_there = self._on_sqlite() if self.connection.vendor == "sqlite" else self._on_postgres()
        if self.is_there:
            self.leaving.close()
        return self

    def made(self) -> None:
        """Keep what this process has migrated, if it was the first, and let the others go on."""
        if not self.is_there and self.connection.vendor == "sqlite":
            self.connection.ensure_connection()
            keep(self.connection.connection)
        elif not self.is_there:
            mine = self.connection.settings_dict["NAME"]
            self.connection.close()
            with self.connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self._name()}" TEMPLATE "{mine}"')
        if self.connection.vendor == "postgresql":
            flush_rows(self.connection)
        self.leaving.close()

    def __exit__(self, *_error: object) -> None:
        """Let the others go on, whatever happened."""
        self.leaving.close()

    def _on_sqlite(self) -> bool:
        """Fill the database in memory from the file, as soon as Django has named it."""
        creation, path = self.connection.creation, kept()
        if not path.exists():
            return False
        create = creation._create_test_db

        def filled(*arguments: Any, **named: Any) -> str:
            name: str = create(*arguments, **named)
            # A database in memory lives while somebody holds it: until the end of this process, so that nobody loses it.
            self.holder = sqlite3.connect(name, uri=True, check_same_thread=False)
            with contextlib.closing(sqlite3.connect(path)) as opened:
                opened.backup(self.holder)
            return name

        creation._create_test_db = filled
        return True

    def _on_postgres(self) -> bool:
        """Let Django create its database from the template."""
        with self.connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._name()])
            if cursor.fetchone() is None:
                return False
        self.connection.settings_dict["TEST"]["TEMPLATE"] = self._name()
        return True

    def _name(self) -> str:
        return f"template_{fingerprint()}"
