"""How often, or for how much, identities did something: one statement for some thousands of them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from patogh.kit.calendar import Viewer, day_bounds
from patogh.segments.asking.batch import chunks
from patogh.segments.rules.nodes import Did, Filter, Window
from patogh.segments.vocabulary import Word

_HOURS = {"days": 24, "hours": 1}
_SQL_OPS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ROAD = (
    "SELECT identity_id, COUNT(*), {total}, MIN(happened_at) FROM activity_activity "
    "WHERE identity_id IN ({marks}) AND verb IN ({verbs}){more} GROUP BY identity_id"
)
_TABLE = (
    "SELECT identity_id, COUNT(*), {total}, MIN(at) FROM ({rows}) AS happened "
    "WHERE identity_id IN ({marks}){more} GROUP BY identity_id"
)


class Tally(NamedTuple):
    """What an identity did: how often, the sum of the values (0 for what is not summed), and when first within the window."""

    times: int
    total: int
    first: dt.datetime


def span(window: Window, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return from when (included) to when (left out) a window reaches; days are those of the brand's zone."""
    if window.kind == "within":
        return now - length_of(window), None
    return _midnight(window.start), _midnight(window.end)


def length_of(window: Window) -> dt.timedelta:
    """Return how long a window of hours or days is; a day is 24 hours."""
    return dt.timedelta(hours=window.length * _HOURS[window.unit])


def tallies(word: Word, did: Did, keys: list[int], now: dt.datetime) -> dict[int, Tally]:
    """Return what those of these identities did who did anything in the window."""
    more, params = _narrowed(word, did, now)
    found: dict[int, Tally] = {}
    for some in chunks(keys):
        sql, head = statement(word, len(some), more)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*some, *head, *params])
            found.update({row[0]: Tally(row[1], int(row[2]), _moment(row[3])) for row in cursor.fetchall()})
    return found


def statement(word: Word, keys: int, more: str) -> tuple[str, list[Any]]:
    """Return the statement for so many identities, and its parameters behind their keys; where nothing is summed an index may do."""
    total = "COALESCE(SUM(value), 0)" if word.is_sum else "0"
    marks = ", ".join(["%s"] * keys)
    if word.rows:
        return _TABLE.format(total=total, rows=word.rows, marks=marks, more=more), []
    verbs = ", ".join(["%s"] * len(word.verbs))
    return _ROAD.format(total=total, marks=marks, verbs=verbs, more=more), list(word.verbs)


def _narrowed(word: Word, did: Did, now: dt.datetime) -> tuple[str, list[Any]]:
    """Return the rest of the WHERE and its parameters: the window, the money, what the data say."""
    at, unit = ("at", "unit") if word.rows else ("happened_at", "currency")
    parts, params = [""], []
    for mark, moment in zip((">=", "<"), span(did.window, now), strict=True):
        if moment is not None:
            parts.append(f"{at} {mark} %s")
            params.append(connection.ops.adapt_datetimefield_value(moment))
    if did.unit:
        parts.append(f"{unit} = %s")
        params.append(did.unit)
    wanted = [Filter(key, "=", value) for key, value in word.fixed]
    wanted += [Filter(word.name_key, "=", did.name)] if did.name else []
    for one, path in [*((f, (f.key,)) for f in wanted), *((f, (*word.inside, f.key)) for f in did.filters)]:
        sql, values = _said(one, path)
        parts.append(sql)
        params += values
    return " AND ".join(parts), params


def _said(one: Filter, path: tuple[str, ...]) -> tuple[str, list[Any]]:
    """Return the condition that the JSON of an activity says so at a path."""
    return _said_pg(one, list(path)) if connection.vendor == "postgresql" else _said_sqlite(one, path)


def _said_pg(one: Filter, path: list[str]) -> tuple[str, list[Any]]:
    if one.op in {"=", "!="}:
        return f"data #> %s {_SQL_OPS[one.op]} %s::jsonb", [path, json.dumps(one.value)]
    if one.op == "contains":
        return "data #>> %s ILIKE %s", [path, _like(str(one.value))]
    number = "CASE WHEN jsonb_typeof(data #> %s) = 'number' THEN (data #>> %s)::numeric END"
    return f"{number} {_SQL_OPS[one.op]} %s", [path, path, one.value]


def _said_sqlite(one: Filter, path: tuple[str, ...]) -> tuple[str, list[Any]]:
    place = "$" + "".join(f'."{key}"' for key in path)
    if one.op == "contains":
        return r"json_extract(data, %s) LIKE %s ESCAPE '\'", [place, _like(str(one.value))]
    if isinstance(one.value, bool):
        return f"json_type(data, %s) {_SQL_OPS[one.op]} %s", [place, "true" if one.value else "false"]
    kinds = "('text')" if isinstance(one.value, str) else "('integer', 'real')"
    if one.op == "!=":
        return f"(json_type(data, %s) NOT IN {kinds} OR json_extract(data, %s) <> %s)", [place, place, one.value]
    return f"json_type(data, %s) IN {kinds} AND json_extract(data, %s) {_SQL_OPS[one.op]} %s", [place, place, one.value]


def _like(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return day_bounds(day, Viewer(language="en", calendar="gregorian", zone=settings.BRAND_ZONE))[0] if day else None


def _moment(given: Any) -> dt.datetime:
    """Return a moment as Python has it: SQLite gives text."""
    moment = dt.datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
