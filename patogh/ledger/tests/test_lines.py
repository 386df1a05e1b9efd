"""Lines by kind and by subject: found by their indexes, never by reading the whole book."""

import pytest
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from patogh.ledger.actions import transfers
from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import LogHead, Submission
from patogh.ledger.queries import pages
from patogh.ledger.queries.book import current_log
from patogh.ledger.tests.sealed import sealed, written
from patogh.ledger.wanted import Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, brand):
    """Keep the book of a test in a folder of its own."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"


def planned(rows):
    """Return by what the database finds rows, as it would with many of them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE ledger_submission")
    return rows.explain()


def about(decision, number):
    """Enter one line about a decision."""
    subject = ("trust.decision", str(decision))
    return enter("idea.withdrawn.v1", {"idea": number}, key=f"about:{number}", subject=subject)


def test_a_rare_kind_is_found_behind_thousands_of_others_in_few_queries(monkeypatch):
    rare = [enter("idea.submitted.v1", {"idea": 1, "content": "0" * 64, "by": "1" * 64}, key="rare")]
    written(600)
    log = current_log()
    monkeypatch.setattr(pages, "BUNDLES_READ_MAX", 1)
    with CaptureQueriesContext(connection) as seen:
        found = pages.lines(log, kind="idea.submitted.v1")
    assert [line.index for line in found.items] == [Submission.objects.get(pk=rare[0].pk).leaf]
    assert (found.older, len(seen)) == (None, 2)


def test_a_page_of_one_kind_that_lies_far_apart_goes_on_where_it_stopped(monkeypatch):
    for at in range(3):
        enter("idea.submitted.v1", {"idea": at + 1, "content": "0" * 64, "by": "1" * 64}, key=f"rare:{at}")
        append_waiting()
        written(256)
    monkeypatch.setattr(pages, "BUNDLES_READ_MAX", 2)
    first = pages.lines(current_log(), kind="idea.submitted.v1")
    rest = pages.lines(current_log(), kind="idea.submitted.v1", below=first.older)
    assert [line.index for line in (*first.items, *rest.items)] == [514, 257, 0]
    assert rest.older is None


def test_lines_of_a_kind_and_of_subjects_are_found_by_an_index():
    log = LogHead(pk=1)
    by_kind = Submission.objects.filter(log=log, kind="ballot.v1", leaf__lt=9).order_by("-leaf").values_list("leaf")
    assert "ledger_submission_by_kind" in planned(by_kind)
    rows = Submission.objects.filter(subject_kind="trust.decision", subject_id__in=["1", "2"]).exclude(subject_kind="")
    assert "ledger_submission_subject" in planned(rows.values_list("subject_id").annotate(Max("leaf")))


def test_the_newest_line_of_each_subject_comes_in_one_query(django_assert_num_queries):
    for number, decision in enumerate((1, 1, 2), 1):
        about(decision, number)
    append_waiting()
    about(3, 9)
    with django_assert_num_queries(1):
        found = pages.lines_of_subjects("trust.decision", ["1", "2", "3", "4"])
    assert found == {"1": 1, "2": 2}


def test_a_line_of_a_log_that_was_closed_is_no_line_of_this_one():
    about(1, 1)
    append_waiting()
    LogHead.objects.update(state="closed")
    assert pages.lines_of_subjects("trust.decision", ["1"]) == {}


def test_the_trial_balance_that_is_shown_is_the_one_in_the_book(stranger, member):
    lines = [Line("issuance:pt", -15), Line(f"member:{member.pk}:pt", 15)]
    transfers.transfer("t:1", "grant", "pt", lines)
    enter_balances()
    append_waiting()
    transfers.transfer("t:2", "grant", "pt", lines)
    page = stranger.get("/book/balance").content.decode()
    assert "۱۵" in page
    assert "۳۰" not in page
    assert "در دفتر باز، سطر" in page
    with CaptureQueriesContext(connection) as seen:
        stranger.get("/book/balance")
    assert not any("ledger_account" in one["sql"] for one in seen.captured_queries)


def test_no_steps_are_given_to_a_size_that_nobody_signed(stranger, monkeypatch):
    written(3)
    sealed(monkeypatch)
    written(3)
    assert stranger.get("/book/log/consistency?from=1&to=3").status_code == 200
    assert stranger.get("/book/log/consistency?from=1&to=5").status_code == 404


def test_the_lines_of_one_subject_are_read_in_their_order_from_the_index():
    written(600)
    append_waiting()
    rows = Submission.objects.filter(subject_kind="hangout.poll", subject_id="1", log__isnull=False)
    plan = planned(rows.exclude(subject_kind="").order_by("log_id", "leaf")[:50])
    assert "ledger_submission_subject" in plan
    assert "TEMP B-TREE" not in plan
