"""The small seals beside decisions: on the public log and on one's own page, in one query however many rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.ledger.actions.sequencing import append_waiting
from patogh.trust import actions
from patogh.trust.models import ReviewItem
from patogh.trust.nouns import Ruling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, brand):
    """Keep the book of a test in a folder of its own."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"


def decided(things, member, flagger, moderator, count):
    """Have so many things of a member hidden, and the lines of that in the book."""
    for _ in range(count):
        subject = things.add(member)
        actions.flag(subject, "spam", by=flagger)
        item = ReviewItem.objects.get(subject_kind=subject.kind, subject_id=subject.id)
        actions.decide(item, Ruling("hide", "spam"), by=moderator)
    append_waiting()


def queries(client, path):
    """Return how many queries a page takes, and how many of them ask for lines of the book."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen), sum("ledger_submission" in one["sql"] for one in seen.captured_queries)


@pytest.mark.parametrize("path", ["/moderation", "/me/moderation"])
def test_each_decision_leads_to_its_line_in_one_query(path, signed_in, things, member, other_member, moderator):
    client = signed_in(member)
    decided(things, member, other_member, moderator, 1)
    few = queries(client, path)
    decided(things, member, other_member, moderator, 8)
    page = client.get(path).content.decode()
    assert page.count('class="book-link"') == 9
    assert (queries(client, path), few[1]) == (few, 1)


def test_a_decision_that_waits_for_its_line_shows_no_seal(stranger, things, member, other_member, moderator):
    subject = things.add(member)
    actions.flag(subject, "spam", by=other_member)
    item = ReviewItem.objects.get(subject_kind=subject.kind, subject_id=subject.id)
    actions.decide(item, Ruling("hide", "spam"), by=moderator)
    assert 'class="book-link"' not in stranger.get("/moderation").content.decode()
