"""Many at once: the sequencer loses nothing, gives no leaf twice, and a row that commits late is not forgotten."""

import threading

import pytest
from django.db import connection, connections, transaction

from patogh.activity.models import ErasureDoor
from patogh.kit.tlog import tiles
from patogh.kit.tlog.tree import leaf_hash, root_of
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import LogBundle, LogHead, Submission
from patogh.ledger.queries.tiles import root_at
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hands(request, settings, tmp_path):
    """A database that threads write at once: a file behind the group door, or PostgreSQL with real transactions."""
    settings.DATA, settings.BOOK_ORIGIN = tmp_path, "test.example/book"
    if connection.vendor == "sqlite":
        yield request.getfixturevalue("busy_house")
    else:
        yield
        ErasureDoor.objects.create()  # the database is emptied afterwards, the log too


def fact(number):
    """Enter one fact."""
    return enter("idea.withdrawn.v1", {"idea": number + 1}, key=f"at_once:{number}")


def whole():
    """Return the leaves that were given, once the tree over the entries is the one of the head."""
    head = LogHead.objects.get()
    rows = LogBundle.objects.order_by("number")
    entries = [entry for row in rows for entry in tiles.entries_of(bytes(row.body))]
    assert (len(entries), root_at(head.pk, head.size)) == (head.size, root_of([leaf_hash(one) for one in entries]))
    return sorted(Submission.objects.filter(state="sequenced").values_list("leaf", flat=True))


def test_writers_and_sequencers_at_once_leave_one_unbroken_log(hands, at_once):
    calls = [lambda n=n: fact(n) for n in range(24)] + [lambda: append_waiting(limit=5)] * 8
    assert not [one for one in at_once(calls) if isinstance(one, Exception)]
    while append_waiting():
        pass
    assert whole() == list(range(24))


def test_one_key_entered_by_many_at_once_is_one_entry(hands, at_once):
    made = at_once([lambda: fact(1)] * 8)
    assert {one.pk for one in made} == {Submission.objects.get().pk}


def test_a_row_that_commits_late_is_never_lost(hands):
    early, committed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            fact(0)
            early.set()
            committed.wait(20)
        connections.close_all()

    if connection.vendor == "postgresql":  # two real connections: the earlier row commits after the later one
        thread = threading.Thread(target=slow)
        thread.start()
        assert early.wait(20)
        fact(1)
        assert append_waiting() == 1
        committed.set()
        thread.join()
    else:  # one writer at a time: an older id may still come later, from another process
        fact(0)
        fact(1)
        assert append_waiting(limit=1) == 1
    assert append_waiting() == 1
    assert whole() == [0, 1]
