"""Blocks between members: who is blocked cannot reach, follow or be read by who blocks."""

from __future__ import annotations

from patogh.activity import action, record, unchanged
from patogh.people.actions import mute_member, unfollow_member
from patogh.people.models import Member, MemberFollow
from patogh.trust.errors import CannotBlock
from patogh.trust.models import Block


@action
def block_member(member: Member, *, by: Member) -> Block:
    """Block a member, who is not told; each stops following the other, and nothing of theirs reaches who blocks.

    Raises CannotBlock for oneself and for the team.
    """
    if member.pk == by.pk or member.is_team:
        raise CannotBlock
    row, created = Block.objects.get_or_create(member=by, blocked=member)
    if not created:
        return unchanged(row)
    if MemberFollow.objects.filter(follower=member, followed=by, level="following").exists():
        unfollow_member(by, by=member)
    row.did_mute = not MemberFollow.objects.filter(follower=by, followed=member, level="muted").exists()
    if row.did_mute:
        mute_member(member, by=by)  # what keeps notices of the muted away keeps those of the blocked away
        row.save(update_fields=["did_mute"])
    record("trust.member_blocked", by=by, subject=member)
    return row


@action
def unblock_member(member: Member, *, by: Member) -> None:
    """End a block; a mute that it brought along ends too."""
    row = Block.objects.filter(member=by, blocked=member).first()
    if row is None:
        return unchanged(None)
    row.delete()
    if row.did_mute and MemberFollow.objects.filter(follower=by, followed=member, level="muted").exists():
        unfollow_member(member, by=by)
    record("trust.member_unblocked", by=by, subject=member)
    return None
