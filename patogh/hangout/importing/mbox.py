"""Mail archives: mbox files (also gzipped), folders of them, Maildir, and single .eml files.

Threads follow References and In-Reply-To, then the subject of an answer (after J. Zawinski's "message threading"). Addresses
are claims for the members who come, shown nowhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Final

from patogh.hangout.importing import mail_boxes, mail_text, plain, reading, threads
from patogh.hangout.importing.records import (
    CannotImport,
    MemberRecord,
    PictureRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
)

PICTURES_OF_A_MESSAGE: Final = 20
_TABLE: Final = """
CREATE TABLE mail (
  n INTEGER PRIMARY KEY, key TEXT UNIQUE, refs TEXT, subject TEXT, is_answer INTEGER, date REAL, line INTEGER, row TEXT, root INTEGER, parent INTEGER
);
"""


class Mbox:
    """One mail archive."""

    name = "mbox"

    def __init__(self, path: Path) -> None:
        """Look for mail; raises CannotImport when there is none."""
        reading.checked(path, folder=True)
        self.path = path
        self.site = reading.site_name(path).removesuffix(".mbox").removesuffix(".txt")
        self.boxes = mail_boxes.boxes(path)
        if not self.boxes:
            raise CannotImport(file=path.name, why="it holds no mail: no .mbox, .eml, .gz or Maildir was found")
        self.size_bytes = sum(box.size_bytes for box in self.boxes) or 1
        self._at = 0
        self._spool = tempfile.TemporaryDirectory(prefix="patogh-mail-")

    def records(self) -> Iterator[Record]:
        """Yield members, posts and what is wrong; raises CannotImport when no message is in it."""
        with closing(sqlite3.connect("", isolation_level=None)) as scratch:
            scratch.executescript(_TABLE)
            scratch.execute("BEGIN")
            found = 0
            for box in self.boxes:
                for raw in box.messages():
                    self._at = min(self.size_bytes, self._at + raw.size_bytes)
                    found += 1
                    yield from (
                        self._kept(raw, scratch) if not raw.why else [Skipped(raw.line, box.path.name[:40], raw.why)]
                    )
            if not found:
                raise CannotImport(file=self.path.name, why="it is no mail archive: no message begins in it")
            threads.tie(scratch)
            yield from _posts(scratch)

    def position_bytes(self) -> int:
        """Return how far the archive is read."""
        return self._at

    @staticmethod
    def markdown(body: str) -> str:
        """Return a message's text in our Markdown."""
        return plain.markdown_of(body)

    def unnamed(self, key: str) -> MemberRecord:
        """Return how somebody without a name is called."""
        return MemberRecord(key, "Former member")

    def picture(self, source: str) -> bytes | None:
        """Return a picture that was attached to a message."""
        path = Path(self._spool.name) / source.removeprefix("attached:")
        return path.read_bytes() if source.startswith("attached:") and "/" not in source and path.is_file() else None

    def _kept(self, raw: mail_boxes.Raw, scratch: sqlite3.Connection) -> Iterator[Record]:
        """Keep a message until all are read; yield its author, or why it does not come."""
        message = message_from_bytes(raw.content)
        sent_at, why = mail_text.date_of(message, raw.envelope)
        if sent_at is None:
            yield Skipped(raw.line, "", why)
            return
        said = mail_text.said(message)
        for note, count in said.notes.items():
            yield Remark(note, count)
        author = mail_text.author_of(message)
        name_of = mail_text.first_id(mail_text.given(message, "message-id"))
        key = reading.key(name_of or "sha:" + hashlib.sha256(raw.content).hexdigest()[:32])
        row = (
            key, json.dumps(mail_text.references(message)), said.topic, said.is_answer, sent_at.timestamp(), raw.line,
            json.dumps([author.key, said.subject, *self._body(said), mail_text.archived_at(message)]),
        )  # fmt: skip
        kept = scratch.execute(
            "INSERT OR IGNORE INTO mail (key, refs, subject, is_answer, date, line, row) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        if kept.rowcount:
            yield author
            return
        first = scratch.execute("SELECT line FROM mail WHERE key = ?", (key,)).fetchone()[0]
        yield Skipped(raw.line, key, f"the same Message-ID as on line {first}")

    def _body(self, said: mail_text.Said) -> tuple[str, list[list[str]]]:
        """Return a body that names its pictures, and the pictures, whose bytes lie in the spool."""
        pictures, shown = [], []
        for content, name in said.pictures[:PICTURES_OF_A_MESSAGE]:
            file = hashlib.sha256(content).hexdigest()
            (Path(self._spool.name) / file).write_bytes(content)
            pictures.append([f"attached:{file}", f"attached:{file}", name])
            shown.append((file, name))
        return mail_text.with_pictures(said, shown), pictures


def _posts(scratch: sqlite3.Connection) -> Iterator[Record]:
    """Yield the messages with their threads."""
    rows = scratch.execute(
        "SELECT m.key, m.date, m.line, m.row, r.key, p.key FROM mail m JOIN mail r ON r.n = m.root LEFT JOIN mail p ON p.n = m.parent ORDER BY m.n"
    )
    for key, date, line, row, root, parent in rows:
        author, subject, body, pictures, address = json.loads(row)
        yield PostRecord(
            key, root, author, body, dt.datetime.fromtimestamp(date, dt.UTC), line, title=subject if key == root else "",
            parent=parent or "", pictures=tuple(PictureRecord(*one) for one in pictures), addresses=(address,) if address else (),
        )  # fmt: skip
