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
from patogh.segments.actions.touching import touch_persons
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.models import DueMoment, Membership, Touched
from patogh.segments.rules.reading import parse

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
RULES = (
    "asked >= 2 within 90 days and ordered never",
    "event(checkout)[total >= 100] >= 1 within 30 days",
    "has(email, verified) and not replied within 180 days",
    "trait(plan) = pro and asked ever",
    "consent(offers, mail) and asked ever",
)
BIG = ("activity_activity", "people_identity", "persons_trait", "people_consent", "people_person")


def plan_of(sql, params=()):
    """The steps of SQLite's plan, as it says them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]


def scans(queries):
    """The steps that read one of the big tables from end to end."""
    plans = [step for one in queries if one["sql"].startswith("SELECT") for step in plan_of(one["sql"], None)]
    return [step for step in plans if step.startswith("SCAN") and any(step.split()[1] == table for table in BIG)]


@pytest.fixture
def persons(brand):
    """Thirty persons with an address each."""
    keys = identities_of_many([("email", f"p{at}@example.org", True) for at in range(30)]).values()
    return list(Identity.objects.filter(pk__in=keys).values_list("person_id", flat=True))


def test_a_reading_from_end_to_end_is_seen(db):
    assert scans([{"sql": "SELECT COUNT(data) FROM activity_activity WHERE data LIKE '%a%'"}])


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_asked_of_some_persons_reads_none_of_the_others(persons, rule):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        verdicts(parse(rule), of_persons(persons, timezone.now()))
    assert scans(seen.captured_queries) == []


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
        assert index in rows.explain() and "TEMP B-TREE" not in rows.explain()


def test_following_one_who_was_touched_reads_none_of_the_others(make, persons):
    make(RULES[0])
    touch_persons(persons[:1])
    with CaptureQueriesContext(connection) as seen:
        follow_some()
    assert scans(seen.captured_queries) == [] and not Touched.objects.exists()
