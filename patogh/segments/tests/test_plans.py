"""How the databases go about what segments ask: nothing that is asked often reads a table from end to end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patogh.people.identifying import identities_of_many
from patogh.people.models import Identity
from patogh.segments.actions.following import follow_some
from patogh.segments.actions.moving import note_moved, spread_some
from patogh.segments.actions.touching import touch_persons
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.estimating import _fitting, _next_size
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.models import DueMoment, Membership, Moved, Touched
from patogh.segments.rules.reading import parse
from patogh.segments.tasks import next_size

pytestmark = pytest.mark.django_db
RULES = (
    "asked >= 2 within 90 days and ordered never",
    "event(checkout)[total >= 100] >= 1 within 30 days",
    "has(email, verified) and not replied within 180 days",
    "trait(plan) = pro and asked ever",
    "consent(offers, mail) and asked ever",
    "follows_one_of(askers)",
    "brought_by(@mina) or brought_by(anyone)",
    "follows(@mina) and not followed_by(@mina)",
)
BIG = (
    "activity_activity", "people_identity", "persons_trait", "people_consent", "people_person", "people_member", "people_memberfollow",
    "segments_membership", "segments_duemoment", "shop_order", "shop_redemption",
)  # fmt: skip
ALIASES = ("follower", "tie", "followed", "who", "stay")  # what `relations.FOLLOWERS` calls them


def plan_of(sql, params=()):
    """The steps of the plan as the database says them; PostgreSQL reads a small table from end to end only where no index serves."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            return [row[0].strip().removeprefix("->").strip() for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]


def scans(queries):
    """The steps that read one of the big tables from end to end."""
    plans = [step for one in queries if one["sql"].startswith("SELECT") for step in plan_of(one["sql"], None)]
    whole = [step.replace("Seq Scan on", "SCAN") for step in plans if step.startswith(("SCAN", "Seq Scan on"))]
    return [step for step in whole if step.split()[1] in (*BIG, *ALIASES)]


@pytest.fixture
def persons(brand):
    """Thirty persons with an address each."""
    keys = identities_of_many([("email", f"p{at}@example.org", True) for at in range(30)]).values()
    return list(Identity.objects.filter(pk__in=keys).values_list("person_id", flat=True))


def test_a_reading_from_end_to_end_is_seen(db):
    assert scans([{"sql": "SELECT COUNT(data) FROM activity_activity WHERE verb LIKE '%a%'"}])


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_asked_of_some_persons_reads_none_of_the_others(persons, make, rule):
    make("asked ever", "askers")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        verdicts(parse(rule), of_persons(persons, timezone.now()))
    assert scans(seen.captured_queries) == []


@pytest.mark.parametrize("rule", ["replied >= 3 within 365 days", "opened never"])
def test_how_often_somebody_did_something_is_read_from_the_index_alone(persons, rule):
    with CaptureQueriesContext(connection) as seen:
        verdicts(parse(rule), of_persons(persons, timezone.now()))
    (counting,) = [one["sql"] for one in seen.captured_queries if "activity_activity" in one["sql"]]
    index = (
        "Index Only Scan using activity_by_identity_verb"
        if connection.vendor == "postgresql"
        else "COVERING INDEX activity_by_identity_verb"
    )
    assert any(index in step for step in plan_of(counting, None))


def test_a_rule_is_asked_of_thirty_in_as_many_statements_as_of_one(persons):
    counts = []
    for some in (persons[:1], persons):
        with CaptureQueriesContext(connection) as seen:
            verdicts(parse(RULES[0]), of_persons(some, timezone.now()))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_those_who_are_due_and_those_inside_are_found_by_their_index(make):
    segment = make(RULES[0])
    due = DueMoment.objects.filter(due_at__lte=timezone.now() + dt.timedelta(days=1)).order_by("due_at", "pk")[:10]
    inside = Membership.objects.filter(segment=segment, left_at=None).order_by("-pk")[:10]
    for rows, index in ((due, "due_moment_by_time"), (inside, "membership_by_segment")):
        plan_of("SELECT 1")
        assert index in rows.explain() and "TEMP B-TREE" not in rows.explain()


def test_following_one_who_was_touched_reads_none_of_the_others(make, persons):
    make(RULES[0])
    touch_persons(persons[:1])
    with CaptureQueriesContext(connection) as seen:
        follow_some()
    assert scans(seen.captured_queries) == [] and not Touched.objects.exists()


def test_a_sample_reads_none_of_those_who_were_not_drawn(persons):
    with CaptureQueriesContext(connection) as seen:
        _fitting(parse(RULES[0]), list(range(1, 20)), timezone.now())
    assert scans(seen.captured_queries) == []


def test_the_followers_of_somebody_are_found_by_their_index(persons):
    Moved.objects.create(person_id=persons[0])
    with CaptureQueriesContext(connection) as seen:
        note_moved(persons[:2])
        spread_some()
    assert scans(seen.captured_queries) == []


@pytest.mark.parametrize(
    ("spent_s", "drawn", "size"),
    [(0.01, 100, 100), (0.1, 100, 100), (0.1, 400, 400), (0.375, 600, 200), (0.45, 400, 0), (2.0, 100, 0), (0.0, 100, 100)],
)  # fmt: skip
def test_the_next_round_is_as_large_as_ends_in_time(spent_s, drawn, size):
    assert _next_size(spent_s, drawn) == size


@pytest.mark.parametrize(("size", "took_s", "after"), [(25, 0.01, 50), (250, 0.05, 250), (100, 0.2, 50), (25, 3.0, 25)])
def test_a_busy_machine_fills_in_short_steps(size, took_s, after):
    assert next_size(size, took_s) == after
