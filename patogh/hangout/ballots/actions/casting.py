"""The vote itself: a ballot sealed and signed by the browser, and the opening that only the browser kept."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import stamps
from patogh.hangout.ballots import errors
from patogh.hangout.ballots.actions.recording import _enter, _locked
from patogh.hangout.ballots.terms import Vote
from patogh.hangout.errors import PollIsOver
from patogh.hangout.models import Ballot, Elector, Poll, PollRecord
from patogh.kit import ballots
from patogh.people.models import Member
from patogh.trust.queries import check_may_write


@action
def cast_ballot(poll: Poll, vote: Vote, *, by: Member) -> Ballot:
    """Take a sealed vote: one for each key on the roll, final.

    The same ballot again changes nothing. Raises VotingHasNotBegun, PollIsOver, NotOnTheRoll, AlreadyVoted, BadSeal,
    TopicIsClosed, NotSealed, Silenced or Suspended.
    """
    check_may_write(by)
    row, now = _locked(poll.pk), timezone.now()
    if row.phase == "enrol":
        raise errors.VotingHasNotBegun
    if row.phase != "vote" or (row.poll.closes_at is not None and row.poll.closes_at <= now):
        raise PollIsOver
    elector = Elector.objects.filter(record=row, key=vote.voter, member=by).first()
    if elector is None:
        raise errors.NotOnTheRoll
    held = Ballot.objects.filter(elector=elector).first()
    if held is not None and (held.seal, held.signature) == (vote.seal, vote.signature):
        return unchanged(held)
    if held is not None:
        raise errors.AlreadyVoted
    _check_vote(row, vote)
    ballot = Ballot.objects.create(
        elector=elector, record=row, seal=vote.seal, signature=vote.signature, choice=vote.choice, nonce=vote.nonce, cast_at=now
    )  # fmt: skip
    _enter(row, "ballot.v1", f"b:{vote.voter}", owner=by, voter=vote.voter, seal=vote.seal, sig=vote.signature)
    PollRecord.objects.filter(pk=row.pk).update(ballots_count=F("ballots_count") + 1)
    topic = row.poll.topic
    stamps._touch_topic(topic.pk)
    stamps._tell(topic, "poll", poll=row.poll_id)
    record("hangout.ballot_cast", by=by, subject=topic, audience="staff", data={"poll": row.poll_id})
    return ballot


def _check_vote(row: PollRecord, vote: Vote) -> None:
    """Raise BadSeal unless the signature fits, and the seal fits what it came with."""
    if not ballots.is_signed(row.ref, vote.voter, vote.seal, vote.signature) or not _is_hash(vote.seal):
        raise errors.BadSeal
    if vote.choice is None and not vote.nonce:
        return
    if vote.choice is None or not fits(row, vote.seal, vote.choice, vote.nonce):
        raise errors.BadSeal


def fits(row: PollRecord, seal: str, choice: int, nonce: str) -> bool:
    """Whether a choice of this poll and a nonce open a seal."""
    if not 0 <= choice < row.poll.options.count():
        return False
    try:
        return ballots.seal_of(row.ref, choice, ballots.bytes_of(nonce, ballots.NONCE_BYTES)) == seal
    except ValueError:
        return False


def _is_hash(text: str) -> bool:
    """Whether this is a SHA-256 in hex."""
    try:
        return bool(ballots.bytes_of(text, 32))
    except ValueError:
        return False


@action
def open_own_seal(poll: Poll, choice: int, nonce: str, *, by: Member) -> Ballot:
    """Open a seal whose opening only the voter's browser kept. Raises NotCountingNow, NotOnTheRoll, AlreadyOpen or BadSeal."""
    row = _locked(poll.pk)
    if row.phase != "opening":
        raise errors.NotCountingNow
    ballot = Ballot.objects.select_related("elector").filter(record=row, elector__member=by).first()
    if ballot is None:
        raise errors.NotOnTheRoll
    if ballot.opened_at or ballot.nonce:
        raise errors.AlreadyOpen
    if not fits(row, ballot.seal, choice, nonce):
        raise errors.BadSeal
    ballot.choice, ballot.nonce = choice, nonce
    _open(row, ballot)
    topic = row.poll.topic
    record("hangout.ballot_opened", by=by, subject=topic, audience="staff", data={"poll": row.poll_id})
    return ballot


def _open(row: PollRecord, ballot: Ballot) -> None:
    """Have the opening of one seal entered, and count it as open."""
    voter = ballot.elector.key
    _enter(row, "ballot.opened.v1", f"o:{voter}", voter=voter, choice=ballot.choice, r=ballot.nonce)
    ballot.opened_at = timezone.now()
    Ballot.objects.filter(pk=ballot.pk).update(choice=ballot.choice, nonce=ballot.nonce, opened_at=ballot.opened_at)
    PollRecord.objects.filter(pk=row.pk).update(opened_count=F("opened_count") + 1)
