"""Events become activities of identities, once each, in the time they happened."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.api.models import IntakeSample, IntakeTally
from patogh.people.models import Identity
from patogh.persons.models import Trait

TRACK = {
    "type": "track",
    "userId": "u-17",
    "event": "Asked for help",
    "properties": {"about": "ترمز"},
    "messageId": "m-1",
}


def test_a_track_call_is_one_activity_of_its_user(server):
    assert server.send("track", TRACK) == {"success": True, "accepted": 1, "duplicates": 0, "errors": []}
    row = Activity.objects.get(verb="persons.event_tracked")
    who = Identity.objects.get(pk=row.identity_id)
    assert (who.kind, who.value, who.verified_at) == ("segment-user", f"source-{server.source.pk}:u-17", None)
    assert row.data == {"event": "Asked for help", "properties": {"about": "ترمز"}, "source": "فروشگاه"}
    assert (row.source, row.key, row.audience, row.channel) == (f"intake:{server.source.pk}", "m-1", "staff", "intake")


@pytest.mark.parametrize(
    "call", ["identify", "track", "page", "screen", "group", "alias", "i", "t", "p", "g", "a", "s"]
)
def test_every_call_of_the_specification_is_taken(server, call):
    body = {
        "userId": "u-17",
        "anonymousId": "visitor-12345",
        "event": "Looked",
        "groupId": "team-a",
        "previousId": "u-16",
        "traits": {"plan": "pro"},
    }
    assert server.send(call, body)["accepted"] == 1


def test_a_batch_takes_all_calls_and_import_is_a_batch(server):
    calls = [
        {**TRACK, "messageId": None},
        {"type": "page", "anonymousId": "3f2b8c1e-6f0a-4c55-9d0e-7a1b2c3d4e5f", "name": "Home"},
        {"type": "identify", "userId": "u-17", "traits": {"plan": "pro"}},
    ]
    assert server.batch(*calls)["accepted"] == 3
    assert server.send("import", {"batch": calls})["accepted"] == 3
    assert Identity.objects.filter(kind="cookie", value="3f2b8c1e-6f0a-4c55-9d0e-7a1b2c3d4e5f").count() == 1


def test_the_same_message_counts_once_today_and_in_a_year(server):
    server.send("track", TRACK)
    assert server.batch(TRACK, {**TRACK, "event": "Something else"}, {**TRACK, "messageId": "m-2"}) == {
        "success": True, "accepted": 1, "duplicates": 2, "errors": [],
    }  # fmt: skip
    assert set(Activity.objects.filter(verb="persons.event_tracked").values_list("key", flat=True)) == {"m-1", "m-2"}
    assert Activity.objects.get(key="m-1").data["event"] == "Asked for help"


def test_two_sources_may_use_the_same_message_id(server, source_of):
    other = source_of(name="App")
    assert server.send("track", TRACK)["accepted"] == other.send("track", TRACK)["accepted"] == 1


def test_events_without_a_message_id_are_never_taken_for_one(server):
    bare = {key: value for key, value in TRACK.items() if key != "messageId"}
    assert server.batch(bare, bare)["accepted"] == 2


def test_traits_are_kept_with_their_newest_word(server):
    early, late = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"
    call = {"type": "identify", "userId": "u-17"}
    server.batch(
        {**call, "traits": {"plan": "pro", "address": {"city": "اصفهان"}}, "timestamp": late},
        {**call, "traits": {"plan": "free"}, "timestamp": early},
    )
    server.batch({**call, "traits": {"plan": "old"}, "timestamp": early})
    assert dict(Trait.objects.values_list("name", "value")) == {"plan": "pro", "address.city": "اصفهان"}


def test_the_road_names_traits_and_tells_none_of_their_values(server):
    server.send("identify", {"userId": "u-17", "traits": {"email": "mina@example.org"}})
    row = Activity.objects.get(verb="persons.traits_said")
    assert row.data["traits"] == ["email"] and "mina@" not in str(row.data)


@pytest.mark.parametrize(
    ("minutes_said", "minutes_sent", "minutes_ago", "warning"),
    [
        (-60, 0, 60, ""), (-60, None, 60, ""), (None, None, 0, ""),
        (60 * 24 * 365, 60 * 24 * 365 + 5, 5, ""), (-60 * 24 * 365 * 40, -60 * 24 * 365 * 40 + 5, 5, ""),
        (60 * 24, None, 0, "clock_ahead"), (-60 * 24 * 365 * 50, None, 0, "clock_absurd"), (-60 * 24 * 365, None, 60 * 24 * 365, ""),
        (0.5, None, 0, ""),
    ],
)  # fmt: skip
def test_a_wrong_clock_is_mended_by_when_the_message_was_sent(server, minutes_said, minutes_sent, minutes_ago, warning):
    now = timezone.now()
    body = {"userId": "u-17", "event": "Looked"}
    if minutes_said is not None:
        body["timestamp"] = (now + dt.timedelta(minutes=minutes_said)).isoformat()
    if minutes_sent is not None:
        body["sentAt"] = (now + dt.timedelta(minutes=minutes_sent)).isoformat()
    said = server.send("track", body)
    row = Activity.objects.get(verb="persons.event_tracked")
    assert abs(row.happened_at - (now - dt.timedelta(minutes=minutes_ago))) < dt.timedelta(seconds=20)
    assert [one["code"] for one in said.get("warnings", [])] == ([warning] if warning else [])


def test_a_context_is_kept_without_address_and_device(server):
    context = {
        "ip": "203.0.113.7",
        "userAgent": "Mozilla",
        "campaign": {"name": "nowruz"},
        "page": {"url": "https://a.example/", "evil": 1},
    }
    server.send("track", {**TRACK, "context": context})
    kept = Activity.objects.get(key="m-1").data["context"]
    assert kept == {"campaign": {"name": "nowruz"}, "page": {"url": "https://a.example/"}}


def test_too_many_events_of_one_profile_are_taken_and_flagged(server):
    at = "2026-11-01T10:00:00Z"
    said = server.batch(*({**TRACK, "messageId": f"m-{n}", "timestamp": at} for n in range(30)))
    assert said["accepted"] == 30
    assert [one["code"] for one in said["warnings"]] == ["profile_fast"] * 5


def test_outcomes_are_counted_and_a_few_events_are_kept_without_values(server):
    server.batch(TRACK, TRACK, {"type": "track", "event": "x", "properties": {"secret": "رازی"}})
    assert dict(IntakeTally.objects.values_list("outcome", "count")) == {"accepted": 1, "duplicate": 1, "id_missing": 1}
    server.batch(TRACK)
    assert IntakeTally.objects.get(outcome="duplicate").count == 2
    assert "رازی" not in str(list(IntakeSample.objects.values_list()))
    assert IntakeSample.objects.get(outcome="id_missing").shape.startswith("type: text(5)")


def test_a_batch_costs_the_same_statements_for_one_event_and_for_thirty(server, django_assert_max_num_queries):
    def events(start, count):
        return [
            {"type": "track", "userId": f"u-{n}", "event": "Looked", "messageId": f"m-{n}"}
            for n in range(start, start + count)
        ]

    server.batch(*events(0, 1))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        server.batch(*events(100, 1))
    with CaptureQueriesContext(connection) as many:
        server.batch(*events(200, 30))
    assert len(many) <= len(few) + 1
