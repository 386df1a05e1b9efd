"""Writing the rows of a neutral folder: a batch of one sheet is one transaction, with the marks that say what came."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import BooleanField, CharField, DateTimeField, IntegerField, JSONField, Model, TextField
from django.utils import timezone

from patogh.activity import upkeep
from patogh.hangout.importing.actions.rows import _chunks
from patogh.hangout.models import ImportedThing

_VARIABLES_MAX: Final = 20_000
_PLAIN: Final = (CharField, TextField, IntegerField, BooleanField)  # whose values go to the database as they are


@upkeep
def load_rows(model: type[Model], fields: Sequence[str], rows: list[tuple[Any, ...]]) -> int:
    """Insert rows without names of their own; what a constraint says is there already stays. Return how many came."""
    return len(_put(model, fields, rows))


@upkeep
def load_named(
    model: type[Model], fields: Sequence[str], rows: list[tuple[Any, ...]], marks: list[tuple[str, str, str, str]]
) -> list[int | None]:
    """Insert rows (their first field is `pk`, None where the database numbers) and mark each as imported.

    `marks` are (source, kind, key, digest) of each row. Return the numbers they got, None for what a constraint refused.
    """
    got: list[int | None] = [None] * len(rows)
    kept = [place for place, row in enumerate(rows) if row[0] is not None]
    new = [place for place, row in enumerate(rows) if row[0] is None]
    came = {pk for (pk,) in _put(model, ["pk", *fields], [rows[place] for place in kept])}
    for place in kept:
        got[place] = rows[place][0] if rows[place][0] in came else None
    if kept:
        _renumber(model)
    for place, pk in zip(new, _put_unnumbered(model, fields, [rows[place][1:] for place in new]), strict=True):
        got[place] = pk
    mark([(*marks[place], pk) for place, pk in enumerate(got) if pk is not None])
    return got


@upkeep
def mark(rows: list[tuple[str, str, str, str, int]]) -> None:
    """Remember what came from which row: (source, kind, key, digest, number here)."""
    now = timezone.now()
    _put(ImportedThing, ("source", "kind", "key", "digest", "thing_id", "imported_at"), [(*row, now) for row in rows])


@upkeep
def mend(model: type[Model], field: str, pairs: list[tuple[int, Any]]) -> None:
    """Set one column of many rows: (number, value)."""
    column: Any = model._meta.get_field(field)
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(column.column))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {name} = %s WHERE id = %s",  # noqa: S608 - our own names
            [(column.get_db_prep_save(value, connection), pk) for pk, value in pairs],
        )


@upkeep
def mend_missing(model: type[Model], field: str, pairs: list[tuple[int, int]]) -> None:
    """Point rows that point nowhere yet: (number, number pointed at)."""
    column: Any = model._meta.get_field(field)
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(column.column))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {name} = %s WHERE id = %s AND {name} IS NULL",  # noqa: S608 - our own names
            [(there, here) for here, there in pairs if here != there],
        )


def _put(model: type[Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Insert rows as they are, times included; return the keys of those that no constraint refused, in order."""
    columns: list[Any] = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in fields]
    quote, every = connection.ops.quote_name, list(rows)
    names = ", ".join(quote(str(column.column)) for column in columns)
    pk = quote(str(model._meta.pk.column))
    step, got = max(1, _VARIABLES_MAX // len(columns)), []
    ready = [_preparer(column) for column in columns]
    with connection.cursor() as cursor:
        for start in range(0, len(every), step):
            some = every[start : start + step]
            places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(some))
            cursor.execute(
                f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places} ON CONFLICT DO NOTHING RETURNING {pk}",  # noqa: S608
                [prepare(value) for row in some for prepare, value in zip(ready, row, strict=True)],
            )
            got += cursor.fetchall()
    return got


def _put_unnumbered(model: type[Model], fields: Sequence[str], rows: list[tuple[Any, ...]]) -> list[int | None]:
    """Insert rows that the database numbers, all by one statement, or one by one where a constraint refuses some."""
    with transaction.atomic():
        keys = [pk for (pk,) in _put(model, fields, rows)]
        if len(keys) == len(rows):
            return list(keys)
        transaction.set_rollback(True)
    came = [_put(model, fields, [row]) for row in rows]
    return [one[0][0] if one else None for one in came]


def known(source: str, kind: str, keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return the number here and the digest of what came of these keys, by key."""
    return {
        key: (thing_id, digest)
        for some in _chunks(set(keys))
        for key, thing_id, digest in ImportedThing.objects.filter(source=source, kind=kind, key__in=some).values_list(
            "key", "thing_id", "digest"
        )
    }


def _preparer(column: Any) -> Callable[[Any], Any]:
    """Return how a value of a column becomes what the database takes; one that is missing is the default, or now."""
    plain = isinstance(getattr(column, "target_field", column), _PLAIN)
    convert: Callable[[Any], Any] = (lambda value: value) if plain else _converter_of(column)
    missing: Callable[[], Any] = lambda: None  # noqa: E731 - one of three
    if not column.null and column.has_default():
        missing = column.get_default
    elif not column.null and isinstance(column, DateTimeField):
        missing = timezone.now
    elif not column.null and column.empty_strings_allowed:
        missing = str
    return lambda value: convert(missing() if value is None else value)


def _converter_of(column: Any) -> Callable[[Any], Any]:
    """Return how a value of a column that is no plain one becomes what the database takes."""
    if isinstance(column, DateTimeField):
        adapt: Callable[[Any], Any] = connection.ops.adapt_datetimefield_value
        return lambda value: None if value is None else adapt(value)
    if isinstance(column, JSONField):
        return lambda value: None if value is None and column.null else json.dumps(value)
    return lambda value: column.get_db_prep_save(value, connection)


def _renumber(model: type[Model]) -> None:
    """Let PostgreSQL go on numbering behind the numbers that were kept; SQLite does by itself."""
    if connection.vendor == "postgresql":
        table, pk = model._meta.db_table, str(model._meta.pk.column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{pk}'), (SELECT max({pk}) FROM {table}))"  # noqa: S608
            )
