"""Rows by the thousand; only the loader beside it calls these."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model, UUIDField

ROWS: Final = 400


def _insert(model: type[Model], fields: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values: Django's own bulk_create spends most of an import on its own bookkeeping."""
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{_into(model, columns)} VALUES ({marks})", _ready(columns, rows))


def _insert_objects(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model and give them their keys."""
    if not objects:
        return
    model, pk = type(objects[0]), objects[0]._meta.pk
    columns: list[Any] = [column for column in model._meta.concrete_fields if column is not pk]
    values, row = attrgetter(*(column.attname for column in columns)), f"({', '.join(['%s'] * len(columns))})"
    start = f"{_into(model, columns)} VALUES "
    for at in range(0, len(objects), ROWS):
        some = objects[at : at + ROWS]
        flat = itertools.chain.from_iterable(_ready(columns, map(values, some)))
        with connection.cursor() as cursor:
            cursor.execute(f"{start}{', '.join([row] * len(some))} RETURNING id", list(flat))
            for one, (key,) in zip(some, cursor.fetchall(), strict=True):
                one.pk = key


def _into(model: type[Model], columns: list[Any]) -> str:
    """Return the beginning of an INSERT."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.column) for column in columns)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names})"


def _ready(columns: list[Any], rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Return rows whose values are as the database takes them."""
    convert = [(at, make) for at, column in enumerate(columns) if (make := _converter(column))]
    made = [list(row) for row in rows]
    for row in made:
        for at, make in convert:
            if row[at] is not None:
                row[at] = make(row[at])
    return made


def _converter(column: Any) -> Callable[[Any], Any] | None:
    """Return how a value of a column is made ready for the database, or None where it is ready."""
    if isinstance(column, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(column, DateField):
        return connection.ops.adapt_datefield_value
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
