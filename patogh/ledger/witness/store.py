"""What the witness remembers: the logs it knows and, for each, the newest checkpoint it cosigned.

One SQLite file, WAL and synchronous=FULL: a commit is on the disk before an answer leaves. The check of the old size and
the write of the new one are one transaction, so two processes on one file cannot both win. Triggers hold the two rules
that matter even against our own mistakes: a size never falls and a root never changes under one size.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patogh.ledger.witness.errors import StoreFailed, Trouble
from patogh.ledger.witness.wire import origin_hash

_TABLES: Final = """
CREATE TABLE witness (vkey TEXT NOT NULL, only INTEGER PRIMARY KEY CHECK (only = 1));
CREATE TABLE log_key (origin TEXT NOT NULL, vkey TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (origin, vkey));
CREATE TABLE seen (
  origin TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, size INTEGER NOT NULL CHECK (size >= 0),
  root BLOB NOT NULL CHECK (length(root) = 32), note TEXT NOT NULL, at INTEGER NOT NULL CHECK (at > 0)
);
CREATE TRIGGER seen_only_grows BEFORE UPDATE ON seen
WHEN new.size < old.size OR (new.size = old.size AND new.root <> old.root) OR new.at < old.at OR new.origin <> old.origin
BEGIN SELECT raise(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER seen_stays BEFORE DELETE ON seen BEGIN SELECT raise(ABORT, 'a witness never forgets'); END;
"""
_NAMED: Final = "INSERT INTO witness (only, vkey) VALUES (1, ?)"
_KEY_ADDED: Final = "INSERT OR IGNORE INTO log_key (origin, vkey, hash) VALUES (?, ?, ?)"
_KEY_DROPPED: Final = "DELETE FROM log_key WHERE origin = ? AND vkey = ?"
_SEEN: Final = """
INSERT INTO seen (size, root, note, at, origin, hash) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint cosigned of one log: its note carries the log's signature and ours."""

    origin: str
    size: int
    root: bytes
    note: str
    at: int


class Store:
    """The database of one witness. Safe between threads; several processes may open the same file."""

    def __init__(self, path: Path) -> None:
        """Open a database that `create` made; raises Trouble when it is not there."""
        if not path.is_file():
            raise Trouble(
                f"{path} is missing. A witness without its memory could be led to cosign two histories: if it ever "
                "cosigned anything, retire its key and begin a new witness with `init` in another folder."
            )
        self._lock = threading.Lock()
        self._failed = False
        self._rows = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA synchronous = FULL")

    @staticmethod
    def create(path: Path, vkey: str) -> None:
        """Make the empty database of a new witness."""
        path.touch(mode=0o600, exist_ok=False)
        rows = sqlite3.connect(path, isolation_level=None)
        rows.execute("PRAGMA journal_mode = WAL")
        rows.executescript(f"BEGIN; {_TABLES} COMMIT;")
        rows.execute(_NAMED, (vkey,))
        rows.close()

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._rows.close()

    def vkey(self) -> str:
        """Return the key that this database belongs to."""
        (found,) = self._asked("SELECT vkey FROM witness")
        return str(found[0])

    def logs(self) -> dict[str, list[str]]:
        """Return the vkeys of every log by its origin."""
        found: dict[str, list[str]] = {}
        for origin, vkey in self._asked("SELECT origin, vkey FROM log_key ORDER BY origin, rowid"):
            found.setdefault(origin, []).append(vkey)
        return found

    def keys_of(self, origin: str) -> list[str]:
        """Return the vkeys that may sign for a log; none for a log that is not known."""
        return [row[0] for row in self._asked("SELECT vkey FROM log_key WHERE origin = ? ORDER BY rowid", origin)]

    def add_key(self, origin: str, vkey: str) -> None:
        """Trust a key for a log."""
        with self._turn():
            self._rows.execute(_KEY_ADDED, (origin, vkey, origin_hash(origin)))

    def drop_key(self, origin: str, vkey: str) -> None:
        """Trust a key no longer; what was seen of the log stays."""
        with self._turn():
            self._rows.execute(_KEY_DROPPED, (origin, vkey))

    def seen(self, origin: str) -> Seen | None:
        """Return the newest checkpoint of a log."""
        rows = self._asked("SELECT origin, size, root, note, at FROM seen WHERE origin = ?", origin)
        return Seen(*rows[0]) if rows else None

    def seen_by_hash(self, hashed: str) -> Seen | None:
        """Return the newest checkpoint of the log with this SHA-256 of its origin."""
        rows = self._asked("SELECT origin, size, root, note, at FROM seen WHERE hash = ?", hashed)
        return Seen(*rows[0]) if rows else None

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Read and write as one: nobody else writes within, and what was put is on the disk after it."""
        with self._turn():
            yield Turn(self._rows)

    def _asked(self, sql: str, *given: str) -> list[Any]:
        with self._lock:
            self._alive()
            return self._rows.execute(sql, given).fetchall()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            self._alive()
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._rows.execute("ROLLBACK")
                raise
            self._commit()

    def _commit(self) -> None:
        try:
            self._rows.execute("COMMIT")
        except sqlite3.Error as error:
            self._failed = True
            sentence = "the disk did not take the new state; nothing was cosigned. Look at the disk, then restart."
            raise StoreFailed(sentence) from error

    def _alive(self) -> None:
        if self._failed:
            raise StoreFailed("the disk failed before; nothing is cosigned until a restart")


class Turn:
    """The inside of one transaction."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows

    def seen(self, origin: str) -> Seen | None:
        """Return the newest checkpoint of a log."""
        found = self._rows.execute(
            "SELECT origin, size, root, note, at FROM seen WHERE origin = ?", (origin,)
        ).fetchone()
        return Seen(*found) if found else None

    def put(self, new: Seen) -> None:
        """Remember a newer checkpoint."""
        self._rows.execute(_SEEN, (new.size, new.root, new.note, new.at, new.origin, origin_hash(new.origin)))
