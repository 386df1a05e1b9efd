"""Asking the index: the newest documents that match an expression and that the viewer may see, as narrow rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from patogh.search import tokens
from patogh.search.queries.expressions import Expression, Token, as_fts5, as_tsquery, every, some

SCANNED_ROWS_MAX: Final = 20_000
MONTHS_MAX: Final = 36
YEARS_MAX: Final = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; an empty field narrows nothing. `since` is inclusive, `until` exclusive."""

    kinds: tuple[str, ...] = ()
    space_id: int | None = None
    author_id: int | None = None
    tag: str = ""
    topic_kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def expressions(self) -> list[Expression]:
        """Return the filters as parts of an expression, so that the index itself does the narrowing."""
        found: list[Expression] = []
        if self.kinds:
            found.append(some(Token(f"+k{kind}") for kind in self.kinds))
        if self.topic_kind:
            found.append(Token(f"+c{self.topic_kind}"))
        if self.space_id is not None:
            found.append(Token(f"+s{self.space_id}"))
        if self.author_id is not None:
            found.append(Token(f"+a{self.author_id}"))
        if self.tag:
            found.append(Token(tokens.tag_mark(self.tag)))
        periods = list(self._periods())
        return [*found, some(periods)] if periods else found

    def _periods(self) -> Iterator[Token]:
        """Yield the months of the wanted time, or its years when it is long; nothing when it is all time."""
        if self.since is None and self.until is None:
            return
        until = (self.until or timezone.now()).astimezone(UTC)
        since = self.since.astimezone(UTC) if self.since else until.replace(year=max(1, until.year - YEARS_MAX - 1))
        months = range(since.year * 12 + since.month - 1, until.year * 12 + until.month)
        if len(months) <= MONTHS_MAX:
            yield from (Token(f"+m{month // 12:04}{month % 12 + 1:02}") for month in months)
        elif until.year - since.year <= YEARS_MAX:
            yield from (Token(f"+y{year:04}") for year in range(since.year, until.year + 1))


@dataclass(slots=True)
class Candidate:
    """A document that matches, before its text is read. `step` is how it was found, 0 the surest."""

    id: int
    kind: str
    thing_id: int
    topic_id: int | None
    weight: int
    happened_at: datetime
    step: int = 0
    in_title: bool = False
    score: float = field(default=0.0)


_SQLITE = """
SELECT d.id, d.kind, d.thing_id, d.topic_id, d.weight, d.happened_at
  FROM (SELECT rowid FROM search_index WHERE search_index MATCH %s ORDER BY rowid DESC LIMIT {scanned}) AS f
 CROSS JOIN search_document AS d ON d.id = f.rowid WHERE {where} LIMIT %s
"""
_POSTGRESQL = """
SELECT d.id, d.kind, d.thing_id, d.topic_id, d.weight, d.happened_at
  FROM search_index AS f JOIN search_document AS d ON d.id = f.id
 WHERE f.words @@ %s::tsquery AND {where} ORDER BY f.id DESC LIMIT %s
"""


def statement(expression: Expression, audiences: Sequence[str], filters: Filters, limit: int) -> tuple[str, list[Any]]:
    """Return the SQL and its parameters for the database in use."""
    sqlite = connection.vendor == "sqlite"
    wanted = every([expression, *filters.expressions()])
    where = [f"d.audience IN ({', '.join(['%s'] * len(audiences))})"]
    given: list[Any] = [as_fts5(wanted) if sqlite else as_tsquery(wanted), *audiences]
    for operator, moment in ((">=", filters.since), ("<", filters.until)):
        if moment is not None:
            where.append(f"d.happened_at {operator} %s")
            given.append(connection.ops.adapt_datetimefield_value(moment))
    sql = (_SQLITE if sqlite else _POSTGRESQL).format(where=" AND ".join(where), scanned=SCANNED_ROWS_MAX)
    return sql, [*given, limit]


def candidates(expression: Expression, audiences: Sequence[str], filters: Filters, limit: int) -> list[Candidate]:
    """Return at most `limit` matches, newest documents first; nobody's audience finds nothing."""
    if not audiences:
        return []
    sql, given = statement(expression, audiences, filters, limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [Candidate(pk, kind, thing, topic, weight, _moment(at)) for pk, kind, thing, topic, weight, at in cursor]


def _moment(value: Any) -> datetime:
    """Return a time as Python has it; SQLite keeps it as text in UTC."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
