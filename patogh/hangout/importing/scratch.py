"""A private file on disk that puts a dump's records in order, so that memory does not grow with the dump.

Dumps hold answers before questions and newest first; topics have to be made before their posts. SQLite keeps the file
(an empty name is its own word for a temporary database on disk), and the system removes it whatever happens to us.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from patogh.hangout.importing.records import MemberRecord, PostRecord

_TABLES: Final = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; PRAGMA temp_store = FILE;
CREATE TABLE post (n INTEGER PRIMARY KEY, key TEXT UNIQUE, topic TEXT, author TEXT, created REAL, line INTEGER, row TEXT);
CREATE TABLE member (key TEXT PRIMARY KEY, row TEXT) WITHOUT ROWID;
CREATE TABLE seen (what TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_ORDERED: Final = """
CREATE INDEX by_topic ON post (topic, created, n);
CREATE TABLE first AS SELECT author, min(created) AS at FROM post GROUP BY author;
CREATE UNIQUE INDEX first_of ON first (author);
"""
_MOMENTS: Final = ("created_at", "edited_at", "closed_at")
_ROWS: Final = 500


@dataclass(slots=True)
class Group:
    """Posts of one topic, oldest first; its opening post is among them unless `opening` is None.

    A topic with very many posts comes in several groups; `last` marks the one after which the topic is whole.
    """

    topic: str
    opening: PostRecord | None
    posts: list[PostRecord]
    last: bool = True
    accepted: str = ""

    def __len__(self) -> int:
        """How many posts there are, the opening one included."""
        return len(self.posts) + (self.opening is not None)


def opened() -> sqlite3.Connection:
    """Return an empty scratch file."""
    scratch = sqlite3.connect("", isolation_level=None)
    scratch.executescript(_TABLES)
    scratch.execute("BEGIN")
    return scratch


def keep_post(scratch: sqlite3.Connection, record: PostRecord) -> int:
    """Keep a post; return 0, or the line of the one that came with the same key before (which stays)."""
    row = json.dumps(asdict(record), default=dt.datetime.isoformat, ensure_ascii=True)
    facts = (record.key, record.topic, record.author, record.created_at.timestamp(), record.line, row)
    kept = scratch.execute(
        "INSERT OR IGNORE INTO post (key, topic, author, created, line, row) VALUES (?, ?, ?, ?, ?, ?)", facts
    )
    if kept.rowcount:
        return 0
    return int(scratch.execute("SELECT line FROM post WHERE key = ?", (record.key,)).fetchone()[0]) or 1


def keep_member(scratch: sqlite3.Connection, record: MemberRecord) -> None:
    """Keep a member; the first of a key stays."""
    row = json.dumps([record.name, record.joined_at.isoformat() if record.joined_at else None, record.email])
    scratch.execute("INSERT OR IGNORE INTO member VALUES (?, ?)", (record.key, row))


def is_first(scratch: sqlite3.Connection, what: str) -> bool:
    """Return whether this is asked for the first time, so that a dry run counts everybody and everything once."""
    return bool(scratch.execute("INSERT OR IGNORE INTO seen VALUES (?)", (what,)).rowcount)


def put_in_order(scratch: sqlite3.Connection) -> None:
    """Say that everything was kept: prepare for reading in order."""
    scratch.execute("COMMIT")
    scratch.executescript(_ORDERED)


def posts_kept(scratch: sqlite3.Connection) -> int:
    """Return how many posts there are."""
    return int(scratch.execute("SELECT count(*) FROM post").fetchone()[0])


def sample(scratch: sqlite3.Connection, rows: int = 60) -> list[PostRecord]:
    """Return some of the first posts of the dump."""
    return [_post(row) for (row,) in scratch.execute("SELECT row FROM post ORDER BY n LIMIT ?", (rows,))]


def groups(scratch: sqlite3.Connection, posts_max: int) -> Iterator[Group]:
    """Yield topics oldest first with their posts, then posts whose topic is not in the dump."""
    topics = scratch.execute("SELECT topic, row FROM post WHERE key = topic ORDER BY created, n")
    for topic, row in topics:
        yield from _pieces(scratch, topic, _post(row), posts_max)
    orphaned = scratch.execute(
        "SELECT DISTINCT topic FROM post AS p WHERE NOT EXISTS (SELECT 1 FROM post AS t WHERE t.key = p.topic AND t.topic = t.key) ORDER BY topic"
    )
    for (topic,) in orphaned:
        yield from _pieces(scratch, topic, None, posts_max)


def members(scratch: sqlite3.Connection, keys: set[str]) -> dict[str, MemberRecord]:
    """Return those of the members who have a record; everybody's joining is never later than her first post."""
    found = {}
    for key in keys:
        kept = scratch.execute("SELECT row FROM member WHERE key = ?", (key,)).fetchone()
        first = scratch.execute("SELECT at FROM first WHERE author = ?", (key,)).fetchone()
        row: list[Any] = json.loads(kept[0]) if kept else ["", None, ""]
        name, joined, email = row
        moments = [dt.datetime.fromisoformat(joined)] if joined else []
        moments += [dt.datetime.fromtimestamp(first[0], dt.UTC)] if first else []
        found[key] = MemberRecord(key, name, min(moments, default=None), email)
    return found


def _pieces(scratch: sqlite3.Connection, topic: str, opening: PostRecord | None, posts_max: int) -> Iterator[Group]:
    """Yield one topic in groups of at most `posts_max` posts."""
    cursor = scratch.execute("SELECT row FROM post WHERE topic = ? AND key <> topic ORDER BY created, n", (topic,))
    accepted = opening.accepted if opening else ""
    group = Group(topic, opening, [], last=False, accepted=accepted)
    while rows := cursor.fetchmany(_ROWS):
        for (row,) in rows:
            if len(group) >= posts_max:
                yield group
                group = Group(topic, None, [], last=False, accepted=accepted)
            group.posts.append(_post(row))
    group.last = True
    yield group


def _post(row: str) -> PostRecord:
    """Return a record as it was kept."""
    facts = json.loads(row)
    for name in _MOMENTS:
        facts[name] = dt.datetime.fromisoformat(facts[name]) if facts[name] else None
    facts["tags"] = tuple(facts["tags"])
    return PostRecord(**facts)
