"""Putting documents in, moving and taking them out; every write is part of the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import connection

from patogh.activity import upkeep
from patogh.kit.together import together
from patogh.search.actions.building import is_stale
from patogh.search.actions.index import index
from patogh.search.actions.vocabulary import learn
from patogh.search.entries import Entry, clean, entry_of
from patogh.search.models import Document
from patogh.search.tokens import tokens

BATCH_ROWS = 500
_FIELDS = (
    "topic_id",
    "space_id",
    "author_id",
    "audience",
    "topic_kind",
    "weight",
    "happened_at",
    "url",
    "tags",
    "data",
    "title",
    "text",
)
_NEW = (
    f"INSERT INTO search_document (kind, thing_id, {', '.join(_FIELDS)}) "  # noqa: S608 - our own names
    f"VALUES ({', '.join(['%s'] * (len(_FIELDS) + 2))})"
)
_PLAIN = ("topic_id", "space_id", "author_id", "audience", "topic_kind", "weight", "url", "title", "text")
_PUT_NEW = (
    f"INSERT INTO search_document (kind, thing_id, {', '.join(_PLAIN)}, tags, data, happened_at) "  # noqa: S608 - our names
    f"VALUES ({', '.join(['%s'] * (len(_PLAIN) + 5))}) RETURNING id"
)


@upkeep
def put(entry: Entry) -> None:
    """Make a thing findable, or findable as it is now."""
    _put([entry])


@upkeep
def put_new(entry: Entry) -> None:
    """Make a thing findable that never was before, by a prepared statement: the way of replies.

    Raises IntegrityError for a thing that was put before.
    """
    entry = clean(entry)
    columns = {**_columns(entry), "happened_at": connection.ops.adapt_datetimefield_value(entry.happened_at)}
    columns |= {name: json.dumps(columns[name], ensure_ascii=False) for name in ("tags", "data")}
    document = (_NEW, [entry.kind, entry.thing_id, *(columns[name] for name in _FIELDS)])
    if is_stale():
        together(document)
        return
    found = tokens(entry)
    together(document, index().adding_newest(found))
    learn([found])


@upkeep
def put_many(entries: Iterable[Entry]) -> int:
    """Put many things at once (imports, demo data), a few thousand a call; returns how many. One transaction."""
    rest, done = iter(entries), 0
    while batch := list(islice(rest, BATCH_ROWS)):
        _put(batch)
        done += len(batch)
    return done


@upkeep
def put_new_many(entries: Iterable[tuple[Entry, str]]) -> int:
    """Put many things that never were before, each with the `text_tokens` of its text, a space between; returns how many.

    Raises IntegrityError for a thing that was put before.
    """
    rest, done = iter(entries), 0
    while batch := list(islice(rest, BATCH_ROWS)):
        _insert_new([(clean(entry), words.split()) for entry, words in batch])
        done += len(batch)
    return done


@upkeep
def move(topic_id: int, *, space_id: int, audience: str, to_topic: int | None = None) -> None:
    """Let a topic's documents follow it into another space or topic, or to another audience ("trash" hides them)."""
    documents = Document.objects.filter(topic_id=topic_id)
    if to_topic is None and not documents.exclude(space_id=space_id).exists():
        documents.update(audience=audience)
        return
    last = 0
    while rows := list(documents.filter(pk__gt=last).order_by("pk")[:BATCH_ROWS]):
        changed = [
            replace(entry_of(row), space_id=space_id, audience=audience, topic_id=to_topic or row.topic_id)
            for row in rows
        ]
        _rewrite(list(zip(rows, changed, strict=True)))
        last = rows[-1].pk


@upkeep
def open_to(space_id: int, *, before: str, after: str) -> None:
    """Let what stands in a space be found by another audience at once, in one statement; what is hidden stays so."""
    Document.objects.filter(space_id=space_id, audience=before).update(audience=after)


