"""Rows by the thousand; only the loader beside it calls these."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.db import connection
from django.db.models import DateTimeField, JSONField, Model, UUIDField

ROWS: Final = 400


def _insert(model: type[Model], fields: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values: Django's own bulk_create spends most of an import on its own bookkeeping."""
    quote, meta = connection.ops.quote_name, model._meta
    columns: list[Any] = [meta.get_field(name) for name in fields]
    convert = [_converter(column) for column in columns]
    names, marks = ", ".join(quote(column.column) for column in columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            [tuple(make(value) if make else value for make, value in zip(convert, row, strict=True)) for row in rows],
        )


def _converter(column: Any) -> Callable[[Any], Any] | None:
    """Return how a value of a column is made ready for the database, or None where it is ready."""
    if isinstance(column, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(column, JSONField):
        return json.dumps
    if isinstance(column, UUIDField):
        return (lambda value: value) if connection.features.has_native_uuid_field else (lambda value: value.hex)
    return None


def _by_count(counted: Counter[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each count with those that have it, so that one statement serves them all."""
    groups: dict[int, list[int]] = {}
    for pk, count in counted.items():
        groups.setdefault(count, []).append(pk)
    yield from groups.items()


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield keys, as many at a time as every database takes."""
    rest = iter(sorted(keys))
    while some := list(itertools.islice(rest, ROWS)):
        yield some
