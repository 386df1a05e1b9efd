"""StackExchange dumps: Posts.xml, with the names of Users.xml and the comments of Comments.xml where they lie beside it.

The format: https://meta.stackexchange.com/questions/2677 (one `<row/>` a post; type 1 is a question, type 2 an answer).
Votes.xml is not read: the scores of posts hold its votes already.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from patogh.hangout.importing.records import (
    AddressRecord,
    CannotImport,
    MemberRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
)
from patogh.hangout.importing.xml_rows import Row, RowReader
from patogh.kit import markup

_OTHER_TYPES: Final = {
    "3": "an orphaned tag wiki", "4": "a tag's short description", "5": "a tag's description", "6": "a moderator's nomination",
    "7": "a wiki placeholder", "8": "a description of privileges",
}  # fmt: skip
_ARCHIVES: Final = {
    b"7z\xbc\xaf": "7z",
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"SQLite": "SQLite",
}
_DECLARED: Final = re.compile(rb"<\?xml[^<>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")
_COMMENT: Final = "\x01comment\n"
_KEY: Final = re.compile(r"\d{1,18}")
_TAG: Final = re.compile(r"[^<>|]+")
_SITE_DRESS: Final = re.compile(r"^(?:stackexchange[-_.])|(?:[-_.]stackexchange(?:[-_.]com)?)$")
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_NUMBER_MAX: Final = 2**31 - 1


class StackExchange:
    """One Posts.xml."""

    name = "stackexchange"

    def __init__(self, path: Path) -> None:
        """Look at the file's first bytes; raises CannotImport when it is none that could be read."""
        path = path / "Posts.xml" if path.is_dir() and (path / "Posts.xml").is_file() else path
        self.path = path
        self.encoding = _encoding(path)
        self.size_bytes = path.stat().st_size
        self.site = site_name(path)
        self._reader: RowReader | None = None
        self._comments = 0
        beside = path.with_name("Comments.xml")
        self.comments = beside if path.name == "Posts.xml" and beside.is_file() else None

    def records(self) -> Iterator[Record]:
        """Yield members, posts and what is wrong, in the order of the files; raises CannotImport for another kind of file."""
        users = self.path.with_name("Users.xml")
        if self.path.name == "Posts.xml" and users.is_file():
            yield from _members(users)
        with closing(sqlite3.connect("", isolation_level=None)) as scratch:
            scratch.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, topic TEXT)")
            scratch.execute("BEGIN")
            yield from self._posts(scratch)
            if self.comments:
                yield from _comments(self.comments, scratch)

    def _posts(self, scratch: sqlite3.Connection) -> Iterator[Record]:
        """Yield the posts of Posts.xml, and remember which topic each belongs to if there are comments."""
        kinds: Counter[str] = Counter()
        with self.path.open("rb") as file:
            reader = self._reader = RowReader(file, self.encoding)
            for row in reader.rows():
                if reader.root.lower() not in {"", "posts"}:
                    raise self._refused(f"it holds <{reader.root}>, not <posts>")
                record = self._record(row)
                kinds[type(record).__name__] += not row.fault
                if self.comments and isinstance(record, PostRecord):
                    scratch.execute("INSERT OR IGNORE INTO post VALUES (?, ?)", (int(record.key), record.topic))
                yield record
        if not sum(kinds.values()) and reader.root.lower() != "posts":
            raise self._refused("it is no StackExchange dump: no <row> was found in it")
        yield from self._remarks(reader)

    def position_bytes(self) -> int:
        """Return how far the file is read."""
        return self._reader.at if self._reader else 0

    @staticmethod
    def markdown(body: str) -> str:
        """Return a post's HTML in our Markdown."""
        return body.removeprefix(_COMMENT) if body.startswith(_COMMENT) else markup.html_to_markdown(body)

    def unnamed(self, key: str) -> MemberRecord:
        """Return the name of somebody without a row in Users.xml, as StackExchange itself would show it."""
        if key.startswith("name:"):
            return MemberRecord(key, key.removeprefix("name:"))
        return MemberRecord(key, {"-1": "Community", "nobody": "Former member"}.get(key, f"user{key}"))

    def _record(self, row: Row) -> PostRecord | Skipped:
        """Return the post of one row, or why there is none."""
        given = row.attributes
        key = given.get("Id", "")
        kind = given.get("PostTypeId", "")
        created_at = moment(given.get("CreationDate", ""))
        if why := row.fault or _refusal(given, created_at):
            return Skipped(row.line, key[:20], why)
        assert created_at is not None  # noqa: S101 - _refusal has seen to it
        self._comments += whole(given.get("CommentCount", ""))
        common = {
            "key": key, "author": owner_key(given), "body": given.get("Body", ""), "created_at": created_at, "line": row.line,
            "score": whole(given.get("Score", "")), "edited_at": moment(given.get("LastEditDate", "")),
        }  # fmt: skip
        if kind == "2":
            return PostRecord(topic=given["ParentId"], addresses=(f"/a/{key}",), **common)  # type: ignore[arg-type]
        return PostRecord(
            topic=key, kind="question", title=given.get("Title", ""), tags=tuple(_TAG.findall(given.get("Tags", ""))),
            views=max(0, whole(given.get("ViewCount", ""))), closed_at=moment(given.get("ClosedDate", "")),
            accepted=given.get("AcceptedAnswerId", ""), addresses=(f"/questions/{key}", f"/q/{key}"), **common,  # type: ignore[arg-type]
        )  # fmt: skip

    def _remarks(self, reader: RowReader) -> Iterator[Remark]:
        """Yield what is to be said about the file as a whole."""
        if self._comments and not self.comments:
            yield Remark("comments under posts are not in Posts.xml and were left out", self._comments)
        if reader.has_doctype:
            yield Remark("the file has a DOCTYPE; it was ignored")
        if not reader.ended:
            yield Remark("the file ends without </posts>: it is cut off, and a whole copy brings in the rest")

    def _refused(self, why: str) -> CannotImport:
        return CannotImport(file=self.path.name, why=why)


