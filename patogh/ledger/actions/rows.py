"""Rows of several tables in one go: on PostgreSQL one message to the server, however many statements it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

from django.db import connection
from django.db.models import Model

from patogh.activity.bulk import insert_rows

Table = tuple[type[Model], tuple[str, ...], list[tuple[Any, ...]]]
_ROWS: Final = 500


def write_rows(stepwise: Sequence[Table], whole: Sequence[Table]) -> None:
    """Insert rows, table by table in this order; `stepwise` ones each by a statement of its own.

    PostgreSQL runs what follows a row (its AFTER triggers) at the end of a statement, so that rows which continue
    each other need a statement each.
    """
    if connection.vendor != "postgresql":
        for model, fields, rows in [*stepwise, *whole]:
            if rows:
                insert_rows(model, fields, rows)
        return
    statements = list(chain(_each(stepwise), _many(whole)))
    for start in range(0, len(statements), _ROWS):
        some = statements[start : start + _ROWS]
        with connection.cursor() as cursor:
            cursor.execute("; ".join(sql for sql, _ in some), [value for _, values in some for value in values])


def _each(tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[Any]]]:
    for model, fields, rows in tables:
        start, marks = _statement(model, fields)
        yield from ((f"{start}{marks}", row) for row in rows)


def _many(tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[Any]]]:
    for model, fields, rows in tables:
        start, marks = _statement(model, fields)
        for at in range(0, len(rows), _ROWS):
            some = rows[at : at + _ROWS]
            yield start + ", ".join([marks] * len(some)), list(chain.from_iterable(some))


@cache
def _statement(model: type[Model], fields: tuple[str, ...]) -> tuple[str, str]:
    """Return the beginning of an INSERT and the marks of a row; psycopg takes times, keys and bytes as they are."""
    quote: Callable[[str], str] = connection.ops.quote_name
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    names = ", ".join(quote(column.column) for column in columns)
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ",  # noqa: S608 - our own names
        f"({', '.join(['%s'] * len(columns))})",
    )
