"""The queue itself: opening and closing items with exact counters, claiming one, noting who saw it first."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q
from django.utils import timezone

from patogh.activity import live, upkeep
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.errors import AlreadyDecided, ClaimedByAnother
from patogh.trust.models import QueueTally, ReviewItem
from patogh.trust.nouns import Subject


@upkeep
def claim_item(item: ReviewItem, *, by: Member) -> ReviewItem:
    """Take an item for CLAIM_S seconds; claiming again renews. Raises ClaimedByAnother or AlreadyDecided."""
    row = _locked_item(item.pk)
    now = timezone.now()
    _hold_claim(row, by, now)
    row.claimed_by, row.claimed_until = by, now + dt.timedelta(seconds=limits.CLAIM_S)
    if row.first_seen_at is None:
        row.first_seen_at, row.first_seen_by = now, by
    row.save(update_fields=["claimed_by", "claimed_until", "first_seen_at", "first_seen_by"])
    return row


@upkeep
def release_item(item: ReviewItem, *, by: Member) -> None:
    """Give an item back to everybody."""
    ReviewItem.objects.filter(pk=item.pk, claimed_by=by).update(claimed_by=None, claimed_until=None)


@upkeep
def note_seen(item_ids: list[int], *, by: Member) -> None:
    """Note the first time that a moderator saw these items: from here the clock of an answer runs."""
    unseen = ReviewItem.objects.filter(pk__in=item_ids, first_seen_at=None)
    unseen.update(first_seen_at=timezone.now(), first_seen_by=by)


def _locked_item(item_id: int) -> ReviewItem:
    """Return an open item, locked where the database locks rows."""
    row = ReviewItem.objects.select_for_update(of=("self",)).select_related("claimed_by", "member").get(pk=item_id)
    if row.state != "open":
        raise AlreadyDecided
    return row


def _hold_claim(row: ReviewItem, by: Member, now: dt.datetime) -> None:
    """Refuse whoever comes while somebody else has the item."""
    taken = row.claimed_by_id is not None and row.claimed_until is not None and row.claimed_until > now
    if taken and row.claimed_by is not None and row.claimed_by_id != by.pk:
        raise ClaimedByAnother(name=row.claimed_by.name)


def _open(kind: str, subject: Subject, *, member_id: int | None, space_id: int | None = None) -> ReviewItem:
    """Return the open item about a subject, made and counted if there is none; locked for the rest of the transaction."""
    row, created = ReviewItem.objects.get_or_create(
        kind=kind,
        subject_kind=subject.kind,
        subject_id=subject.id,
        state="open",
        defaults={"member_id": member_id, "space_id": space_id, "opened_at": timezone.now()},
    )
    if created:
        _step_tally(kind, 1)
        return row
    return ReviewItem.objects.select_for_update().get(pk=row.pk)


def _close(kind: str, subject: Subject) -> None:
    """Close the open item about a subject without a decision: what was asked is gone."""
    found = ReviewItem.objects.filter(kind=kind, subject_kind=subject.kind, subject_id=subject.id, state="open")
    if found.update(state="decided", decided_at=timezone.now(), claimed_by=None, claimed_until=None):
        _step_tally(kind, -1)


def _decided(row: ReviewItem, by: Member | None, now: dt.datetime) -> None:
    """Mark an open item as decided; raises AlreadyDecided where somebody was quicker."""
    still_open = ReviewItem.objects.filter(Q(pk=row.pk, state="open"))
    if not still_open.update(state="decided", decided_at=now, decided_by=by, claimed_by=None, claimed_until=None):
        raise AlreadyDecided
    row.state, row.decided_at, row.decided_by = "decided", now, by
    _step_tally(row.kind, -1)


def _reopened(row: ReviewItem) -> bool:
    """Open a decided item again, unless another one about the same thing is open by now."""
    twin = ReviewItem.objects.filter(
        kind=row.kind, subject_kind=row.subject_kind, subject_id=row.subject_id, state="open"
    )
    if twin.exists() or not ReviewItem.objects.filter(pk=row.pk, state="decided").update(
        state="open", decided_at=None, decided_by=None
    ):
        return False
    _step_tally(row.kind, 1)
    return True


def _step_tally(kind: str, step: int) -> None:
    """Step the stored number of open items and let open pages of moderators know."""
    QueueTally.objects.get_or_create(kind=kind)
    QueueTally.objects.filter(kind=kind).update(open_count=F("open_count") + step)
    live.publish("review", "queue", {"kind": kind})
