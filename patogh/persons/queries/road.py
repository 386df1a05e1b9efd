"""A person's road over all channels: one lane a kind of thing, read identity by identity along the road's own indexes.

Nothing is copied when persons are joined: the road of a person is the union of what her identities did, each walked newest first
on `activity_by_identity`; what stands in each lane is counted on `activity_by_identity_verb`, which holds all that is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from patogh.activity.models import Activity
from patogh.activity.registry import verbs
from patogh.kit.hooks import plugins
from patogh.kit.pages import BadCursor, Cursor, Page
from patogh.persons import limits
from patogh.persons.hookspecs import Group

OTHER: Final = "other"
RASTER_STEPS: Final = 300  # places that can be told apart on the picture; days that share one are one line
WALKS_MAX: Final = 100  # beyond so many identities one sorted statement is cheaper than a union of walks


@dataclass(frozen=True)
class Lane:
    """One lane as the page shows it: how much it holds, and where on the road (0 the first day, 1 today)."""

    key: str
    title: str
    icon: str
    pin: str
    count: int
    places: tuple[float, ...]

    def strokes(self, y: int, width: int = 500, height: int = 14) -> str:
        """Return the lines of its days as the path of a picture: one string, since a long road has hundreds."""
        return "".join(f"M{2 + place * (width - 4):.0f} {y}v{height}" for place in self.places)


@dataclass(frozen=True)
class Raster:
    """All lanes between two moments."""

    lanes: list[Lane]
    count: int
    first: dt.datetime | None
    last: dt.datetime | None


def groups() -> list[Group]:
    """Return every lane that a room offers, each key once, in the order of the rooms."""
    found: dict[str, Group] = {}
    for some in plugins.hook.road_groups():
        for one in some:
            found.setdefault(one.key, one)
    return list(found.values())


def lane_of(verb: str, among: Sequence[Group]) -> str:
    """Return the key of the lane of a verb: the first that names it, or OTHER."""
    return next((one.key for one in among if any(fnmatchcase(verb, name) for name in one.verbs)), OTHER)


def verbs_of(lane: str) -> list[str]:
    """Return the registered verbs of a lane; raises LookupError for one that nobody offers."""
    among = groups()
    if lane != OTHER and lane not in {one.key for one in among}:
        raise LookupError(lane)
    return [name for name in verbs() if lane_of(name, among) == lane]


def road(identities: Sequence[int], *, lane: str = "", after: str | None = None) -> Page[Activity]:
    """Return one page of what these identities did, the newest first; raises BadCursor, LookupError. Two statements."""
    wanted = verbs_of(lane) if lane else []
    keys = _walk(identities, wanted, _beyond(after), limits.ROAD_PAGE_ROWS + 1) if identities else []
    found = Activity.objects.in_bulk([key for key, _at in keys])
    rows = [found[key] for key, _at in keys if key in found]
    page = rows[: limits.ROAD_PAGE_ROWS]
    more = Cursor(page[-1].happened_at, str(page[-1].pk)).encode() if len(rows) > len(page) else None
    return Page(page, more)


def raster(identities: Sequence[int], language: str, now: dt.datetime) -> Raster:
    """Return the lanes of a person with their counts and the days on which something happened; one statement."""
    among = groups()
    counts: dict[str, int] = {}
    days: dict[str, set[str]] = {}
    lane_by_verb: dict[str, str] = {}
    for verb, day, count in _days(identities):
        key = lane_by_verb.get(verb) or lane_by_verb.setdefault(verb, lane_of(verb, among))
        counts[key] = counts.get(key, 0) + count
        days.setdefault(key, set()).add(day)
    if not counts:
        return Raster([], 0, None, None)
    dates = {day: dt.date.fromisoformat(day) for day in set().union(*days.values())}
    first, last = min(dates.values()), max(now.date(), *dates.values())
    length = max(1, (last - first).days)
    place = {day: round((date - first).days / length * RASTER_STEPS) / RASTER_STEPS for day, date in dates.items()}
    named = [(one.key, one.fa if language == "fa" else one.en, one.icon, one.pin) for one in among]
    named.append((OTHER, str(_("other")), "hash", "other"))
    lanes = [
        Lane(key, title, icon, pin, counts[key], tuple(sorted({place[day] for day in days[key]})))
        for key, title, icon, pin in named
        if key in counts
    ]
    return Raster(lanes, sum(counts.values()), _moment(first), _moment(last))


def _walk(
    identities: Sequence[int], wanted: Sequence[str], beyond: tuple[dt.datetime, UUID] | None, rows: int
) -> list[tuple[UUID, dt.datetime]]:
    """Return the keys of the newest activities: the best of each identity's own walk, merged by the database."""
    table, parts, given = connection.ops.quote_name(Activity._meta.db_table), [], []  # noqa: SLF001 - how Django names its tables
    walks = [[one] for one in identities] if len(identities) <= WALKS_MAX else [list(identities)]
    for some in walks:
        where, values = [f"identity_id IN ({', '.join(['%s'] * len(some))})"], list[Any](some)
        if beyond is not None:
            where.append("(happened_at, id) < (%s, %s)")
            values += [_stored(beyond[0]), _key(beyond[1])]
        if wanted:
            where.append(f"verb IN ({', '.join(['%s'] * len(wanted))})")
            values += list(wanted)
        parts.append(
            f"SELECT * FROM (SELECT id, happened_at FROM {table} WHERE {' AND '.join(where)} "  # noqa: S608 - names of ours, values apart
            f"ORDER BY happened_at DESC, id DESC LIMIT {int(rows)}) AS walked"
        )
        given += values
    sql = f"{' UNION ALL '.join(parts)} ORDER BY happened_at DESC, id DESC LIMIT {int(rows)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [(UUID(str(key)), at) for key, at in cursor.fetchall()]


def _days(identities: Sequence[int]) -> Iterable[tuple[str, str, int]]:
    """Yield verb, day (UTC, ISO) and how often, for all that these identities did."""
    if not identities:
        return
    table = connection.ops.quote_name(Activity._meta.db_table)  # noqa: SLF001 - the same
    is_sqlite = connection.vendor == "sqlite"
    day = "substr(happened_at, 1, 10)" if is_sqlite else "to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    marks = ", ".join(["%s"] * len(identities))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT verb, {day}, count(*) FROM {table} WHERE identity_id IN ({marks}) GROUP BY 1, 2",  # noqa: S608 - the same
            list(identities),
        )
        yield from cursor.fetchall()


def _beyond(after: str | None) -> tuple[dt.datetime, UUID] | None:
    if not after:
        return None
    cursor = Cursor.decode(after)
    try:
        if not isinstance(cursor.value, dt.datetime):
            raise BadCursor
        return cursor.value, UUID(str(cursor.id))
    except ValueError as error:
        raise BadCursor from error


def _stored(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _key(key: UUID) -> Any:
    return key if connection.features.has_native_uuid_field else key.hex


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
