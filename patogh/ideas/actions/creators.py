"""Who makes an idea and which part of the makers' share is theirs: proposed by one, in force once everybody concerned agreed.

The parts of the makers who agreed sum to 10,000 at every moment. One proposal waits at a time; it may invite one new maker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.actions.stamps import touch
from patogh.ideas.errors import (
    AlreadyMaker,
    AuthorStays,
    BadShares,
    NobodyCalledSo,
    NotAMaker,
    NothingProposed,
    SharesAreSettled,
    SharesWait,
    TooLateToReturn,
    TooManyMakers,
)
from patogh.ideas.machine import APPROVED, DECIDED, ENDED
from patogh.ideas.models import Agreement, Creator, Idea
from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write
from patogh.trust.queries.blocks import blocks

WHOLE_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is asked to make an idea too, with the part that is offered and what they do in it."""

    member: Member
    bps: int
    role: str = ""


@action
def propose_shares(idea: Idea, shares: Mapping[int, int], *, by: Member, invite: Invited | None = None) -> Idea:
    """Propose parts for the makers (member id to basis points), and perhaps invite one more; together they are 10,000.

    Raises NotAMaker, SharesAreSettled, SharesWait, BadShares, TooManyMakers, AlreadyMaker, NobodyCalledSo.
    """
    row = _open(idea, by)
    held = {one.member_id: one for one in _agreed(row)}
    if by.pk not in held:
        raise NotAMaker
    if _waiting(row):
        raise SharesWait
    _check(held, shares, invite)
    changed = {pk: bps for pk, bps in shares.items() if held[pk].share_bps != bps}
    if not changed and invite is None:
        return unchanged(row)
    for pk, bps in changed.items():
        Creator.objects.filter(pk=held[pk].pk).update(proposed_bps=bps, has_agreed=pk == by.pk)
    if invite is not None:
        _invite(row, invite, by)
    _settle(row)
    touch(row)
    verb = "ideas.maker_invited" if invite is not None else "ideas.shares_proposed"
    record(
        verb,
        by=by,
        subject=row,
        target=invite.member if invite else None,
        audience="staff",
        data={"shares": len(shares)},
    )
    return row


@action
def agree_to_share(idea: Idea, *, by: Member) -> Idea:
    """Say yes to what is proposed to oneself; with the last yes it is in force. Raises NothingProposed."""
    row = _open(idea, by)
    mine = _proposed_to(row, by)
    if mine.has_agreed:
        return unchanged(row)
    Creator.objects.filter(pk=mine.pk).update(has_agreed=True, answered_at=timezone.now())
    is_settled = _settle(row)
    touch(row)
    record("ideas.share_agreed", by=by, subject=row, audience="staff", data={"settled": is_settled})
    return row


@action
def decline_share(idea: Idea, *, by: Member) -> Idea:
    """Say no to what is proposed: the whole proposal falls, and shares stay as they were."""
    row = _open(idea, by)
    mine = _proposed_to(row, by)
    if mine.state == "invited":
        Creator.objects.filter(pk=mine.pk).update(state="declined", answered_at=timezone.now())
    _drop_proposal(row)
    touch(row)
    record("ideas.share_declined", by=by, subject=row, audience="staff")
    return row


@action
def take_back_proposal(idea: Idea, *, by: Member) -> Idea:
    """Take a proposal back that not everybody has answered; any maker may."""
    row = _open(idea, by)
    if not any(one.member_id == by.pk for one in _agreed(row)):
        raise NotAMaker
    if not _waiting(row):
        return unchanged(row)
    _drop_proposal(row)
    touch(row)
    record("ideas.proposal_taken_back", by=by, subject=row, audience="staff")
    return row


@action
def leave_making(idea: Idea, *, by: Member) -> Idea:
    """Make an idea no longer: one's part goes to the author, and may be had back for LEAVE_UNDO_DAYS."""
    row = _open(idea, by)
    if row.author_id == by.pk:
        raise AuthorStays
    mine = Creator.objects.filter(idea=row, member=by, state="agreed").first()
    if mine is None:
        raise NothingProposed
    _drop_proposal(row)
    _author_row(row, mine.share_bps)
    Creator.objects.filter(pk=mine.pk).update(
        state="left", share_bps=0, proposed_bps=mine.share_bps, has_agreed=False, answered_at=timezone.now()
    )
    touch(row)
    record("ideas.maker_left", by=by, subject=row, audience="staff")
    return row


