"""Reading a file to its end: chunk by chunk, each committed with its place, so that whoever is killed is taken over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from patogh.shop import actions, files, limits
from patogh.shop.actions import Chunk
from patogh.shop.errors import FileRefused
from patogh.shop.facts import OrderFacts
from patogh.shop.models import Import
from patogh.shop.reading import tables
from patogh.shop.reading.plans import from_json
from patogh.shop.reading.rows import Reader

TURN_S: Final = 45.0  # well within a job's lease
Progress = Callable[[Import], None]


def read_on(
    brought: Import, path: Path | None = None, *, turn_s: float = TURN_S, progress: Progress | None = None
) -> Import | None:
    """Read a file from where it stands, for about `turn_s` seconds; returns it as it stands then, None where another reads it.

    Its state is "ended" or "stopped" where the end is reached, else still "reading".
    """
    until = time.monotonic() + turn_s
    try:
        table = tables.opened(path or files.path_of(brought.file))
        for chunk in chunks(brought, table):
            now = actions.read_some(brought.pk, chunk)
            if now is None:
                return None
            brought = now
            if progress:
                progress(brought)
            if _is_hopeless(brought):
                return _stop(brought, "nothing_fits")
            if time.monotonic() > until:
                return brought
    except FileRefused as refusal:
        return _stop(brought, str(refusal.facts.get("why", "broken")))
    except OSError:
        return _stop(brought, "gone")
    token = brought.file
    brought = actions.end_import(brought, by=brought.brought_by)
    files.drop(token)
    return brought


def chunks(brought: Import, table: tables.Table) -> Iterator[Chunk]:
    """Yield what is left of a file; the rows of one order that follow each other stay together."""
    reader = Reader(from_json(brought.plan), len(table.headers))
    chunk = Chunk(brought.rows_count, brought.rows_count, brought.bytes_read)
    last = ""
    for number, cells, at in tables.rows(table, after=brought.rows_count):
        facts, refused = reader.read(number, cells)
        name = facts.number if isinstance(facts, OrderFacts) else ""
        if _is_full(chunk, name, last):
            yield chunk
            chunk = Chunk(chunk.end, chunk.end, at)
        chunk.end, chunk.bytes_read, last = number, at, name
        if facts is not None:
            chunk.facts.append(facts)
        if refused is not None:
            chunk.refused.append(refused)
    if chunk.end > chunk.start:
        yield chunk


def _is_full(chunk: Chunk, name: str, last: str) -> bool:
    rows = chunk.end - chunk.start
    return rows >= limits.CHUNK_ROWS and (not name or name != last or rows >= 2 * limits.CHUNK_ROWS)


def _is_hopeless(brought: Import) -> bool:
    """Whether so many first rows were refused, and nothing else came, that the columns must be chosen wrongly."""
    return brought.rows_count >= limits.REFUSED_AT_FIRST_MAX and brought.refused_count == brought.rows_count


def _stop(brought: Import, why: str) -> Import:
    token = brought.file
    brought = actions.stop_import(brought, why, by=brought.brought_by)
    files.drop(token)
    return brought
