"""Fider's backup.zip: a JSON list of rows for each table, and the files of its pictures under blobs/. Nothing is unpacked to disk."""

from __future__ import annotations

import base64
import binascii
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from patogh.hangout.importing import plain, reading
from patogh.hangout.importing.records import (
    CannotImport,
    MemberRecord,
    PictureRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
)
from patogh.kit import limits

TABLE_BYTES_MAX: Final = 256 * 1024 * 1024
FILES_MAX: Final = 100_000
STATUSES: Final = {0: "open", 1: "started", 2: "completed", 3: "declined", 4: "planned", 5: "duplicate", 6: "deleted"}
ENDED: Final = (2, 3, 5)
_DELETED: Final = 6
# A RuntimeError is a file under a password, or packed by a method that this Python does not know.
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)
Row = dict[str, Any]


def is_zip(path: Path) -> bool:
    """Return whether a file is a zip archive."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


class Backup:
    """One backup.zip."""

    def __init__(self, path: Path) -> None:
        """Look for the table of posts; raises CannotImport without it."""
        try:
            self.zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise CannotImport(file=path.name, why=f"the archive is broken: {error}") from error
        names = [
            one for one in self.zip.namelist()[:FILES_MAX] if ".." not in one.split("/") and not one.startswith("/")
        ]
        self.files = {name.rpartition("/")[2].removesuffix(".json"): name for name in names if name.endswith(".json")}
        self.blobs = {name.partition("blobs/")[2]: name for name in names if "blobs/" in name}
        self.path = path
        if "posts" not in self.files:
            raise CannotImport(file=path.name, why="it is no backup of Fider: there is no posts.json in it")

    def records(self) -> Iterator[Record]:
        """Yield members, posts, answers and comments."""
        people = {row["id"]: row for row in self._rows("users") if "id" in row}
        for number, row in people.items():
            yield MemberRecord(
                f"u{number}", reading.words(row.get("name"), 200), _at(row), reading.words(row.get("email"), 254)
            )
        tags = {row.get("id"): reading.words(row.get("name"), 60) for row in self._rows("tags")}
        tags_of, votes, pictures = self._beside(tags)
        keys: dict[Any, str] = {}
        for line, row in enumerate(self._rows("posts"), 1):
            number = reading.whole(row.get("number"))
            why = _refusal(row, number)
            if why:
                yield Skipped(line, str(row.get("number", ""))[:20], why)
                continue
            keys[row.get("id")] = reading.key("p", number)
            extra = (tuple(tags_of.get(row.get("id"), ())), votes.get(row.get("id"), 0), pictures)
            yield from _post(row, line, number, extra)
        for line, row in enumerate(self._rows("comments"), 1):
            yield _comment(row, line, keys, pictures)
        for name in self.files.keys() - {
            "users",
            "posts",
            "comments",
            "tags",
            "post_tags",
            "post_votes",
            "attachments",
            "blobs",
        }:
            yield Remark(f"the table {name[:40]} holds nothing that comes along")

    def picture(self, source: str) -> bytes | None:
        """Return the bytes of a picture under its key."""
        name = self.blobs.get(source) or self.blobs.get(f"{source}.blob")
        if name:
            return self._bytes(name, limits.PICTURE_BYTES_MAX + 1) or None
        for row in self._rows("blobs"):
            if row.get("key") == source:
                try:
                    return base64.b64decode(str(row.get("file") or ""), validate=False)
                except (binascii.Error, ValueError):
                    return None
        return None

    def _beside(
        self, tags: dict[Any, str]
    ) -> tuple[dict[Any, list[str]], dict[Any, int], dict[tuple[str, Any], list[str]]]:
        """Return tags and votes by post, and pictures by ("post" or "comment", its id)."""
        tags_of: dict[Any, list[str]] = {}
        for row in self._rows("post_tags"):
            tags_of.setdefault(row.get("post_id"), []).append(tags.get(row.get("tag_id"), ""))
        votes: dict[Any, int] = {}
        for row in self._rows("post_votes"):
            votes[row.get("post_id")] = votes.get(row.get("post_id"), 0) + 1
        pictures: dict[tuple[str, Any], list[str]] = {}
        for row in self._rows("attachments"):
            owner = ("comment", row["comment_id"]) if row.get("comment_id") else ("post", row.get("post_id"))
            pictures.setdefault(owner, []).append(reading.words(row.get("attachment_bkey"), 500))
        return tags_of, votes, pictures

    def _rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a table that is there; raises CannotImport for one that cannot be read."""
        if name not in self.files:
            return
        try:
            found = json.loads(self._bytes(self.files[name], TABLE_BYTES_MAX).decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as error:
            raise CannotImport(file=self.path.name, why=f"{name}.json cannot be read: {error}") from None
        yield from (row for row in (found if isinstance(found, list) else []) if isinstance(row, dict))

    def _bytes(self, name: str, most: int) -> bytes:
        """Return a file of the archive; raises CannotImport when it is broken or larger than its heading says or we take."""
        try:
            with self.zip.open(name) as file:
                data = file.read(most + 1)
        except _BROKEN as error:
            raise CannotImport(file=self.path.name, why=f"{name} is broken: {error}") from error
        if len(data) > most:
            raise CannotImport(file=self.path.name, why=f"{name} has more than {most >> 20} MB")
        return data


def _refusal(row: Row, number: int) -> str:
    if number <= 0:
        return "a post without a number"
    if reading.whole(row.get("status")) == _DELETED:
        return "it was deleted there"
    return reading.past(row.get("created_at"))[1]


def _post(
    row: Row, line: int, number: int, extra: tuple[tuple[str, ...], int, dict[tuple[str, Any], list[str]]]
) -> Iterator[PostRecord]:
    """Yield a post and the team's answer to it."""
    tags, votes, pictures = extra
    key, status, created_at = reading.key("p", number), reading.whole(row.get("status")), _at(row)
    assert created_at is not None  # noqa: S101 - _refusal has seen to it
    title = reading.words(row.get("title"), 500)
    body, shown = _with_pictures(
        reading.words(row.get("description")) or plain.escaped(title), pictures.get(("post", row.get("id")), [])
    )
    ended_at = reading.moment(row.get("response_date")) or created_at
    yield PostRecord(
        key, key, _person(row.get("user_id")), body, created_at, line, title=title, likes=votes, pictures=shown,
        tags=(*tags, *([STATUSES[status]] if status in STATUSES and status else [])), closed_at=ended_at if status in ENDED else None,
        addresses=(f"/posts/{number}",),
    )  # fmt: skip
    if response := reading.words(row.get("response")):
        at = max(ended_at, created_at)
        yield PostRecord(
            reading.key("p", number, "response"), key, _person(row.get("response_user_id")), response, at, line
        )


def _comment(row: Row, line: int, keys: dict[Any, str], pictures: dict[tuple[str, Any], list[str]]) -> Record:
    """Return a comment, or why it does not come."""
    created_at, why = reading.past(row.get("created_at"))
    own = str(row.get("id", ""))[:20]
    if row.get("post_id") not in keys:
        return Skipped(line, own, "its post did not come")
    if created_at is None or not own:
        return Skipped(line, own, why or "a comment without an id")
    body, shown = _with_pictures(reading.words(row.get("content")), pictures.get(("comment", row.get("id")), []))
    return PostRecord(
        reading.key("c", own), keys[row["post_id"]], _person(row.get("user_id")), body, created_at, line, pictures=shown,
        edited_at=reading.moment(row.get("edited_at")), trashed_at=reading.moment(row.get("deleted_at")),
    )  # fmt: skip


def _with_pictures(body: str, keys: list[str]) -> tuple[str, tuple[PictureRecord, ...]]:
    names = [f"blob:{number}:{key}" for number, key in enumerate(keys)]
    shown = tuple(PictureRecord(name, key) for name, key in zip(names, keys, strict=True))
    return body + "".join(f"\n\n![]({name})" for name in names), shown


def _at(row: Row) -> Any:
    return reading.moment(row.get("created_at"))


def _person(number: Any) -> str:
    return f"u{number}" if number else "nobody"
