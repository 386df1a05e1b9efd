"""The tables of Discourse's CSV importer: users, emails, custom_fields, categories, topics, and posts where there are any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from patogh.hangout.importing import cooked, reading
from patogh.hangout.importing.records import (
    AddressRecord,
    MemberRecord,
    PostRecord,
    Record,
    Remark,
    Skipped,
    SpaceRecord,
)
from patogh.hangout.importing.tables import Cells, Table

NAMES: Final = ("users", "emails", "custom_fields", "categories", "topics", "posts")


def tables(folder: Path) -> dict[str, Table]:
    """Return the tables of a folder that is one of Discourse's CSV importer, or nothing if it is not."""
    if not (folder / "topics.csv").is_file():
        return {}
    found = {name: Table(folder / f"{name}.csv") for name in NAMES if (folder / f"{name}.csv").is_file()}
    found["topics"].needs("id", "user_id", "title", "raw")
    for name, columns in {
        "users": ("id", "username"),
        "emails": ("user_id", "email"),
        "categories": ("id", "name"),
    }.items():
        if name in found:
            found[name].needs(*columns)
    return found


def records(found: dict[str, Table]) -> Iterator[Record]:
    """Yield members with their addresses, categories, topics and posts."""
    emails = _emails(found.get("emails"))
    names: dict[str, str] = {}
    for line, row in _rows(found.get("users")):
        if isinstance(row, Skipped):
            yield row
        else:
            names[row["id"]] = row["username"]
            name = row.get("name") or row["username"]
            joined = reading.moment(row.get("created_at"))
            yield MemberRecord(
                row["id"], name, joined, emails.get(row["id"], ""), cooked.handle(row["username"]), stays=True
            )
            yield AddressRecord(f"/u/{row['username'].lower()}", "member", row["id"])
        del line
    places = set()
    for _, row in _rows(found.get("categories")):
        if isinstance(row, Skipped):
            yield row
        else:
            places.add(row["id"])
            yield SpaceRecord(f"c{row['id']}", row["name"], about=row.get("description", ""))
    for name in ("topics", "posts"):
        if table := found.get(name):
            yield from _posts(table, name, places)
    if "custom_fields" in found:
        yield Remark("custom_fields.csv holds facts that nothing here takes; it was left out")


def _posts(table: Table, name: str, places: set[str]) -> Iterator[Record]:
    """Yield the posts of topics.csv or posts.csv; a row without a date stands at the file's own."""
    stand_in = dt.datetime.fromtimestamp(table.path.stat().st_mtime, dt.UTC).replace(microsecond=0)
    for line, row in table.rows():
        if isinstance(row, Skipped):
            yield row
            continue
        created_at, why = reading.past(row["created_at"]) if row.get("created_at") else (None, "")
        if why:
            yield Skipped(line, row.get("id", "")[:20], why)
        else:
            if created_at is None:
                yield Remark(f"rows of {name}.csv have no date and stand at the file's own")
            yield _post(row, line, created_at, (name, places, stand_in))


def _post(row: Cells, line: int, created_at: dt.datetime | None, more: tuple[str, set[str], dt.datetime]) -> PostRecord:
    name, places, stand_in = more
    own, is_topic = row.get("id", str(line)), name == "topics"
    at = created_at or stand_in + dt.timedelta(microseconds=line)
    key = reading.key("t" if is_topic else "p", own)
    category = row.get("category_id", "")
    return PostRecord(
        key, key if is_topic else reading.key("t", row.get("topic_id", "")), row.get("user_id", ""), row.get("raw", ""), at, line,
        title=row.get("title", ""), space=f"c{category}" if category in places else "", undated=created_at is None,
        tags=tuple(filter(None, row.get("tags", "").split("|"))), likes=max(0, reading.whole(row.get("like_count"))),
        views=max(0, reading.whole(row.get("views"))), parent=reading.key("p", row["reply_to_post_id"]) if row.get("reply_to_post_id") else "",
    )  # fmt: skip


def _emails(table: Table | None) -> dict[str, str]:
    return {row["user_id"]: row["email"] for _, row in _rows(table) if isinstance(row, dict)}


def _rows(table: Table | None) -> Iterator[tuple[int, Cells | Skipped]]:
    return table.rows() if table else iter(())