@upkeep
def forget(kind: str, ids: Sequence[int]) -> None:
    """Take things out of the index for good; what only hides for a while moves to the audience "trash"."""
    for start in range(0, len(ids), BATCH_ROWS):
        rows = list(Document.objects.filter(kind=kind, thing_id__in=ids[start : start + BATCH_ROWS]))
        if not is_stale():
            index().remove([(row.pk, tokens(entry_of(row))) for row in rows])
        Document.objects.filter(pk__in=[row.pk for row in rows]).delete()


@upkeep
def weigh(kind: str, thing_id: int, weight: int, **facts: object) -> None:
    """Say how good a thing has become (reactions, an accepted answer) and change its display facts; its words stay."""
    row = Document.objects.filter(kind=kind, thing_id=thing_id).only("pk", "data").first()
    if row is not None:
        Document.objects.filter(pk=row.pk).update(weight=weight, data={**row.data, **facts})


@upkeep
def weigh_many(kind: str, weights: dict[int, int], **facts: object) -> None:
    """Say how good many things of one kind have become; all of them get the same display facts."""
    said, pairs = json.dumps(facts), list(weights.items())
    merged = "json_patch(data, %s)" if connection.vendor == "sqlite" else "data || %s::jsonb"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE search_document SET weight = %s, data = {merged} WHERE kind = %s AND thing_id = %s",  # noqa: S608 - our own words
            [(weight, said, kind, thing_id) for thing_id, weight in pairs],
        )


def _put(entries: list[Entry]) -> None:
    """Write one batch; of two entries for one thing the later wins."""
    wanted = {(entry.kind, entry.thing_id): clean(entry) for entry in entries}
    old: dict[tuple[str, int], Document] = {}
    for kind in {kind for kind, _ in wanted}:
        ids = [thing_id for its_kind, thing_id in wanted if its_kind == kind]
        old |= {(row.kind, row.thing_id): row for row in Document.objects.filter(kind=kind, thing_id__in=ids)}
    _rewrite([(old[name], entry) for name, entry in wanted.items() if name in old])
    _insert([entry for name, entry in wanted.items() if name not in old])


def _insert(entries: list[Entry]) -> None:
    """Write new documents."""
    if not entries:
        return
    rows = Document.objects.bulk_create(
        Document(kind=entry.kind, thing_id=entry.thing_id, **_columns(entry)) for entry in entries
    )
    if not is_stale():
        found = [tokens(entry) for entry in entries]
        index().add(list(zip([row.pk for row in rows], found, strict=True)))
        learn(found)


def _insert_new(entries: list[tuple[Entry, list[str]]]) -> None:
    """Write new documents by one statement of our own: Django's bulk_create takes longer than the index itself."""
    moment, row = connection.ops.adapt_datetimefield_value, f"({', '.join(['%s'] * (len(_FIELDS) + 2))})"
    values: list[Any] = []
    for entry, _ in entries:
        columns = {**_columns(entry), "happened_at": moment(entry.happened_at)}
        columns |= {name: json.dumps(columns[name], ensure_ascii=False) for name in ("tags", "data")}
        values += [entry.kind, entry.thing_id, *(columns[name] for name in _FIELDS)]
    start = f"INSERT INTO search_document (kind, thing_id, {', '.join(_FIELDS)}) VALUES "  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{', '.join([row] * len(entries))} RETURNING id", values)
        keys = [pk for (pk,) in cursor.fetchall()]
    if not is_stale():
        found = [tokens(entry, words) for entry, words in entries]
        index().add(list(zip(keys, found, strict=True)))
        learn(found)


def _rewrite(pairs: list[tuple[Document, Entry]]) -> None:
    """Bring stored documents to what their entries say now; the index is touched only where tokens differ."""
    out, back = [], []
    for row, entry in pairs:
        before, after = tokens(entry_of(row)), tokens(entry)
        if before != after:
            out.append((row.pk, before))
            back.append((row.pk, after))
        Document.objects.filter(pk=row.pk).update(**_columns(entry))
    if out and not is_stale():
        index().remove(out)
        index().add(back)
        learn([words for _, words in back])


def _columns(entry: Entry) -> dict[str, Any]:
    """Return the stored form of all but what names the thing."""
    return {**{name: getattr(entry, name) for name in _FIELDS}, "tags": list(entry.tags)}
