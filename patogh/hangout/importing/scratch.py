"""A private file on disk that puts a dump's records in order, so that memory does not grow with the dump.

Dumps hold answers before questions and newest first; topics have to be made before their posts. SQLite keeps the file
(an empty name is its own word for a temporary database on disk), and the system removes it whatever happens to us.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Final

from patogh.hangout.importing.records import (
    AddressRecord,
    MemberRecord,
    PictureRecord,
    PostRecord,
    SpaceRecord,
)

_TABLES: Final = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; PRAGMA temp_store = FILE;
CREATE TABLE post (
  n INTEGER PRIMARY KEY, key TEXT UNIQUE, topic TEXT, author TEXT, space TEXT, number INTEGER, created REAL, line INTEGER, row TEXT
);
CREATE TABLE member (key TEXT PRIMARY KEY, stays INTEGER, row TEXT) WITHOUT ROWID;
CREATE TABLE space (key TEXT PRIMARY KEY, n INTEGER, row TEXT) WITHOUT ROWID;
CREATE TABLE address (path TEXT PRIMARY KEY, kind TEXT, key TEXT) WITHOUT ROWID;
CREATE TABLE seen (what TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_ORDERED: Final = """
CREATE INDEX by_topic ON post (topic, number, created, n);
CREATE TABLE first AS SELECT author, min(created) AS at FROM post GROUP BY author;
CREATE UNIQUE INDEX first_of ON first (author);
"""
_ROWS: Final = 500
_POST: Final = tuple(field.name for field in fields(PostRecord))
_MEMBER: Final = tuple(field.name for field in fields(MemberRecord))
_SPACE: Final = tuple(field.name for field in fields(SpaceRecord))
_post_values: Final = attrgetter(*_POST)
_member_values: Final = attrgetter(*_MEMBER)
_space_values: Final = attrgetter(*_SPACE)
_AT: Final = tuple(_POST.index(name) for name in _POST if name.endswith("_at"))
_TAGS, _PICTURES, _ADDRESSES = (_POST.index(name) for name in ("tags", "pictures", "addresses"))


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
    kept = scratch.execute(
        "INSERT OR IGNORE INTO post (key, topic, author, space, number, created, line, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.key, record.topic, record.author, record.space, record.number, record.created_at.timestamp(), record.line,
            _written(_post_values(record)),
        ),
    )  # fmt: skip
    if kept.rowcount:
        return 0
    return int(scratch.execute("SELECT line FROM post WHERE key = ?", (record.key,)).fetchone()[0]) or 1


def keep_member(scratch: sqlite3.Connection, record: MemberRecord) -> None:
    """Keep a member; the first of a key stays."""
    values = (record.key, int(record.stays), _written(_member_values(record)))
    scratch.execute("INSERT OR IGNORE INTO member VALUES (?, ?, ?)", values)


def keep_space(scratch: sqlite3.Connection, record: SpaceRecord) -> None:
    """Keep a space; the first of a key stays."""
    values = (record.key, _written(_space_values(record)))
    scratch.execute("INSERT OR IGNORE INTO space SELECT ?, count(*), ? FROM space", values)


def keep_address(scratch: sqlite3.Connection, record: AddressRecord) -> None:
    """Keep an old address; the first of a path stays."""
    scratch.execute("INSERT OR IGNORE INTO address VALUES (?, ?, ?)", (record.path, record.kind, record.key))


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
        record = _member(kept[0]) if kept else MemberRecord(key, "")
        moments = [record.joined_at] if record.joined_at else []
        moments += [dt.datetime.fromtimestamp(first[0], dt.UTC)] if first else []
        found[key] = replace(record, joined_at=min(moments, default=None))
    return found


def staying(scratch: sqlite3.Connection) -> Iterator[list[str]]:
    """Yield the keys of members who come although they wrote nothing, some at a time."""
    cursor = scratch.execute("SELECT key FROM member WHERE stays ORDER BY key")
    while rows := cursor.fetchmany(_ROWS):
        yield [key for (key,) in rows]


def spaces(scratch: sqlite3.Connection) -> list[SpaceRecord]:
    """Return the spaces in the order of the dump."""
    found = []
    for (row,) in scratch.execute("SELECT row FROM space ORDER BY n"):
        values = dict(zip(_SPACE, json.loads(row), strict=True))
        created = values["created_at"]
        values["created_at"] = dt.datetime.fromisoformat(created) if created else None
        found.append(SpaceRecord(**{**values, "members": tuple(values["members"])}))
    return found


def is_homeless(scratch: sqlite3.Connection) -> bool:
    """Return whether some topic names no space of the dump."""
    homeless = "SELECT 1 FROM post WHERE key = topic AND space NOT IN (SELECT key FROM space) LIMIT 1"
    return scratch.execute(homeless).fetchone() is not None


def addresses(scratch: sqlite3.Connection) -> Iterator[list[tuple[str, str, str]]]:
    """Yield old addresses (path, kind, key), some at a time."""
    cursor = scratch.execute("SELECT path, kind, key FROM address ORDER BY path")
    while rows := cursor.fetchmany(_ROWS):
        yield rows


def _pieces(scratch: sqlite3.Connection, topic: str, opening: PostRecord | None, posts_max: int) -> Iterator[Group]:
    """Yield one topic in groups of at most `posts_max` posts."""
    cursor = scratch.execute(
        "SELECT row FROM post WHERE topic = ? AND key <> topic ORDER BY number, created, n", (topic,)
    )
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


def _written(values: tuple[Any, ...]) -> str:
    """Return a record's values as JSON."""
    return json.dumps(values, default=_plain)


def _plain(value: Any) -> Any:
    """Return what JSON can hold of a moment or a picture."""
    return value.isoformat() if isinstance(value, dt.datetime) else [value.name, value.source, value.alt]


def _post(row: str) -> PostRecord:
    """Return a record as it was kept."""
    values = json.loads(row)
    for at in _AT:
        if values[at]:
            values[at] = dt.datetime.fromisoformat(values[at])
    values[_TAGS], values[_ADDRESSES] = tuple(values[_TAGS]), tuple(values[_ADDRESSES])
    if values[_PICTURES]:
        values[_PICTURES] = tuple(PictureRecord(*picture) for picture in values[_PICTURES])
    return PostRecord(*values)


def _member(row: str) -> MemberRecord:
    """Return a member as she was kept."""
    values = dict(zip(_MEMBER, json.loads(row), strict=True))
    joined = values["joined_at"]
    return MemberRecord(**{**values, "joined_at": dt.datetime.fromisoformat(joined) if joined else None})
