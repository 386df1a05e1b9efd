"""Before the vote: who may enrol, who did, and the moment in which the roll is fixed."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.hangout.actions import stamps
from patogh.hangout.ballots import errors
from patogh.hangout.ballots.actions.recording import _enter_opening, _locked, _only_the_asker
from patogh.hangout.ballots.terms import LEVEL_MAX, ROLL_KEYS_MAX, ROLL_KEYS_MIN, Terms
from patogh.hangout.models import Elector, Poll, PollRecord
from patogh.kit import ballots, calendar
from patogh.people.models import Member
from patogh.trust.queries import check_may_write, level_of


@action
def set_terms(poll: Poll, terms: Terms, *, by: Member) -> PollRecord:
    """Say who may vote and when. Raises NotForYou, BadTerms, TermsAreSet or NotSealed."""
    row = _locked(poll.pk)
    _only_the_asker(row, by)
    if row.phase != "enrol":
        raise errors.TermsAreSet
    _check(terms, timezone.now())
    until = terms.joined_before or row.joined_before
    is_same = (terms.level, until) == (row.level_min, row.joined_before)
    if not is_same and row.roll_size:
        raise errors.TermsAreSet
    PollRecord.objects.filter(pk=row.pk).update(level_min=terms.level, joined_before=until, starts_at=terms.starts_at)
    Poll.objects.filter(pk=row.poll_id).update(closes_at=terms.closes_at)
    topic = row.poll.topic
    stamps._touch_topic(topic.pk)
    record("hangout.poll_terms_set", by=by, subject=topic, audience="staff", data={"poll": row.poll_id})
    row.refresh_from_db()
    return row


def _check(terms: Terms, now: dt.datetime) -> None:
    """Raise BadTerms unless level and times make sense."""
    starts = terms.starts_at or now
    if not 0 <= terms.level <= LEVEL_MAX or (terms.starts_at and terms.starts_at <= now):
        raise errors.BadTerms
    if terms.closes_at is not None and terms.closes_at <= starts:
        raise errors.BadTerms(field="closes")


@action
def enrol(poll: Poll, key: str, *, by: Member) -> Elector:
    """Put a member's public key (hex) on the roll; once for each.

    Raises BadKey, NotEligible, EnrolmentIsOver, KeyTaken, RollIsFull, NotSealed, Silenced or Suspended.
    """
    check_may_write(by)
    row = _locked(poll.pk)
    if row.phase != "enrol":
        raise errors.EnrolmentIsOver
    _check_key(key)
    held = Elector.objects.filter(record=row).filter(Q(member=by) | Q(key=key)).first()
    if held is not None and held.member_id == by.pk and held.key == key:
        return unchanged(held)
    if held is not None:
        raise errors.KeyTaken
    check_eligible(row, by)
    if row.roll_size >= ROLL_KEYS_MAX:
        raise errors.RollIsFull(most=ROLL_KEYS_MAX, retry_after_s=3600)
    elector = Elector.objects.create(record=row, member=by, key=key, enrolled_at=timezone.now())
    PollRecord.objects.filter(pk=row.pk).update(roll_size=F("roll_size") + 1)
    topic = row.poll.topic
    stamps._touch_topic(topic.pk)
    # Staff only, as the ballot: who enrolled and voted when would tell which key, and so which choice, is theirs.
    record("hangout.poll_joined", by=by, subject=topic, audience="staff", data={"poll": row.poll_id})
    return elector


def check_eligible(row: PollRecord, by: Member) -> None:
    """Raise NotEligible where the poll's terms leave a member out."""
    is_late = row.joined_before is not None and by.joined_at >= row.joined_before
    if is_late or level_of(by) < row.level_min:
        moment = row.joined_before or timezone.now()
        raise errors.NotEligible(level=row.level_min, date=calendar.day_words(moment, by.viewer, year=True))


def _check_key(key: str) -> None:
    """Raise BadKey unless this can be an Ed25519 public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(ballots.bytes_of(key, ballots.KEY_BYTES))
    except ValueError as error:
        raise errors.BadKey from error


@action
def start_voting(poll: Poll, *, by: Member) -> PollRecord:
    """Fix the roll and let the vote begin. Raises NotForYou, RollIsShort, TermsAreSet or NotSealed."""
    row = _locked(poll.pk)
    _only_the_asker(row, by)
    if row.phase != "enrol":
        return unchanged(row)
    if row.roll_size < ROLL_KEYS_MIN:
        raise errors.RollIsShort
    topic = row.poll.topic
    _start(row)
    record("hangout.poll_started", by=by, subject=topic, audience=topic.space.audience, data={"poll": row.poll_id})
    return row


def start_due(now: dt.datetime) -> int:
    """Begin the votes whose time has come, or whose end has; returns how many."""
    due = PollRecord.objects.filter(phase="enrol").filter(Q(starts_at__lte=now) | Q(poll__closes_at__lte=now))
    return sum(_start_one(poll_id) for poll_id in due.values_list("poll_id", flat=True)[:100])


@upkeep
def _start_one(poll_id: int) -> int:
    """Begin one vote by the clock, unless somebody was faster."""
    row = _locked(poll_id, is_open=False)
    if row.phase != "enrol":
        return 0
    _start(row)
    return 1


def _start(row: PollRecord) -> None:
    """Fix the roll: its size and root go into the book, and then every key on it."""
    _enter_opening(row, sorted(row.electors.values_list("key", flat=True)), timezone.now())
