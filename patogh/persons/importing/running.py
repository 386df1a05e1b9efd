"""Reading a file of people to its end: chunk by chunk, each committed with its place; and what would become of its first rows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patogh.people.identifying import masked
from patogh.people.kinds import alike
from patogh.people.leaving import sources
from patogh.people.models import Identity
from patogh.persons import limits
from patogh.persons.actions import importing as actions
from patogh.persons.errors import PeopleFileRefused
from patogh.persons.importing import files, rows, tables
from patogh.persons.importing.rows import RowFacts
from patogh.persons.models import PeopleImport

TURN_S: Final = 45.0
Progress = Callable[[PeopleImport], None]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of a row: "new", "known" (by whom), "kept_out", or a key of `words.PEOPLE_REFUSALS`."""

    row: RowFacts
    code: str
    known_by: str = ""


def read_on(
    brought: PeopleImport, path: Path | None = None, *, turn_s: float = TURN_S, progress: Progress | None = None
) -> PeopleImport | None:
    """Read a file from where it stands, for about `turn_s` seconds; returns it as it stands then, None where another reads it."""
    until = time.monotonic() + turn_s
    try:
        table = tables.opened(path or files.path_of(brought.file))
        if not brought.rows_total:
            brought = actions.count_people(brought, table.count())
        for chunk in _chunks(brought, table):
            now = actions.read_people(brought.pk, chunk)
            if now is None:
                return None
            brought = now
            if progress:
                progress(brought)
            if _is_hopeless(brought):
                return _end(brought, "nothing_fits")
            if time.monotonic() > until:
                return brought
    except PeopleFileRefused as refusal:
        return _end(brought, str(refusal.facts.get("why", "broken")))
    return _end(brought)


def outlooks(found: Iterable[RowFacts]) -> list[Outlook]:
    """Return what would become of rows, without writing anything; a query a kind."""
    every = list(found)
    there: dict[tuple[str, str], Identity] = {}
    away: set[tuple[str, str]] = set()
    for kind in ("import", "email", "phone"):
        values = sorted({value for row in every for one, value in row.keys if one == kind})
        there |= {(kind, one.value): one for one in Identity.objects.filter(kind=kind, value__in=values)}
        away |= {(kind, value) for one in alike(kind) for value in sources.erased(one, values)}
    return [_outlook(row, there, away) for row in every]


def counted(path: Path, plan: dict[str, Any], label: str) -> Counter[str]:
    """Return how many rows of a file would become what; nothing is written."""
    found: Counter[str] = Counter()
    some: list[RowFacts] = []
    for number, cells in tables.opened(path).rows():
        some.append(rows.read(number, cells, plan, label))
        if len(some) == limits.PEOPLE_CHUNK_ROWS:
            found.update(one.code for one in outlooks(some))
            some = []
    found.update(one.code for one in outlooks(some))
    return found


def _outlook(row: RowFacts, there: dict[tuple[str, str], Identity], away: set[tuple[str, str]]) -> Outlook:
    if row.why:
        return Outlook(row, row.why)
    if away & set(row.keys):
        return Outlook(row, "kept_out")
    known = next((there[key] for key in row.keys if key in there), None)
    return Outlook(row, "known" if known else "new", masked(known) if known else "")


def _chunks(brought: PeopleImport, table: tables.Table) -> Iterable[actions.Chunk]:
    chunk = actions.Chunk(brought.rows_count, brought.rows_count)
    for number, cells in table.rows(after=brought.rows_count):
        chunk.rows.append(rows.read(number, cells, brought.plan, brought.label))
        chunk.end = number
        if len(chunk.rows) >= limits.PEOPLE_CHUNK_ROWS:
            yield chunk
            chunk = actions.Chunk(number, number)
    if chunk.rows:
        yield chunk


def _is_hopeless(brought: PeopleImport) -> bool:
    """Whether so many first rows were refused, and nothing else came, that the columns must be chosen wrongly."""
    return brought.rows_count >= limits.PEOPLE_REFUSED_AT_FIRST_MAX and brought.refused_count == brought.rows_count


def _end(brought: PeopleImport, why: str = "") -> PeopleImport:
    token = brought.file
    brought = actions.end_people(brought, by=brought.brought_by, why=why)
    files.drop(token)
    return brought