@action
def come_back(idea: Idea, *, by: Member) -> Idea:
    """Undo one's leaving while the author still has that part; raises TooLateToReturn."""
    row = _open(idea, by)
    mine = Creator.objects.filter(idea=row, member=by, state="left").first()
    since = timezone.now() - dt.timedelta(days=limits.LEAVE_UNDO_DAYS)
    if mine is None or mine.answered_at is None or mine.answered_at < since:
        raise TooLateToReturn
    author = Creator.objects.filter(idea=row, member_id=row.author_id, state="agreed").first()
    part = mine.proposed_bps or 0
    if author is None or author.share_bps < part or _waiting(row):
        raise TooLateToReturn
    _author_row(row, -part)
    Creator.objects.filter(pk=mine.pk).update(
        state="agreed", share_bps=part, proposed_bps=None, answered_at=timezone.now()
    )
    _no_support_of_ones_own(row, by.pk)
    touch(row)
    record("ideas.maker_came_back", by=by, subject=row, audience="staff")
    return row


def _open(idea: Idea, by: Member) -> Idea:
    """Return an idea, locked, whose makers may still change; raises SharesAreSettled."""
    check_may_write(by)
    row = moving.locked(idea.pk)
    is_over = row.state in (DECIDED | ENDED) - {APPROVED}
    if is_over or Agreement.objects.filter(idea=row).exists():
        raise SharesAreSettled
    return row


def _agreed(idea: Idea) -> list[Creator]:
    return list(Creator.objects.select_for_update().filter(idea=idea, state="agreed").order_by("position", "pk"))


def _waiting(idea: Idea) -> bool:
    """Whether a proposal waits for answers."""
    return Creator.objects.filter(idea=idea, proposed_bps__isnull=False, state__in=("agreed", "invited")).exists()


def _check(held: Mapping[int, Creator], shares: Mapping[int, int], invite: Invited | None) -> None:
    """Raise BadShares, TooManyMakers, AlreadyMaker or NobodyCalledSo."""
    if set(shares) != set(held):
        raise BadShares(sum="؟")
    parts = [*shares.values(), *([invite.bps] if invite else [])]
    if any(type(part) is not int or not 0 <= part <= WHOLE_BPS for part in parts) or sum(parts) != WHOLE_BPS:
        whole = sum(part for part in parts if type(part) is int)
        raise BadShares(sum=f"{whole / 100:g}")
    if invite is None:
        return
    if invite.member.pk in held:
        raise AlreadyMaker
    if len(held) >= limits.MAKERS_MAX:
        raise TooManyMakers(most=limits.MAKERS_MAX)


def _invite(idea: Idea, invite: Invited, by: Member) -> None:
    """Write an invitation; one who declined or left before may be asked again."""
    if not invite.member.is_active or blocks(invite.member.pk, by.pk):
        raise NobodyCalledSo
    facts = {
        "share_bps": 0, "proposed_bps": invite.bps, "role": persian.name_clean(invite.role)[: limits.ROLE_CHARS_MAX], "state": "invited",
        "has_agreed": False, "invited_by": by, "invited_at": timezone.now(), "answered_at": None,
        "position": Creator.objects.filter(idea=idea).count(),
    }  # fmt: skip
    Creator.objects.update_or_create(idea=idea, member=invite.member, defaults=facts)


def _settle(idea: Idea) -> bool:
    """Put a proposal into force once everybody concerned agreed; returns whether it is."""
    waiting = Creator.objects.filter(idea=idea, proposed_bps__isnull=False, state__in=("agreed", "invited"))
    if waiting.filter(has_agreed=False).exists():
        return False
    joined = list(waiting.filter(state="invited").values_list("member_id", flat=True))
    waiting.update(share_bps=F("proposed_bps"), proposed_bps=None, has_agreed=False, state="agreed")
    for pk in joined:
        _no_support_of_ones_own(idea, pk)
    return True


def _no_support_of_ones_own(idea: Idea, member_id: int) -> None:
    """Take back the support of somebody who makes the idea from now on: nobody stands behind what they make."""
    from patogh.ideas.actions.supporting import _end_support_of_maker

    _end_support_of_maker(idea, by=Member.objects.get(pk=member_id))


def _drop_proposal(idea: Idea) -> None:
    """Let what is proposed fall; an invitation that nobody answered is gone."""
    Creator.objects.filter(idea=idea, state="invited").delete()
    Creator.objects.filter(idea=idea, state__in=("agreed", "declined")).update(proposed_bps=None, has_agreed=False)


def _proposed_to(idea: Idea, by: Member) -> Creator:
    """Return the row of a member to whom something is proposed; raises NothingProposed."""
    waiting = Creator.objects.filter(idea=idea, member=by, proposed_bps__isnull=False, state__in=("agreed", "invited"))
    row = waiting.first()
    if row is None:
        raise NothingProposed
    return row


def _author_row(idea: Idea, step: int) -> None:
    """Move the author's own part."""
    moved = Creator.objects.filter(idea=idea, member_id=idea.author_id, state="agreed")
    if not moved.update(share_bps=F("share_bps") + step):
        raise NotFound
