"""Rows by the thousand, within an action: Django's own bulk_create spends most of an import on its own bookkeeping."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model, UUIDField

ROWS: Final = 400


def insert_rows(model: type[Model], fields: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values, in the order of `fields`."""
    columns: list[Any] = [model._meta.get_field(name) for name in fields]  # noqa: SLF001 - how Django names its columns
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{_into(model, columns)} VALUES ({marks})", _ready(columns, rows))


def insert_objects(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model; those without a key of their own are given the database's."""
    if not objects:
        return
    model, pk = type(objects[0]), objects[0]._meta.pk  # noqa: SLF001 - the same
    keyed = objects[0].pk is not None
    columns: list[Any] = [column for column in model._meta.concrete_fields if keyed or column is not pk]  # noqa: SLF001 - the same
    values, row = attrgetter(*(column.attname for column in columns)), f"({', '.join(['%s'] * len(columns))})"
    start = f"{_into(model, columns)} VALUES "
    for at in range(0, len(objects), ROWS):
        some = objects[at : at + ROWS]
        flat = itertools.chain.from_iterable(_ready(columns, map(values, some)))
        with connection.cursor() as cursor:
            returning = "" if keyed else " RETURNING id"
            cursor.execute(f"{start}{', '.join([row] * len(some))}{returning}", list(flat))
            for one, (key,) in [] if keyed else zip(some, cursor.fetchall(), strict=True):
                one.pk = key


def _into(model: type[Model], columns: list[Any]) -> str:
    """Return the beginning of an INSERT."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.column) for column in columns)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names})"  # noqa: SLF001 - the same


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
    column = getattr(column, "target_field", column)
    if isinstance(column, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(column, DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(column, JSONField):
        return json.dumps
    if isinstance(column, UUIDField):
        return (lambda value: value) if connection.features.has_native_uuid_field else (lambda value: value.hex)
    return None
