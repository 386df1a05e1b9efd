"""The one sequencer: it gives waiting facts their leaves, and writes bundles, tiles and the head in the same commit.

Who waits is told by the state column, never by a number beyond the last one seen: in PostgreSQL a row with a smaller
number may commit later (facts 4.9). One sequencer works at a time (an advisory lock; on SQLite the door); the
constraint `ledger_leaf_once` stands behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.tlog import tiles
from patogh.kit.tlog.errors import BadEntry
from patogh.kit.tlog.tree import Frontier, leaf_hash
from patogh.ledger import limits
from patogh.ledger.errors import BadOrigin
from patogh.ledger.models import LogBundle, LogHead
from patogh.ledger.queries.tiles import TileReader, frontier_of
from patogh.ledger.schemas.fields import ORIGIN

SEQUENCER_LOCK: Final = 0x9A706B  # a number of our own among PostgreSQL's advisory locks
Row = tuple[Any, bytes]  # the key of a submission as the database gives it, and its body


@upkeep
def append_waiting(limit: int = limits.APPEND_ENTRIES_MAX) -> int:
    """Give up to `limit` waiting submissions their leaves; returns how many. Opens the log when there is none yet."""
    lock_sequencer()
    rows = _waiting(limit)
    if rows:
        _append(_open_log(), rows)
    return len(rows)


def lock_sequencer() -> None:
    """Let one sequencer work at a time, to the end of this transaction; on SQLite the door has seen to it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])


@upkeep
def open_log() -> LogHead:
    """Return the open log, made now under the origin of the settings if there is none. Raises BadOrigin."""
    return _open_log()


@upkeep
def append(head: LogHead, rows: Sequence[Row]) -> None:
    """Append these submissions to a log, in their order, and move its head: a few rows, however many entries."""
    _append(head, rows)


def _open_log() -> LogHead:
    """Return the open log, made now if there is none."""
    head = LogHead.objects.filter(state="open").first()
    if head is None and not is_origin(settings.BOOK_ORIGIN):
        raise BadOrigin
    return head or LogHead.objects.create(origin=settings.BOOK_ORIGIN, opened_at=timezone.now())


def is_origin(text: str) -> bool:
    """Tell whether a log may have this name."""
    try:
        ORIGIN.check(text, "origin")
    except BadEntry:
        return False
    return True


def _append(head: LogHead, rows: Sequence[Row]) -> None:
    """Write bundles, tiles, numbers and the head."""
    entries = [body for _, body in rows]
    leaves = [leaf_hash(body) for body in entries]
    frontier: Frontier = frontier_of(head)
    frontier.extend(leaves)
    grown = tiles.grow(head.size, leaves, TileReader(head.pk))
    with connection.cursor() as cursor:
        _upsert(cursor, "ledger_logtile", ("level", "number"), "hashes", [
            (head.pk, level, number, width, hashes) for (level, number, width), hashes in grown.items()
        ])  # fmt: skip
        _upsert(cursor, "ledger_logbundle", ("number",), "body", _bundles(head, entries))
        _number(cursor, head, rows)
    head.size, head.frontier = frontier.size, b"".join(frontier.state())
    head.save(update_fields=["size", "frontier"])


def _waiting(limit: int) -> list[Row]:
    """Return who waits, the oldest first; the state is written out so that the partial index serves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, body FROM ledger_submission WHERE state = 'waiting' ORDER BY id LIMIT %s", [limit])
        return [(key, bytes(body)) for key, body in cursor.fetchall()]


def _bundles(head: LogHead, entries: Sequence[bytes]) -> list[tuple[Any, ...]]:
    """Return the rows of the bundles that these entries fall into, the first one with what it holds already."""
    number, held = divmod(head.size, tiles.WIDTH)
    begun = LogBundle.objects.values_list("body", flat=True).get(log=head, number=number) if held else b""
    made, start = [], 0
    while start < len(entries):
        part = entries[start : start + tiles.WIDTH - held]
        made.append((head.pk, number, held + len(part), bytes(begun) + tiles.bundle_of(part)))
        start, number, held, begun = start + len(part), number + 1, 0, b""
    return made


def _upsert(cursor: Any, table: str, place: tuple[str, ...], content: str, rows: list[tuple[Any, ...]]) -> None:
    """Write tiles or bundles: new ones, and the longer form of partial ones."""
    columns = ("log_id", *place, "width", content)
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(
        f"""
        INSERT INTO {table} ({", ".join(columns)}) VALUES ({marks})
        ON CONFLICT (log_id, {", ".join(place)}) DO UPDATE SET width = excluded.width, {content} = excluded.{content}
        """,  # noqa: S608 - names of our own tables and columns
        rows,
    )


def _number(cursor: Any, head: LogHead, rows: Sequence[Row]) -> None:
    """Write the leaves beside the submissions; their bodies live in the bundles from here on."""
    if connection.vendor == "postgresql":
        cursor.execute(
            """
            UPDATE ledger_submission AS s SET state = 'sequenced', log_id = %s, leaf = given.leaf, body = ''
            FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, leaf) WHERE s.id = given.id
            """,
            [head.pk, [key for key, _ in rows], list(range(head.size, head.size + len(rows)))],
        )
    else:
        cursor.executemany(
            "UPDATE ledger_submission SET state = 'sequenced', log_id = %s, leaf = %s, body = x'' WHERE id = %s",
            [(head.pk, leaf, key) for leaf, (key, _) in enumerate(rows, head.size)],
        )
