"""The road of a person: every identity's, merged newest first, in lanes, with plans that do not sort the house."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.activity.bulk import insert_objects
from patogh.activity.models import Activity
from patogh.kit.pages import BadCursor
from patogh.people.models import Identity
from patogh.persons.queries import road

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def lived(identity: int, verb: str, count: int, *, every_h: int = 7, **more) -> list[Activity]:
    """Make that many activities of an identity, one every so many hours before now."""
    rows = [
        Activity(
            **{"subject_kind": "x", "subject_id": str(n), **more}, verb=verb, identity_id=identity, audience="staff", channel="web",
            happened_at=NOW - dt.timedelta(hours=every_h * n), recorded_at=timezone.now(), data={},
        )
        for n in range(count)
    ]  # fmt: skip
    insert_objects(rows)
    return rows


@pytest.fixture
def three(db):
    """Three identities of one person with 26 activities between them."""
    keys = [Identity.objects.create(kind="email", value=f"m{n}@example.org").pk for n in range(3)]
    lived(keys[0], "people.member_followed", 12)
    lived(keys[1], "persons.event_tracked", 9, every_h=5)
    lived(keys[2], "persons.page_viewed", 5, every_h=11)
    return keys


def test_the_road_is_the_union_of_all_identities_newest_first(three):
    first = road.road(three)
    second = road.road(three, after=first.next)
    told = [(one.happened_at, one.pk) for one in [*first, *second]]
    assert len(first) == 20 and len(told) == len(set(told)) == 26
    assert told == sorted(told, reverse=True) and second.next is None


def test_a_lane_holds_its_verbs_only(three):
    assert {one.verb for one in road.road(three, lane="events")} == {"persons.event_tracked", "persons.page_viewed"}
    with pytest.raises(LookupError):
        road.road(three, lane="nobody's")


def test_lanes_are_counted_and_placed_between_the_first_day_and_today(three):
    found = road.raster(three, "fa", NOW)
    events = next(lane for lane in found.lanes if lane.key == "events")
    assert found.count == 26 and events.count == 14
    assert all(0 <= place <= 1 for lane in found.lanes for place in lane.places)
    assert max(events.places) == 1.0


def test_somebody_without_a_road_has_an_empty_one(db):
    assert road.road([]).items == [] and road.raster([], "en", NOW).first is None


@pytest.mark.parametrize("cursor", ["x", "WzEsMiwwXQ", "%00", "W251bGwsMSwxXQ"])
def test_a_broken_cursor_is_refused(three, cursor):
    with pytest.raises(BadCursor):
        road.road(three, after=cursor)


def test_a_long_road_costs_what_a_short_one_does(three):
    with CaptureQueriesContext(
        connection,
    ) as short:
        road.road(three), road.raster(three, "fa", NOW)
    lived(three[0], "persons.event_tracked", 300, every_h=1)
    with CaptureQueriesContext(connection) as long:
        road.road(three), road.raster(three, "fa", NOW)
    assert len(long) == len(short) == 3


def test_both_statements_walk_indexes_of_the_road(three):
    with CaptureQueriesContext(connection) as asked:
        road.road(three), road.raster(three, "fa", NOW)
    for sql in (asked[0]["sql"], asked[2]["sql"]):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
            plan = "\n".join(str(row) for row in cursor.fetchall())
        if connection.vendor == "sqlite":
            assert "activity_by_identity" in plan and "SCAN activity_activity" not in plan, plan


def test_somebody_with_more_identities_than_walks_still_has_one_road(db, monkeypatch):
    monkeypatch.setattr(road, "WALKS_MAX", 2)
    keys = [Identity.objects.create(kind="email", value=f"n{n}@example.org").pk for n in range(3)]
    for key in keys:
        lived(key, "persons.event_tracked", 4)
    assert len(road.road(keys)) == 12
