"""Rows by the thousand, within an action: Django's own bulk_create spends most of an import on its own bookkeeping."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, DateField, DateTimeField, JSONField, Model, UUIDField
from django.utils.functional import Promise

ROWS: Final = 400


def insert_rows(model: type[Model], fields: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values, in the order of `fields`."""
    columns: list[Any] = [model._meta.get_field(name) for name in fields]  # noqa: SLF001 - how Django names its columns
    if connection.vendor == "postgresql" and not _has_bytes(columns):
        for some in batched(rows):
            with connection.cursor() as cursor:
                cursor.execute(*values_of(model, columns, some))
        return
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"{_into(model, columns)} VALUES ({marks})", _ready(columns, rows))


def batched(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Return rows by ROWS at a time."""
    rest = iter(rows)
    while some := list(itertools.islice(rest, ROWS)):
        yield some


def values_of(model: type[Model], columns: list[Any], rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """Return the INSERT of at most ROWS rows, without an end, and its parameters.

    On PostgreSQL the rows go as one JSON text: seven thousand parameters by themselves cost the client five times as
    much, and the server twice.
    """
    into = _into(model, columns)
    if connection.vendor == "postgresql" and len(rows) > 1 and not _has_bytes(columns):
        quote = connection.ops.quote_name
        names = [column.column for column in columns]
        shape = ", ".join(f"{quote(column.column)} {column.db_type(connection)}" for column in columns)
        listed = ", ".join(map(quote, names))
        text = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, default=_plain)
        return f"{into} SELECT {listed} FROM json_to_recordset(%s::json) AS rows({shape})", [text]  # noqa: S608 - our own names
    mark = f"({', '.join(['%s'] * len(columns))})"
    flat = itertools.chain.from_iterable(_ready(columns, rows))
    return f"{into} VALUES {', '.join([mark] * len(rows))}", list(flat)


def _plain(value: Any) -> str:
    """Return a value as JSON has it; raises TypeError for what is no value of a row."""
    if isinstance(value, dt.date | UUID | Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a row")


def _has_bytes(columns: list[Any]) -> bool:
    """Whether a column's values are no JSON."""
    return any(isinstance(getattr(column, "target_field", column), BinaryField) for column in columns)


def insert_objects(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model; those without a key of their own are given the database's."""
    if not objects:
        return
    model, pk = type(objects[0]), objects[0]._meta.pk  # noqa: SLF001 - the same
    keyed = objects[0].pk is not None
    columns: list[Any] = [column for column in model._meta.concrete_fields if keyed or column is not pk]  # noqa: SLF001 - the same
    values, returning = attrgetter(*(column.attname for column in columns)), "" if keyed else " RETURNING id"
    for at in range(0, len(objects), ROWS):
        some = objects[at : at + ROWS]
        with connection.cursor() as cursor:
            sql, marks = values_of(model, columns, list(map(values, some)))
            cursor.execute(f"{sql}{returning}", marks)
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
