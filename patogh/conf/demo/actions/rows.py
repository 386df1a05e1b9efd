"""Rows by the hundred thousand: our own INSERT beside the models' columns, with keys that we number ourselves."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.color import no_style
from django.db import connection, models

BATCH_ROWS: Final = 5_000
# What a raw statement does not take as it is; moments come as `stamp` makes them.
_STRANGE: Final = (models.JSONField, models.UUIDField, models.DateField)


class Table:
    """Waiting rows of one model; its keys go on from the highest there is."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        """Insert these fields; all others get the default that the model gives them."""
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        fixed = [field for name, field in fields.items() if name not in names and name != model._meta.pk.attname]
        self._given = [fields[name] for name in names]
        self._kinds = [(place, field) for place, field in enumerate(self._given) if isinstance(field, _STRANGE)]
        self._fixed = [_stored(field, field.get_default()) for field in fixed]
        self.has_number = isinstance(model._meta.pk, models.AutoField)
        columns = [*([model._meta.pk] if self.has_number else []), *self._given, *fixed]
        marks = ", ".join(["%s"] * len(columns))
        quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
        self._sql = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({quoted}) VALUES ({marks})"  # noqa: S608
        self._rows: list[Sequence[Any]] = []
        self.upcoming = 1 + _top_key(model) if self.has_number else 0
        self.count = 0

    def add(self, *values: Any) -> int:
        """Add one row, in the order of the names; returns its key (0 where the model's key is given)."""
        key = self.upcoming
        stored = list(values)
        for place, field in self._kinds:
            stored[place] = _stored(field, stored[place])
        self._rows.append([key, *stored, *self._fixed] if self.has_number else [*stored, *self._fixed])
        self.upcoming += 1
        self.count += 1
        return key if self.has_number else 0

    def flush(self) -> None:
        """Insert what waits."""
        with connection.cursor() as cursor:
            for rows in chunks(self._rows):
                cursor.executemany(self._sql, rows)
        self._rows = []


def stamp(at: dt.datetime) -> Any:
    """Return a UTC moment as the database takes it, once for all rows that need it."""
    return str(at.replace(tzinfo=None)) if connection.vendor == "sqlite" else at


def chunks(rows: Iterable[Any], size: int = BATCH_ROWS) -> Iterator[list[Any]]:
    """Yield the rows in lists of at most `size`."""
    rest = iter(rows)
    while some := list(itertools.islice(rest, size)):
        yield some


def update(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one UPDATE for many rows of parameters."""
    with connection.cursor() as cursor:
        for some in chunks(rows):
            cursor.executemany(sql, some)


def settle_keys(*types: type[models.Model]) -> None:
    """Let PostgreSQL's own numbering go on behind ours."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(types)):
            cursor.execute(statement)


@contextmanager
def hurried() -> Iterator[None]:
    """Let SQLite load without a flush at each commit: a load that is cut short is thrown away, not recovered."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-400000")
        cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.close()


def _top_key(model: type[models.Model]) -> int:
    """Return the highest key there is."""
    return int(model._default_manager.aggregate(top=models.Max("pk"))["top"] or 0)


def _stored(field: Any, value: Any) -> Any:
    """Return a value as the database takes it in a raw statement."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else "[]" if isinstance(value, list) else "{}"
    if value is None or isinstance(value, str | int):
        return value
    return field.get_db_prep_save(value, connection)