def site_name(path: Path) -> str:
    """Return the name of the community: of the folder of a Posts.xml, else of the file."""
    named = path.resolve().parent.name if path.name.lower() == "posts.xml" else path.stem
    return _SITE_DRESS.sub("", _SITE_DRESS.sub("", named)) or "posts"


def moment(text: str) -> dt.datetime | None:
    """Return the UTC moment of "2015-01-27T20:09:32.720", or None for anything that is no moment since 1990."""
    try:
        found = dt.datetime.fromisoformat(text)
        found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return found if found >= _EARLIEST else None


def whole(text: str) -> int:
    """Return a whole number within 32 bits, 0 for anything else."""
    number = int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else 0
    return max(-_NUMBER_MAX, min(_NUMBER_MAX, number))


def owner_key(given: dict[str, str]) -> str:
    """Return the key of who wrote a row: the account, else the name that a deleted one left, else "nobody"."""
    account = given.get("OwnerUserId", "")
    if re.fullmatch(r"-?[0-9]{1,18}", account):
        return account
    name = given.get("OwnerDisplayName", "").strip()
    return f"name:{name[:60]}" if name else "nobody"


def _refusal(given: dict[str, str], created_at: dt.datetime | None) -> str:
    """Return why a readable row is no post for us, or an empty string."""
    kind = given.get("PostTypeId", "")
    if kind not in {"1", "2"}:
        return f"{_OTHER_TYPES[kind]}, no post" if kind in _OTHER_TYPES else f"PostTypeId {kind[:20]!r} is unknown"
    if not _KEY.fullmatch(given.get("Id", "")):
        return f"Id {given.get('Id', '')[:20]!r} is no number"
    if kind == "2" and not _KEY.fullmatch(given.get("ParentId", "")):
        return "an answer without a ParentId"
    if created_at is None:
        return f"CreationDate {given.get('CreationDate', '')[:30]!r} is no date"
    if created_at > dt.datetime.now(dt.UTC):
        return f"CreationDate {given['CreationDate'][:30]} lies in the future"
    return ""


