"""One question to the live index costs the same however many persons there are: what is read and compared has a bound."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.people.identifying import identities_of_many
from patogh.people.models import Identity
from patogh.persons import limits
from patogh.persons.actions.indexing import keep_records
from patogh.persons.matching import facts, finding
from patogh.persons.models import MatchKey
from patogh.persons.resolving.fields import Record
from patogh.persons.resolving.forms import compared

pytestmark = pytest.mark.django_db

MARYAM = compared(
    Record("", "مریم", "محمدی", "1370/01/02", ("09131234567",), ("m@example.org",), "خیابان بهار", "۱۲", "", "تهران")
)
COMMON = compared(Record("", "علی", "محمدی", "", (), (), "", "", "", "تهران"))


def crowd(many, first=0):
    """So many persons who are all called Ali Mohammadi of Tehran, in the index."""
    rows = identities_of_many(
        [("order-email", f"a{number}@example.org", False) for number in range(first, first + many)]
    )
    persons = Identity.objects.filter(pk__in=rows.values()).values_list("person_id", flat=True)
    keys = finding.keys_for(COMMON)
    keep_records({person: (facts.as_json(COMMON), keys) for person in persons}, [])


def steps_of(statement, words):
    """How many instructions SQLite takes for a statement."""
    seen = [0]

    def one():
        seen[0] += 1

    connection.connection.set_progress_handler(one, 1)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, words)
            cursor.fetchall()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return seen[0]


def rows_read(statement, words):
    """How many rows PostgreSQL takes out of the index for a statement, and the ways it goes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of a test is so small that it is read whole
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", words)
        said = cursor.fetchone()[0]
    every, waiting = [], [(json.loads(said) if isinstance(said, str) else said)[0]["Plan"]]
    while waiting:
        every.append(waiting.pop())
        waiting += every[-1].get("Plans", [])
    index = [one for one in every if "Index" in one["Node Type"]]
    return (
        max(one["Actual Rows"] for one in index),
        {one["Node Type"] for one in index},
        {one["Index Name"] for one in index},
    )


def test_a_name_of_thousands_costs_no_more_than_one_of_sixty(brand):
    wanted = dict.fromkeys(finding.keys_for(COMMON), 60)
    crowd(70)
    if connection.vendor == "postgresql":
        crowd(230, 70)
        read, ways, names = rows_read(*finding.under(wanted))
        assert read <= 61 and ways <= {"Index Only Scan", "Index Scan"} and names == {"match_key_once"}
        return
    few = steps_of(*finding.under(wanted))
    crowd(230, 70)
    assert MatchKey.objects.count() == 300 * len(wanted)
    assert steps_of(*finding.under(wanted)) == few


def test_what_a_crowded_key_holds_does_not_leave_the_database(brand):
    crowd(70)
    statement, words = finding.under(dict.fromkeys(finding.keys_for(COMMON), 60))
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        assert {said for _, said in cursor.fetchall()} == {None}
    assert finding.match_record(COMMON) == []


def test_a_key_that_as_many_share_as_it_allows_is_still_asked(brand):
    crowd(30)
    assert len(finding.candidates(COMMON, None)) == 30


def test_of_many_under_full_keys_only_a_handful_is_compared(brand):
    crowd(50)
    assert len(finding.candidates(COMMON, None)) == limits.MATCH_CANDIDATES_MAX


def test_one_question_takes_two_statements_for_one_person_and_for_fifty(brand):
    finding.current_weights()
    counts = []
    for many, first in ((1, 0), (49, 1)):
        crowd(many, first)
        with CaptureQueriesContext(connection) as said:
            finding.match_record(COMMON)
        counts.append(len(said))
    assert counts == [2, 2]


def test_keys_are_read_from_their_index_alone_and_records_by_their_own_key(brand):
    if connection.vendor == "postgresql":
        crowd(3)
        _read, ways, names = rows_read(*finding.told([str(one) for one in finding.candidates(COMMON, None)]))
        assert ways <= {"Index Scan", "Bitmap Index Scan"} and names == {"persons_matchrecord_pkey"}
        return
    with connection.cursor() as cursor:
        for statement, words in (finding.under({7: 60}), finding.told(["a" * 32, "b" * 32])):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", words)
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
            assert "SCAN persons_" not in plan and "TEMP B-TREE" not in plan
            assert "persons_matchkey USING COVERING INDEX" in plan or "persons_matchrecord USING INDEX" in plan


def test_a_record_with_all_that_may_be_told_asks_under_a_bounded_number_of_keys(brand):
    phones = tuple(f"0913123{number:04}" for number in range(40))
    mails = tuple(f"m{number}@example.org" for number in range(40))
    record = compared(Record("", "مریم", "محمدی", "1370/01/02", phones, mails, "خیابان بهار", "۱۲", "", "تهران"))
    assert len(finding.keys_for(record)) == limits.MATCH_KEYS_MAX
    assert len(finding.keys_for(MARYAM)) < limits.MATCH_KEYS_MAX
