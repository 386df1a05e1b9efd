"""Reads without ceremony: plain rows from our own SQL, and how to know that nothing was written since the last look.

SQLite says cheaply whether anybody, in any process, has committed since this connection last asked (`PRAGMA data_version`,
https://www.sqlite.org/pragma.html#pragma_data_version; changes of this very connection are counted by `total_changes`).
While nobody has, the same read gives the same rows, so within `calm_reads()` it is answered from memory. PostgreSQL has no
such sign: there every read is made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

Row = TypeVar("Row", bound=Model)
KEPT_READS_MAX: Final = 1024
INTEGER_MAX: Final = 2**63 - 1
SHELF_THINGS_MAX: Final = 2048


class _Calm(threading.local):
    """What this thread has read since the last commit of anybody."""

    active = False
    tide: Any = None
    kept: dict[tuple[str, tuple[Any, ...]], list[tuple[Any, ...]]]
    shelf: dict[Any, Any]

    def __init__(self) -> None:
        self.kept, self.shelf = {}, {}


_calm = _Calm()
_marked: dict[str, str] = {}


@contextmanager
def calm_reads() -> Iterator[None]:
    """Answer the reads inside from memory as long as nobody has written since they were made."""
    tide = _tide()
    if tide is None or tide != _calm.tide:
        _calm.kept.clear()
        _calm.shelf.clear()
        _calm.tide = tide
    _calm.active = tide is not None
    try:
        yield
    finally:
        _calm.active = False


def shelf() -> dict[Any, Any] | None:
    """Return what this thread made of its reads, empty again after anybody's next commit; None where no sign tells of it."""
    if not _calm.active:
        return None
    if len(_calm.shelf) >= SHELF_THINGS_MAX:
        _calm.shelf.clear()
    return _calm.shelf


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one read of ours (values travel as parameters, `%s`) and return its rows as they come from the database."""
    if any(isinstance(one, int) and one > INTEGER_MAX for one in params):
        return []  # no row of ours has such a number, and SQLite would fall over it
    if not _calm.active:
        return _read(sql, params)
    key = (sql, tuple(params))
    found = _calm.kept.get(key)
    if found is None:
        found = _read(sql, params)
        if len(_calm.kept) >= KEPT_READS_MAX:
            _calm.kept.clear()
        _calm.kept[key] = found
    return found


def by_key(model: type[Row], key: object) -> Row | None:
    """Return the row that `objects.get(pk=key)` gives, by a statement that is put together once; None where there is none."""
    found = rows(_by_key(model), (model._meta.pk.to_python(key),))  # noqa: SLF001 - Django's documented API
    return made_of(model, found[0]) if found else None


def columns(model: type[Model], table: str = "") -> str:
    """Return a model's columns for a statement of ours, of a table by this name, in the order that `made_of` reads them in."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = [quoted(str(field.column)) for field in model._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    return ", ".join(f"{quoted(table)}.{name}" if table else name for name in names)


def made_of(model: type[Row], raw: Sequence[Any]) -> Row:
    """Return a row of a model from its raw columns."""
    names, converters = _reading(model, connections[DEFAULT_DB_ALIAS].vendor)
    values = list(raw)
    for place, convert in converters:
        values[place] = convert(values[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@cache
def _by_key(model: type[Model]) -> str:
    """Return a model's SELECT by its key."""
    meta, quoted = model._meta, connections[DEFAULT_DB_ALIAS].ops.quote_name  # noqa: SLF001
    return f"SELECT {columns(model)} FROM {quoted(meta.db_table)} WHERE {quoted(str(meta.pk.column))} = %s"  # noqa: S608 - our own names


@cache
def _reading(model: type[Model], _vendor: str) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """Return a model's names of columns, and what turns raw columns into Python's values."""
    connection, fields = connections[DEFAULT_DB_ALIAS], model._meta.concrete_fields  # noqa: SLF001
    placed = enumerate(field.get_col(model._meta.db_table) for field in fields)  # noqa: SLF001
    converters = [
        (place, _converter(convert, column))
        for place, column in placed
        for convert in [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    ]
    return [field.attname for field in fields], converters


def _converter(convert: Callable[..., Any], column: Any) -> Callable[[Any], Any]:
    """Return one of Django's converters as a function of the value alone."""
    return lambda value: convert(value, column, connections[DEFAULT_DB_ALIAS])


def utc(value: Any) -> datetime:
    """Return a raw column as an aware moment: SQLite hands text or naive UTC, PostgreSQL an aware moment."""
    moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    connection = connections[DEFAULT_DB_ALIAS]
    raw = connection.connection
    if connection.vendor != "sqlite" or raw is None or connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    marked = _marked.get(sql)
    if marked is None:
        marked = (
            _marked.setdefault(sql, sql.replace("%s", "?")) if len(_marked) < KEPT_READS_MAX else sql.replace("%s", "?")
        )
    with connection.wrap_database_errors:
        found: list[tuple[Any, ...]] = raw.execute(marked, tuple(params)).fetchall()
    return found


def _tide() -> Any:
    """Return what changes whenever anything is committed, or None where the database does not say."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return None
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors:
        return (id(raw), raw.execute("PRAGMA data_version").fetchone()[0], raw.total_changes)
