"""What a dry run would bring, in a scratch file of SQLite's own: never in the house."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def _note(seen: sqlite3.Connection, kind: str, keys: Iterable[str]) -> None:
    """Remember some keys of a kind."""
    seen.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", [(kind, key) for key in keys])
