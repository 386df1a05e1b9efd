"""Writing the rows of a neutral folder: a batch of one sheet is one transaction, with the marks that say what came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import DateTimeField, Model
from django.utils import timezone

from patogh.activity import upkeep
from patogh.hangout.importing.actions.rows import _chunks
from patogh.hangout.models import ImportedThing

_VARIABLES_MAX: Final = 20_000


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
    for place in new:
        came_here = _put(model, fields, [rows[place][1:]])
        got[place] = came_here[0][0] if came_here else None
    mark([(*marks[place], pk) for place, pk in enumerate(got) if pk is not None])
    return got


@upkeep
def mark(rows: list[tuple[str, str, str, str, int]]) -> None:
    """Remember what came from which row: (source, kind, key, digest, number here)."""
    ImportedThing.objects.bulk_create(
        [
            ImportedThing(source=source, kind=kind, key=key, digest=digest, thing_id=pk)
            for source, kind, key, digest, pk in rows
        ],
        ignore_conflicts=True,
        batch_size=400,
    )


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
    with connection.cursor() as cursor:
        for start in range(0, len(every), step):
            some = every[start : start + step]
            places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(some))
            cursor.execute(
                f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {places} ON CONFLICT DO NOTHING RETURNING {pk}",  # noqa: S608
                [_prepared(column, value) for row in some for column, value in zip(columns, row, strict=True)],
            )
            got += cursor.fetchall()
    return got


def known(source: str, kind: str, keys: Iterable[str]) -> dict[str, ImportedThing]:
    """Return what came of these keys, by key."""
    return {
        thing.key: thing
        for some in _chunks(set(keys))
        for thing in ImportedThing.objects.filter(source=source, kind=kind, key__in=some)
    }


def _prepared(column: Any, value: Any) -> Any:
    """Return a value as the database takes it; one that is missing is the column's default, or now."""
    if value is None and not column.null:
        value = column.get_default() if column.has_default() else ("" if column.empty_strings_allowed else value)
        if value is None and isinstance(column, DateTimeField):
            value = timezone.now()
    return column.get_db_prep_save(value, connection)


def _renumber(model: type[Model]) -> None:
    """Let PostgreSQL go on numbering behind the numbers that were kept; SQLite does by itself."""
    if connection.vendor == "postgresql":
        table, pk = model._meta.db_table, str(model._meta.pk.column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{pk}'), (SELECT max({pk}) FROM {table}))"  # noqa: S608
            )
