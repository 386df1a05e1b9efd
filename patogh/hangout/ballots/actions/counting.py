"""After the vote: close, open the seals in batches, count, and call the result final once witnesses have seen it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.hangout.ballots import errors
from patogh.hangout.ballots.actions.casting import _open
from patogh.hangout.ballots.actions.recording import _enter, _locked, _only_the_asker, _step
from patogh.hangout.ballots.queries import submission_of
from patogh.hangout.ballots.terms import OPENINGS_A_BATCH, OPENINGS_WAIT_S
from patogh.hangout.models import Ballot, Poll, PollRecord
from patogh.ledger.errors import NotWitnessedYet
from patogh.ledger.queries.book import require_witnessed
from patogh.people.models import Member

AT_ONCE_MAX = 100


@action
def close_poll(poll: Poll, *, by: Member) -> PollRecord:
    """End a vote now. Raises NotForYou or VotingHasNotBegun."""
    row = _locked(poll.pk, is_sealed=False, is_open=False)
    _only_the_asker(row, by)
    if row.phase == "enrol":
        raise errors.VotingHasNotBegun
    if row.phase != "vote":
        return unchanged(row)
    topic = row.poll.topic
    _close(row, "hand")
    record("hangout.poll_closed", by=by, subject=topic, audience=topic.space.audience, data={"poll": row.poll_id})
    return row


def close_due(now: dt.datetime) -> int:
    """End the votes whose time is over; returns how many."""
    due = PollRecord.objects.filter(phase="vote", poll__closes_at__lte=now).values_list("poll_id", flat=True)
    return sum(_close_one(poll_id) for poll_id in due[:AT_ONCE_MAX])


@upkeep
def _close_one(poll_id: int) -> int:
    """End one vote by the clock, unless somebody was faster."""
    row = _locked(poll_id, is_sealed=False, is_open=False)
    if row.phase != "vote":
        return 0
    _close(row, "time")
    return 1


def _close(row: PollRecord, why: str) -> None:
    """Have the close entered; a simple poll has its result at once."""
    now = timezone.now()
    if row.poll.closes_at is None or row.poll.closes_at > now:
        Poll.objects.filter(pk=row.poll_id).update(closes_at=now)
    ballots = row.ballots_count if row.is_sealed else row.poll.voters_count
    _enter(row, "poll.closed.v1", "closed", ballots=ballots, why=why)
    _step(row, "opening", closed_at=now)
    if not row.is_sealed:
        counts = list(row.poll.options.order_by("position").values_list("votes_count", flat=True))
        _count(row, counts, ballots, ballots)


@upkeep
def open_some(poll_id: int) -> int:
    """Open a batch of seals whose openings we keep, in the order of the keys, not of the votes; returns how many."""
    row = _locked(poll_id, is_open=False)
    if row.phase != "opening":
        return 0
    kept = Ballot.objects.filter(record=row, opened_at=None).exclude(nonce="").select_related("elector")
    some = list(kept.order_by("elector__key")[:OPENINGS_A_BATCH])
    for ballot in some:
        _open(row, ballot)
    return len(some)


def count_due(now: dt.datetime) -> int:
    """Count the polls whose seals are open, or waited for long enough; returns how many."""
    rows = PollRecord.objects.filter(phase="opening").values_list("poll_id", flat=True)
    return sum(_count_one(poll_id, now) for poll_id in rows[:AT_ONCE_MAX])


@upkeep
def _count_one(poll_id: int, now: dt.datetime) -> int:
    """Count one poll: no seal that could still be opened may be left."""
    row = _locked(poll_id, is_open=False)
    left = Ballot.objects.filter(record=row, opened_at=None)
    is_early = row.closed_at is not None and row.closed_at > now - dt.timedelta(seconds=OPENINGS_WAIT_S)
    if row.phase != "opening" or left.exclude(nonce="").exists() or (is_early and left.exists()):
        return 0
    chosen = Counter(Ballot.objects.filter(record=row).exclude(opened_at=None).values_list("choice", flat=True))
    _count(row, [chosen[at] for at in range(row.poll.options.count())], row.ballots_count, sum(chosen.values()))
    return 1


def _count(row: PollRecord, counts: list[int], ballots: int, opened: int) -> None:
    """Have the result entered; it is shown as final only when witnesses have seen it."""
    _enter(row, "poll.result.v1", "result", counts=counts, ballots=ballots, opened=opened, unopened=ballots - opened)
    _step(row, "counted", counts=counts, counted_at=timezone.now())


def finish_due() -> int:
    """Call the results final that enough witnesses have seen; returns how many. The others wait: results fail closed."""
    rows = PollRecord.objects.filter(phase="counted").values_list("poll_id", "ref")
    return sum(_finish_one(poll_id) for poll_id, ref in rows[:AT_ONCE_MAX] if _is_witnessed(ref))


def _is_witnessed(ref: str) -> bool:
    """Whether enough witnesses have seen a result."""
    try:
        require_witnessed(submission_of(ref, "result"))
    except NotWitnessedYet:
        return False
    return True


@upkeep
def _finish_one(poll_id: int) -> int:
    """Call one result final, unless somebody was faster."""
    row = _locked(poll_id, is_sealed=False, is_open=False)
    if row.phase != "counted":
        return 0
    _step(row, "final")
    return 1
