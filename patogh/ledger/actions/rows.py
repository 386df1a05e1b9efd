"""Rows of several tables in one go: on PostgreSQL one message to the server, however many statements it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.db.models import DateTimeField, Model, UUIDField

Table = tuple[type[Model], tuple[str, ...], list[tuple[Any, ...]]]
_ROWS: Final = 500
_hex: Final = attrgetter("hex")


def write_rows(tables: Sequence[Table]) -> None:
    """Insert rows, table by table in this order."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statements = list(_many(tables))
            if statements:
                cursor.execute(
                    "; ".join(sql for sql, _ in statements), [value for _, row in statements for value in row]
                )
            return
        for model, fields, rows in tables:
            if rows:
                start, marks = _statement(model, fields)
                cursor.executemany(f"{start}{marks}", _ready(model, fields, rows))


def _ready(model: type[Model], fields: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """Return rows as SQLite takes them, column by column; most times of a call are one and the same."""
    columns: list[Any] = list(zip(*rows, strict=True))
    for at, name in enumerate(fields):
        if make := _converter(model, name):
            known: dict[Any, Any] = {None: None}
            for value in columns[at]:
                if value not in known:
                    known[value] = make(value)
            columns[at] = [known[value] for value in columns[at]]
    return list(zip(*columns, strict=True))


@cache
def _converter(model: type[Model], name: str) -> Callable[[Any], Any] | None:
    """Return how a value of a column is made ready, or None where it is."""
    column: Any = model._meta.get_field(name)
    column = getattr(column, "target_field", column)
    if isinstance(column, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return _hex if isinstance(column, UUIDField) else None


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
