"""What a post said before, and what was decided about a topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from patogh.hangout.models import Closure, Pin, Post, Promise, Revision, Topic, TopicMerge, TopicMove, TopicTrash
from patogh.kit import markup
from patogh.people.models import Member

REVISIONS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: who made it, when and why, and what it changed as HTML; `title` is that of the topic before, if it changed."""

    number: int
    by: Member | None
    at: datetime
    why: str
    html: str
    title: str


def changes_of(post: Post) -> list[Change]:
    """Return the newest edits of a post, newest first, each as the difference to what came after it."""
    rows = list(Revision.objects.filter(post=post).select_related("edited_by").order_by("-number")[:REVISIONS_SHOWN])
    after, title, found = post.text, post.topic.title, []
    for row in rows:
        was = row.title if row.title and row.title != title else ""
        found.append(Change(row.number, row.edited_by, row.edited_at, row.why, markup.diff(row.text, after), was))
        after, title = row.text, row.title or title
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision about a topic and whether it stands; `undo` is (address, method) where one can lift it."""

    kind: str
    row: Any
    undo: tuple[str, str] | None


def decisions_on(topic: Topic) -> list[Decided]:
    """Return every decision about a topic, newest first."""
    found = [
        *(_of("pin", row, f"/t/{topic.pk}/pin") for row in _rows(Pin.objects.filter(topic=topic))),
        *(_of("closure", row, f"/t/{topic.pk}/closure") for row in _rows(Closure.objects.filter(topic=topic))),
        *(_of("trash", row, f"/t/{topic.pk}/trash") for row in _rows(TopicTrash.objects.filter(topic=topic))),
        *(_of("promise", row, "") for row in _rows(Promise.objects.filter(topic=topic))),
        *(
            _of("move", row, "")
            for row in _rows(TopicMove.objects.filter(topic=topic).select_related("from_space", "to_space"))
        ),
        *(
            _of("merge", row, f"/merges/{row.pk}")
            for row in _rows(TopicMerge.objects.filter(target=topic).select_related("source"))
        ),
    ]
    return sorted(found, key=lambda one: one.row.at, reverse=True)


def _rows(found: QuerySet[Any]) -> list[Any]:
    return list(found.select_related("by", "lifted_by").order_by("-at")[:REVISIONS_SHOWN])


def _of(kind: str, row: Any, address: str) -> Decided:
    return Decided(kind, row, (address, "DELETE") if address and row.lifted_at is None else None)