def _comments(path: Path, scratch: sqlite3.Connection) -> Iterator[Record]:
    """Yield the comments as replies to the posts that they stand under; those of posts that are not here are told."""
    with path.open("rb") as file:
        for row in RowReader(file).rows():
            given, key = row.attributes, row.attributes.get("Id", "")
            under = given.get("PostId", "")
            created_at = moment(given.get("CreationDate", ""))
            topic = (
                scratch.execute("SELECT topic FROM post WHERE id = ?", (int(under),)).fetchone()
                if _KEY.fullmatch(under)
                else None
            )
            why = row.fault or _comment_refusal(key, created_at, topic)
            if why or created_at is None or topic is None:
                yield Skipped(row.line, f"c{key[:20]}", f"in Comments.xml: {why}")
                continue
            yield PostRecord(
                f"c{key}", topic[0], owner_key({**given, "OwnerUserId": given.get("UserId", ""), "OwnerDisplayName": given.get("UserDisplayName", "")}),
                _COMMENT + given.get("Text", ""), created_at, row.line, score=whole(given.get("Score", "")),
                parent=under if under != topic[0] else "",
            )  # fmt: skip


def _comment_refusal(key: str, created_at: dt.datetime | None, topic: object) -> str:
    """Return why a readable comment does not come, or an empty string."""
    if not _KEY.fullmatch(key):
        return f"Id {key[:20]!r} is no number"
    if topic is None:
        return "its post is not in the file"
    if created_at is None or created_at > dt.datetime.now(dt.UTC):
        return "its date is no date that has passed"
    return ""


def _members(path: Path) -> Iterator[Record]:
    """Yield the members of a Users.xml."""
    with path.open("rb") as file:
        for row in RowReader(file).rows():
            key, name = row.attributes.get("Id", ""), row.attributes.get("DisplayName", "")
            if row.fault:
                yield Skipped(row.line, key[:20], f"in Users.xml: {row.fault}")
            elif key and name.strip():
                about = markup.excerpt(
                    markup.render(markup.html_to_markdown(row.attributes.get("AboutMe", "")[:20_000])).text, 400
                )
                place = row.attributes.get("Location", "")
                yield MemberRecord(
                    key[:20], name.strip(), moment(row.attributes.get("CreationDate", "")), bio=about, place=place
                )
                yield AddressRecord(f"/users/{key[:20]}", "member", key[:20])


def _encoding(path: Path) -> str:
    """Return the encoding of a file that could be a dump; raises CannotImport with the reason if it could not."""
    if path.is_dir():
        raise CannotImport(file=path.name or str(path), why="it is a folder; give the Posts.xml in it")
    if path.exists() and not path.is_file():
        raise CannotImport(file=path.name, why="it is no regular file")
    with path.open("rb") as file:
        head = file.read(1024)
    if not head.strip():
        raise CannotImport(file=path.name, why="it is empty")
    for mark, archive in _ARCHIVES.items():
        if head.startswith(mark):
            raise CannotImport(file=path.name, why=f"it is a {archive} file; give the Posts.xml unpacked from it")
    if head.startswith(_WIDE_MARKS):
        raise CannotImport(file=path.name, why="it is UTF-16; convert it with: iconv -f UTF-16 -t UTF-8")
    declared = _DECLARED.search(head)
    return _known_encoding(declared[1].decode("ascii") if declared else "utf-8", path)


def _known_encoding(name: str, path: Path) -> str:
    """Return Python's name of an encoding in which ASCII reads as ASCII."""
    try:
        known = codecs.lookup(name).name
        agrees = b'<row Id="1"/>'.decode(known) == '<row Id="1"/>'
    except (LookupError, UnicodeDecodeError):
        agrees = False
    if not agrees:
        raise CannotImport(file=path.name, why=f"its encoding {name!r} is unknown; convert it to UTF-8 first")
    return "utf-8" if known == "ascii" else known
