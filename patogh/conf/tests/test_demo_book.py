"""The demo's book: a year that anybody can verify, seen by witnesses of the story, with a poll that was recounted."""

import pytest

from patogh.hangout.models import PollRecord
from patogh.ledger import health
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import LogKey, SealedCheckpoint, Submission, Witness
from patogh.ledger.queries.book import latest_checkpoint
from patogh.ledger.queries.money import trial_balance
from patogh.ledger.queries.policy import reachable

KINDS = {
    "points.transfer.v1", "moderation.action.v1", "trial_balance.v1", "key.rotated.v1", "erasure.performed.v1", "poll.opened.v1",
    "ballot.v1", "ballot.opened.v1", "poll.result.v1", "policy.changed.v1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _with_database(small_demo, db):
    """Each test in a savepoint of its own."""


def test_the_book_has_a_year_of_every_kind_and_more_than_sixty_seals():
    assert set(Submission.objects.values_list("kind", flat=True)) >= KINDS
    assert SealedCheckpoint.objects.count() > 60
    assert sum(row.total for row in trial_balance()) == 0


def test_three_witnesses_saw_it_until_one_fell_silent():
    assert Witness.objects.count() == 3
    assert latest_checkpoint(witnessed=True).size < latest_checkpoint().size
    assert LogKey.objects.filter(state="active").count() == 1 and LogKey.objects.count() == 2


def test_the_sealed_poll_was_counted_and_its_result_witnessed():
    poll = PollRecord.objects.get(is_sealed=True)
    assert (poll.phase, poll.roll_size, sum(poll.counts)) == ("final", 40, poll.opened_count)
    assert PollRecord.objects.get(is_sealed=False).phase == "vote"


def test_what_comes_later_is_sealed_and_waits_without_any_alarm():
    append_waiting()
    row = seal()
    assert (row.witnessed_count, row.quorum_met) == (0, False)
    assert reachable() == [] and health.alarms() == []
