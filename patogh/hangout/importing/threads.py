"""Which message answers which, and which thread each belongs to."""

from __future__ import annotations

import json
import sqlite3
from typing import Final

SUBJECT_DAYS_MAX: Final = 60
_DAY_S: Final = 86_400


def tie(scratch: sqlite3.Connection) -> None:
    """Give each row of the table `mail` its root and parent: by its references, else by the subject of an answer.

    Messages are met in the order of time and hang only on what was met before, so that no circle of references can hold.
    Answers to one message that is nowhere stay together under the first of them.
    """
    scratch.execute("CREATE TABLE lost (key TEXT PRIMARY KEY, root INTEGER) WITHOUT ROWID")
    scratch.execute("CREATE TABLE said (subject TEXT PRIMARY KEY, root INTEGER, date REAL) WITHOUT ROWID")
    last = (-1e18, 0)
    while rows := scratch.execute(
        "SELECT n, refs, subject, is_answer, date FROM mail WHERE (date, n) > (?, ?) ORDER BY date, n LIMIT 500", last
    ).fetchall():
        for n, refs, subject, is_answer, date in rows:
            root, parent = _place(scratch, json.loads(refs), n)
            if root == n and is_answer and subject:
                root = _by_subject(scratch, subject, date) or n
            scratch.execute("UPDATE mail SET root = ?, parent = ? WHERE n = ?", (root, parent, n))
            if subject:
                scratch.execute("INSERT OR REPLACE INTO said VALUES (?, ?, ?)", (subject, root, date))
        last = (rows[-1][4], rows[-1][0])


def _place(scratch: sqlite3.Connection, references: list[str], own: int) -> tuple[int, int | None]:
    """Return the root and the parent of a message: the nearest of its references that was met before."""
    for key in references:
        found = scratch.execute("SELECT n, root FROM mail WHERE key = ? AND root IS NOT NULL", (key,)).fetchone()
        if found:
            return found[1], found[0]
    for key in references:
        if found := scratch.execute("SELECT root FROM lost WHERE key = ?", (key,)).fetchone():
            return found[0], None
    for key in references:
        scratch.execute("INSERT OR IGNORE INTO lost VALUES (?, ?)", (key, own))
    return own, None


def _by_subject(scratch: sqlite3.Connection, subject: str, date: float) -> int | None:
    """Return the thread that this subject was last heard in, if that is not too long ago."""
    found = scratch.execute("SELECT root, date FROM said WHERE subject = ?", (subject,)).fetchone()
    return found[0] if found and date - found[1] <= SUBJECT_DAYS_MAX * _DAY_S else None
