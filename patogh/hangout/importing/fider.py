"""Fider: the posts.csv of its export, or the backup.zip with one JSON file a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from patogh.hangout.importing import fider_backup, plain, reading
from patogh.hangout.importing.records import MemberRecord, PostRecord, Record, Remark, Skipped
from patogh.hangout.importing.tables import Cells, Table
from patogh.kit import persian

ENDED: Final = ("completed", "declined", "duplicate")
_COLUMNS: Final = ("number", "title", "description", "created_at", "created_by", "status")


class Fider:
    """One posts.csv or backup.zip."""

    name = "fider"

    def __init__(self, path: Path) -> None:
        """Look at the beginning; raises CannotImport for anything else."""
        self.path = path
        self.backup = fider_backup.Backup(path) if fider_backup.is_zip(path) else None
        self.table = None if self.backup else Table(path)
        if self.table:
            self.table.needs(*_COLUMNS)
        self.site = reading.site_name(path, ("posts", "backup", "export"))
        self.size_bytes = path.stat().st_size
        self._at = 0

    def records(self) -> Iterator[Record]:
        """Yield members, posts, comments and answers of the team."""
        if self.backup:
            yield from self.backup.records()
        elif self.table:
            known: set[str] = set()
            for line, row in self.table.rows():
                if isinstance(row, Skipped):
                    yield row
                else:
                    yield from _post(row, line, known)
        self._at = self.size_bytes

    def position_bytes(self) -> int:
        """Return how far the file is read."""
        return self._at

    @staticmethod
    def markdown(body: str) -> str:
        """Return a text in our Markdown, which is what Fider takes too."""
        return plain.markdown_of(body)

    def unnamed(self, key: str) -> MemberRecord:
        """Return how somebody without a name is called."""
        return MemberRecord(key, "Former member")

    def picture(self, source: str) -> bytes | None:
        """Return a picture of the backup."""
        return self.backup.picture(source) if self.backup else None


def _post(row: Cells, line: int, known: set[str]) -> Iterator[Record]:
    """Yield a post, its author and the team's answer."""
    number = reading.whole(row["number"])
    created_at, why = reading.past(row["created_at"])
    if number <= 0 or created_at is None:
        yield Skipped(line, row["number"][:20], why or f"number {row['number'][:20]!r} is no number")
        return
    author, status = row["created_by"].strip(), row["status"].strip().lower()
    responded_at = reading.moment(row.get("responded_at", ""))
    responder = row.get("responded_by", "").strip()
    for name in (author, responder):
        if name and name not in known:
            known.add(name)
            yield MemberRecord(_person(name), name)
    key = reading.key("p", number)
    title = row["title"].strip()
    yield PostRecord(
        key, key, _person(author), row["description"].strip() or plain.escaped(title), created_at, line, likes=max(0, reading.whole(row.get("votes_count"))),
        title=title, tags=(*_tags(row.get("tags", "")), *([status] if status and status != "open" else [])),
        closed_at=responded_at or created_at if status in ENDED else None, addresses=(f"/posts/{number}",),
    )  # fmt: skip
    if answer := _answer(row):
        at = max(responded_at or created_at, created_at)
        yield PostRecord(reading.key("p", number, "response"), key, _person(responder), answer, at, line)
    if comments := max(0, reading.whole(row.get("comments_count"))):
        yield Remark("comments are not in posts.csv (the backup.zip holds them)", comments)


def _answer(row: Cells) -> str:
    """Return what the team answered, and which post this one repeats."""
    text = row.get("response", "").strip()
    original, title = reading.whole(row.get("original_number")), row.get("original_title", "").strip()
    return "\n\n".join(filter(None, (text, f"→ {plain.escaped(title)} ({original})" if original else "")))


def _person(name: str) -> str:
    return reading.key("name", persian.key(name) or name) if name else "nobody"


def _tags(text: str) -> list[str]:
    return [tag for part in text.split(", ") if (tag := part.strip())]
