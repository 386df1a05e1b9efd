"""Discourse: what its API answers as JSON (topics, lists, posts, categories, in any mix), or the tables of its CSV importer.

A post is called "<topic>/<number>", so that answers, accepted answers and old addresses find each other without ids.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from patogh.hangout.importing import cooked, discourse_csv, plain, reading
from patogh.hangout.importing.pictures import beside
from patogh.hangout.importing.records import (
    AddressRecord,
    CannotImport,
    MemberRecord,
    PictureRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
    SpaceRecord,
)

Row = dict[str, Any]
_KINDS: Final = {2: "a moderator's note", 3: "a note of the system (moved, closed …)", 4: "a whisper among the team"}
_TABLES: Final = """
CREATE TABLE topic (id INTEGER PRIMARY KEY, rank INTEGER, row TEXT);
CREATE TABLE solved (id INTEGER PRIMARY KEY, number INTEGER);
CREATE TABLE post (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE person (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE place (id INTEGER PRIMARY KEY);
"""
_MISSING: Final = (
    (
        "rank = 1 AND NOT EXISTS (SELECT 1 FROM post WHERE post.id > topic.id || '/1 ' AND post.id < topic.id || '/1!')",
        "topics stand only in lists, without their posts; fetch t/<id>.json for each",
    ),
    (
        "rank > 0 AND json_extract(row, '$.category_id') NOT IN (SELECT id FROM place)",
        "topics name a category that no file describes (categories.json); they share one space",
    ),
)
_FACTS: Final = (
    "id", "title", "slug", "category_id", "tags", "views", "closed", "archived", "pinned", "pinned_at", "visible", "archetype", "deleted_at",
    "created_at", "last_posted_at", "bumped_at",
)  # fmt: skip


class Discourse:
    """A folder of a Discourse's answers or tables, or one file of them."""

    name = "discourse"

    def __init__(self, path: Path) -> None:
        """Look for files that could be read; raises CannotImport when there are none."""
        reading.checked(path, folder=True)
        self.path = path
        self.site = reading.site_name(path, ("posts", "topics", "latest", "t"))
        self.tables = discourse_csv.tables(path) if path.is_dir() else {}
        self.files = [] if self.tables else list(reading.files_below(path, ".json")) if path.is_dir() else [path]
        if not self.files and not self.tables:
            raise CannotImport(
                file=path.name, why="it holds no JSON files of a Discourse and no topics.csv of its importer"
            )
        self.size_bytes = 2 * sum(file.stat().st_size for file in self.files) or 1
        self._at = 0

    def records(self) -> Iterator[Record]:
        """Yield everything; raises CannotImport when no file holds anything of a Discourse."""
        if self.tables:
            yield from discourse_csv.records(self.tables)
            return
        with closing(sqlite3.connect("", isolation_level=None)) as scratch:
            scratch.executescript(_TABLES)
            found, read = 0, 0
            for file in self.files:
                document = self._document(file)
                if not isinstance(document, ValueError):
                    read += 1
                    found += sum(_learn(scratch, part) for part in _parts(document))
            if not found:
                why = "nothing of a Discourse is in it" if read else "it is no JSON"
                raise CannotImport(file=self.path.name, why=why)
            for file in self.files:
                yield from self._records(file, scratch)
            yield from _remarks(scratch)

    def position_bytes(self) -> int:
        """Return how far the files are read; they are read twice."""
        return self._at

    @staticmethod
    def markdown(body: str) -> str:
        """Return a post's text in our Markdown."""
        return plain.markdown_of(body)

    def unnamed(self, key: str) -> MemberRecord:
        """Return how somebody is called of whom only the user name is known."""
        return MemberRecord(key, key or "Former member", handle=cooked.handle(key))

    def picture(self, source: str) -> bytes | None:
        """Return an upload that lies beside the files under the path of its address, if it does."""
        folder = self.path if self.path.is_dir() else self.path.parent
        at = source.find("/uploads/")
        content = beside(folder.resolve(), source[at:]) if at >= 0 else ""
        return content if isinstance(content, bytes) else None

    def _document(self, file: Path) -> Any:
        """Return what a file holds, or the ValueError that says why it cannot be read."""
        self._at += file.stat().st_size
        try:
            return reading.json_of(file)
        except ValueError as error:
            return error

    def _records(self, file: Path, scratch: sqlite3.Connection) -> Iterator[Record]:
        """Yield what a file holds."""
        document = self._document(file)
        if isinstance(document, ValueError):
            yield Skipped(0, file.name, f"the file cannot be read: {document}")
            return
        for part in _parts(document):
            for row in _rows(part.get("users")):
                yield from _member(row, scratch)
            for row in _categories(part):
                yield from _space(row, scratch)
            for at, row in enumerate(_posts(part), 1):
                yield from self._post(row, at, scratch)

    def _post(self, row: Row, line: int, scratch: sqlite3.Connection) -> Iterator[Record]:
        """Yield a post with its author, or why it does not come."""
        topic, number = reading.whole(row.get("topic_id")), reading.whole(row.get("post_number"))
        key = f"{topic}/{number}"
        if topic <= 0 or number <= 0:
            yield Skipped(line, str(row.get("id", ""))[:20], "a post without topic_id and post_number")
            return
        if not scratch.execute("INSERT OR IGNORE INTO post VALUES (?)", (f"{key} {row.get('id')}",)).rowcount:
            yield Remark("posts that stand in several files were taken once")
            return
        facts = _facts(scratch, topic)
        created_at, why = reading.past(row.get("created_at"))
        why = why or _refusal(row, facts)
        if why or created_at is None:
            yield Skipped(line, key, why)
            return
        yield from _member(row, scratch)
        body, pictures = cooked.body_of(row)
        common: Row = {
            "key": key, "author": _author(row), "body": body, "created_at": created_at, "line": line, "likes": _likes(row),
            "number": number, "pictures": tuple(PictureRecord(*picture) for picture in pictures), "trashed_at": _gone(row),
            "edited_at": _edited(row),
        }  # fmt: skip
        if number > 1:
            answered = reading.whole(row.get("reply_to_post_number"))
            yield PostRecord(topic=f"{topic}/1", parent=f"{topic}/{answered}" if answered > 1 else "", **common)
        else:
            yield _opening(row, facts, scratch, common)


def _opening(row: Row, facts: Row, scratch: sqlite3.Connection, common: Row) -> PostRecord:
    """Return the opening post with what is known of its topic."""
    topic, key = facts.get("id") or row["topic_id"], common["key"]
    slug = reading.words(facts.get("slug") or row.get("topic_slug") or "topic", 250)
    solved = scratch.execute("SELECT number FROM solved WHERE id = ?", (topic,)).fetchone()
    category = reading.whole(facts.get("category_id") or row.get("category_id"))
    ended = reading.moment(facts.get("last_posted_at") or facts.get("bumped_at")) or common["created_at"]
    gone = reading.moment(facts.get("deleted_at")) or (ended if facts.get("visible") is False else None)
    pinned = facts.get("pinned") or facts.get("pinned_globally")
    given = facts.get("tags")
    tags = [tag.get("name") if isinstance(tag, dict) else tag for tag in given] if isinstance(given, list) else []
    return PostRecord(
        topic=key, title=reading.words(facts.get("title") or row.get("topic_title") or slug.replace("-", " "), 500),
        kind="question" if solved else "discussion", tags=tuple(reading.words(tag, 80) for tag in tags), views=max(0, reading.whole(facts.get("views"))),
        closed_at=ended if facts.get("closed") or facts.get("archived") else None, accepted=f"{topic}/{solved[0]}" if solved else "",
        space=f"c{category}" if scratch.execute("SELECT 1 FROM place WHERE id = ?", (category,)).fetchone() else "",
        pinned_at=(reading.moment(facts.get("pinned_at")) or common["created_at"]) if pinned else None, topic_trashed_at=gone,
        addresses=(f"/t/{slug}/{topic}",), **{**common, "trashed_at": None},
    )  # fmt: skip


def _learn(scratch: sqlite3.Connection, part: Row) -> int:
    """Keep what has to be known before any post is read; return how much of a Discourse is in a part."""
    found = 0
    for rank, row in [(1, row) for row in _topics(part)] + ([(2, part)] if "post_stream" in part else []):
        if (topic := reading.whole(row.get("id"))) > 0:
            found += 1
            facts = json.dumps({name: row[name] for name in _FACTS if row.get(name) is not None})
            scratch.execute(
                "INSERT INTO topic VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET rank = ?2, row = ?3 WHERE rank < ?2",
                (topic, rank if row.get("title") else 0, facts),
            )
            solved = row.get("accepted_answer")
            if isinstance(solved, dict) and (number := reading.whole(solved.get("post_number"))) > 1:
                scratch.execute("INSERT OR IGNORE INTO solved VALUES (?, ?)", (topic, number))
    for row in _categories(part):
        found += 1
        scratch.execute("INSERT OR IGNORE INTO place VALUES (?)", (reading.whole(row.get("id")),))
    for row in _posts(part):
        found += 1
        if row.get("accepted_answer") is True and reading.whole(row.get("post_number")) > 1:
            numbers = (reading.whole(row.get("topic_id")), reading.whole(row.get("post_number")))
            scratch.execute("INSERT OR IGNORE INTO solved VALUES (?, ?)", numbers)
    return found


def _remarks(scratch: sqlite3.Connection) -> Iterator[Remark]:
    """Yield what is to be said about the files as a whole."""
    for which, what in _MISSING:
        if count := scratch.execute(f"SELECT count(*) FROM topic WHERE {which}").fetchone()[0]:  # noqa: S608 - our own words
            yield Remark(what, count)


def _facts(scratch: sqlite3.Connection, topic: int) -> Row:
    row = scratch.execute("SELECT row FROM topic WHERE id = ?", (topic,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def _refusal(row: Row, facts: Row) -> str:
    """Return why a post does not come in, or an empty string."""
    if facts.get("archetype") == "private_message":
        return "a private message"
    kind = reading.whole(row.get("post_type")) or 1
    if kind == 1 or (kind == 2 and (row.get("raw") or row.get("cooked"))):
        return ""
    return _KINDS.get(kind, f"post_type {kind} is unknown")


def _member(row: Row, scratch: sqlite3.Connection) -> Iterator[Record]:
    """Yield who stands in a row, once, with her old address."""
    username = _author(row)
    if username and scratch.execute("INSERT OR IGNORE INTO person VALUES (?)", (username,)).rowcount:
        name = reading.words(row.get("name") or row.get("display_username") or username, 200)
        joined = reading.moment(row.get("created_at")) if "cooked" not in row and "raw" not in row else None
        bio = reading.words(row.get("bio_raw"), 400)
        email = reading.words(row.get("email"), 254)
        handle = cooked.handle(username)
        yield MemberRecord(username, name, joined, email, handle, bio, reading.words(row.get("location"), 60))
        yield AddressRecord(f"/u/{username.lower()}", "member", username)
        yield AddressRecord(f"/users/{username.lower()}", "member", username)


def _space(row: Row, scratch: sqlite3.Connection) -> Iterator[Record]:
    """Yield a category and its old addresses."""
    number, slug = reading.whole(row.get("id")), reading.words(row.get("slug"), 40)
    name = reading.words(row.get("name") or slug, 60)
    if number and name and scratch.execute("SELECT 1 FROM place WHERE id = ?", (number,)).fetchone():
        access = "private" if row.get("read_restricted") else "public"
        about = reading.words(row.get("description_text") or row.get("description_excerpt"), 300)
        yield SpaceRecord(
            f"c{number}", name, slug, about=about, access=access, position=reading.whole(row.get("position")) + 1
        )
        yield AddressRecord(f"/c/{slug}/{number}", "space", f"c{number}")
        yield AddressRecord(f"/c/{slug}", "space", f"c{number}")


def _author(row: Row) -> str:
    return reading.key(reading.words(row.get("username"), 60)) or "system"


def _likes(row: Row) -> int:
    """Return how often a post was liked: action 2 of its summary."""
    acts = [act for act in _rows(row.get("actions_summary")) if act.get("id") == 2]
    return max(0, reading.whole(acts[0].get("count")) if acts else reading.whole(row.get("like_count")))


def _gone(row: Row) -> Any:
    """Return since when a post is out of sight there: deleted, taken back by its author or hidden by flags."""
    hidden = row.get("user_deleted") or row.get("hidden")
    return reading.moment(row.get("deleted_at")) or (
        reading.moment(row.get("updated_at") or row.get("created_at")) if hidden else None
    )


def _edited(row: Row) -> Any:
    return reading.moment(row.get("updated_at")) if reading.whole(row.get("version")) > 1 else None


def _parts(document: Any) -> Iterator[Row]:
    """Yield the objects of a document: itself, or what its list holds as lists of posts."""
    if isinstance(document, dict):
        yield document
    elif isinstance(document, list):
        rows = _rows(document)
        yield {"latest_posts": [row for row in rows if "post_number" in row]}
        yield from (row for row in rows if "post_stream" in row or "topic_list" in row)


def _posts(part: Row) -> list[Row]:
    """Return the posts of an object."""
    if "post_number" in part:
        return [part]
    stream = part.get("post_stream")
    posts = _rows(stream.get("posts")) if isinstance(stream, dict) else []
    if own := reading.whole(part.get("id")):
        posts = [{"topic_id": own, **post} for post in posts]
    return posts + _rows(part.get("latest_posts"))


def _topics(part: Row) -> list[Row]:
    listed = part.get("topic_list")
    return _rows(listed.get("topics")) if isinstance(listed, dict) else []


def _categories(part: Row) -> list[Row]:
    listed = part.get("category_list")
    rows = _rows(listed.get("categories") if isinstance(listed, dict) else part.get("categories"))
    inner = [child for row in rows for child in _rows(row.get("subcategory_list"))]
    return [row for row in rows + inner if reading.whole(row.get("id"))]


def _rows(value: Any) -> list[Row]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
