"""How much waits at the places around a page: one statement for all of them, and none where nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, Value

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from patogh.looks.hooks import NavItem

WAITING_MAX: Final = 100


def waiting(rows: QuerySet[Any], most: int = WAITING_MAX) -> QuerySet[Any, Any]:
    """Return what counts the rows that wait, up to `most`, for `NavItem.waiting`."""
    ones = rows.order_by().annotate(waits=Value(1, output_field=IntegerField()))
    counting: QuerySet[Any, Any] = ones.values("waits")[:most]
    return counting


def counted(*groups: Sequence[NavItem]) -> list[list[NavItem]]:
    """Return groups of places with their counts: what waits is asked once, however many places show it."""
    asks = [[_asked(item.waiting) for item in group] for group in groups]
    wanted = list(dict.fromkeys(ask for group in asks for ask in group if ask[0]))
    counts = dict(zip(wanted, _answers(wanted), strict=True))
    pairs = zip(groups, asks, strict=True)
    return [
        [made for item, ask in zip(*pair, strict=True) if (made := _with(item, counts.get(ask, 0)))] for pair in pairs
    ]


def _with(item: NavItem, count: int) -> NavItem | None:
    """Return a place with its count; None for one that stands only where something waits."""
    if item.only_waiting:
        return item if count else None
    return item if item.waiting is None else replace(item, count=count)


def _asked(rows: QuerySet[Any, Any] | None) -> tuple[str, tuple[Any, ...]]:
    """Return a question as its statement and parameters; an empty statement for one that can find nothing."""
    if rows is None:
        return "", ()
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(params)


def _answers(asks: list[tuple[str, tuple[Any, ...]]]) -> list[int]:
    if not asks:
        return []
    sums = [f"(SELECT COALESCE(SUM(waits), 0) FROM ({sql}) AS asked_{at})" for at, (sql, _) in enumerate(asks)]  # noqa: S608 - statements that Django wrote
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sums)}", [one for _, params in asks for one in params])
        return [int(one) for one in cursor.fetchone()]
