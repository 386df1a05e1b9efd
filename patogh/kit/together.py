"""Several statements of one transaction in one journey to the database.

Each journey to PostgreSQL costs both sides more than most of our statements themselves, and whoever holds a row's lock makes
others wait for all of them; so statements that need nothing of each other's answers travel together, as one text. SQLite has no
journey: there they run one after the other, past Django's cursors, which take as long as SQLite itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

KEPT_TEXTS_MAX = 1024


class Done(NamedTuple):
    """What a statement did: how many rows it touched, and the rows that it gives back."""

    touched: int
    rows: list[tuple[Any, ...]]


def together(*statements: tuple[str, Sequence[Any]]) -> list[Done]:
    """Run statements of ours in their order (values travel as parameters, `%s`, as the database takes them).

    An error of one is an error of all of them.
    """
    here = connections[DEFAULT_DB_ALIAS]  # not `connection`, which looks for it anew at each name
    raw = here.connection if here.vendor == "sqlite" else None
    if raw is not None and not (here.queries_logged or here.execute_wrappers):
        here.validate_no_broken_transaction()
        with here.wrap_database_errors:
            return [_done(raw.execute(_marked(sql), values)) for sql, values in statements]
    with here.cursor() as cursor:
        if here.vendor != "postgresql":
            return [_run(cursor, sql, values) for sql, values in statements]
        text = "; ".join(sql for sql, _ in statements)
        done = [_run(cursor, text, [value for _, values in statements for value in values])]
        while cursor.nextset():
            done.append(_done(cursor))
        return done


@lru_cache(maxsize=KEPT_TEXTS_MAX)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


def _run(cursor: Any, sql: str, values: Sequence[Any]) -> Done:
    cursor.execute(sql, values)
    return _done(cursor)


def _done(cursor: Any) -> Done:
    found = list(cursor.fetchall()) if cursor.description else []
    return Done(cursor.rowcount, found)
