"""Telegram: the result.json that Telegram Desktop exports of a group (or of several chats), read as a stream.

Topics: a forum's topic is one. Elsewhere a message that answers another goes where that one is; any other joins the
conversation of the moment, and begins a new one after GAP_HOURS of silence or TOPIC_MESSAGES_MAX messages.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patogh.hangout.importing import chat_text, json_stream, plain, reading
from patogh.hangout.importing.records import (
    CannotImport,
    MemberRecord,
    PictureRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
)

GAP_HOURS: Final = 6
TOPIC_MESSAGES_MAX: Final = 150
_CHAT: Final = re.compile(r'"name"\s*:\s*("(?:[^"\\]|\\.)*")')
_NUMBER: Final = re.compile(r'"id"\s*:\s*(-?\d{1,18})')
_NUMBER_MAX: Final = 2**62
Row = dict[str, Any]


@dataclass(slots=True)
class _Talk:
    """The conversation of the moment in one chat."""

    chat: int
    name: str
    root: int = 0
    last_at: float = 0.0
    count: int = 0


class Telegram:
    """One result.json, or the folder that holds it."""

    name = "telegram"

    def __init__(self, path: Path) -> None:
        """Look at the file's beginning; raises CannotImport when it is no export of Telegram."""
        path = path / "result.json" if path.is_dir() else path
        reading.checked(path)
        self.path = path
        self.size_bytes = path.stat().st_size
        head = json_stream.head(path)
        if '"messages"' not in head and '"chats"' not in head:
            raise CannotImport(file=path.name, why="it is no result.json of Telegram Desktop: it has no messages")
        named = _CHAT.search(head)
        self.site = (chat_text.loaded(named[1]) if named else "") or reading.site_name(path, ("result",))
        self._stream: json_stream.Messages | None = None

    def records(self) -> Iterator[Record]:
        """Yield members and messages; raises CannotImport when no message is in it."""
        with closing(sqlite3.connect("", isolation_level=None)) as scratch, self.path.open("rb") as file:
            scratch.executescript(
                "CREATE TABLE message (chat INTEGER, id INTEGER, root INTEGER, parent INTEGER, PRIMARY KEY (chat, id)) WITHOUT ROWID;"
                "CREATE TABLE forum (chat INTEGER, id INTEGER, title TEXT, root INTEGER, PRIMARY KEY (chat, id)) WITHOUT ROWID;"
                "CREATE TABLE person (key TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN;"
            )
            stream = self._stream = json_stream.Messages(file)
            talk, found = _Talk(0, self.site), 0
            for one in stream.found():
                if isinstance(one, str):
                    talk = _Talk(_chat_number(one), self.site)
                elif isinstance(one, Skipped):
                    yield one
                else:
                    found += 1
                    yield from _message(one.row, one.line, talk, scratch)
            if not found:
                raise CannotImport(file=self.path.name, why="there is not one message in it")
            if stream.lost_letters:
                yield Remark("letters that are no UTF-8 stand as � in their texts", stream.lost_letters)
            if not stream.ended:
                yield Remark("the file is cut off; a whole copy brings in the rest")

    def position_bytes(self) -> int:
        """Return how far the file is read."""
        return self._stream.at if self._stream else 0

    @staticmethod
    def markdown(body: str) -> str:
        """Return a message's text in our Markdown."""
        return plain.markdown_of(body)

    def unnamed(self, key: str) -> MemberRecord:
        """Return how an account is called that was deleted."""
        return MemberRecord(key, "Deleted account")


def _message(row: Row, line: int, talk: _Talk, scratch: sqlite3.Connection) -> Iterator[Record]:
    """Yield a message with its author, or why it does not come."""
    number = row.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > _NUMBER_MAX:
        yield Skipped(line, str(number)[:20], "a message without a number")
    elif row.get("type") == "service":
        _service(row, number, talk, scratch)
        yield Remark(f"notes of the service were left out ({reading.words(row.get('action'), 40) or 'unnamed'})")
    else:
        sent_at, why = reading.past(_seconds(row))
        said = chat_text.said(row)
        if sent_at is None or not said.body:
            yield Skipped(line, str(number), why or said.why)
            return
        for note in said.notes:
            yield Remark(note)
        yield from _author(row, scratch)
        root, parent = _place(row, number, sent_at.timestamp(), (talk, scratch))
        if (
            not parent
            and reading.whole(row.get("reply_to_message_id"))
            and root != reading.whole(row["reply_to_message_id"])
        ):
            yield Remark("answers to a message that did not come stand in the conversation of their time")
        title = scratch.execute("SELECT title FROM forum WHERE chat = ? AND root = ?", (talk.chat, root)).fetchone()
        yield PostRecord(
            _key(talk, number), _key(talk, root), _author_key(row), said.body, sent_at, line, likes=said.likes,
            title=title[0] if title and root == number else "", parent=_key(talk, parent) if parent and parent != root else "",
            edited_at=reading.moment(_seconds(row, "edited")), pictures=tuple(PictureRecord(one, one, alt) for one, alt in said.pictures),
        )  # fmt: skip


def _place(row: Row, number: int, at: float, where: tuple[_Talk, sqlite3.Connection]) -> tuple[int, int]:
    """Return the root of a message's topic, and the message it answers (0 for none)."""
    talk, scratch = where
    answered = reading.whole(row.get("reply_to_message_id"))
    root, parent = 0, 0
    if answered:
        found = scratch.execute("SELECT root FROM message WHERE chat = ? AND id = ?", (talk.chat, answered)).fetchone()
        forum = scratch.execute("SELECT root FROM forum WHERE chat = ? AND id = ?", (talk.chat, answered)).fetchone()
        if found:
            root, parent = found[0], answered
        elif forum:
            root = forum[0] or number
            scratch.execute("UPDATE forum SET root = ? WHERE chat = ? AND id = ?", (root, talk.chat, answered))
    if not root:
        fits = talk.root and at - talk.last_at <= GAP_HOURS * 3600 and talk.count < TOPIC_MESSAGES_MAX
        root = talk.root if fits else number
        talk.count = talk.count + 1 if fits else 1
        talk.root, talk.last_at = root, at
    elif root == talk.root:
        talk.count, talk.last_at = talk.count + 1, max(at, talk.last_at)
    scratch.execute("INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?)", (talk.chat, number, root, parent))
    return root, parent


def _service(row: Row, number: int, talk: _Talk, scratch: sqlite3.Connection) -> None:
    """Remember the topics of a forum."""
    if row.get("action") == "topic_created":
        title = reading.words(row.get("title") or row.get("new_title"), 200)
        scratch.execute("INSERT OR IGNORE INTO forum VALUES (?, ?, ?, 0)", (talk.chat, number, title))


def _author(row: Row, scratch: sqlite3.Connection) -> Iterator[MemberRecord]:
    key = _author_key(row)
    if scratch.execute("INSERT OR IGNORE INTO person VALUES (?)", (key,)).rowcount:
        yield MemberRecord(key, reading.words(row.get("from"), 200))


def _author_key(row: Row) -> str:
    return reading.key(reading.words(row.get("from_id"), 60)) or "nobody"


def _seconds(row: Row, name: str = "date") -> object:
    """Return a moment as the export says it: Unix seconds where it has them."""
    unix = str(row.get(f"{name}_unixtime") or "")
    return int(unix) if unix.isascii() and unix.isdigit() and len(unix) < 13 else row.get(name)


def _key(talk: _Talk, number: int) -> str:
    return f"{talk.chat}/{number}" if talk.chat else str(number)


def _chat_number(head: str) -> int:
    """Return the number of the chat whose messages begin after `head`."""
    found = _NUMBER.findall(head)
    return int(found[-1]) if found else 0
