"""Who follows whom, and whom somebody would rather not hear."""

from __future__ import annotations

from django.db.models import F

from patogh.activity import action, record, unchanged
from patogh.kit.hooks import plugins
from patogh.people.errors import FollowsThemselves
from patogh.people.models import Member, MemberFollow


@action
def follow_member(member: Member, *, by: Member) -> MemberFollow:
    """Follow a member; a mute becomes a follow. Raises FollowsThemselves, or what another room refuses (a block)."""
    refusal = plugins.hook.following_refused(member=member, by=by)
    if refusal is not None:
        raise refusal
    return _set_level(member, by, "following", "people.member_followed")


@action
def mute_member(member: Member, *, by: Member) -> MemberFollow:
    """Stop hearing of a member, who is not told; a follow becomes a mute. Raises FollowsThemselves."""
    return _set_level(member, by, "muted", "people.member_muted")


@action
def unfollow_member(member: Member, *, by: Member) -> None:
    """End a follow or a mute."""
    _ordered_lock(member, by)
    row = MemberFollow.objects.filter(follower=by, followed=member).first()
    if row is None:
        return unchanged(None)
    row.delete()
    if row.level == "following":
        _count(member, by, -1)
    verb = "people.member_unfollowed" if row.level == "following" else "people.member_unmuted"
    record(verb, by=by, subject=member)
    return None


def _set_level(member: Member, by: Member, level: str, verb: str) -> MemberFollow:
    """Make or change the one row between two members and keep both counters right."""
    if member.pk == by.pk:
        raise FollowsThemselves
    _ordered_lock(member, by)
    row, created = MemberFollow.objects.get_or_create(follower=by, followed=member, defaults={"level": level})
    if not created and row.level == level:
        return unchanged(row)
    was_following = not created and row.level == "following"
    row.level = level
    row.save(update_fields=["level"])
    _count(member, by, int(level == "following") - int(was_following))
    record(verb, by=by, subject=member)
    return row


def _ordered_lock(one: Member, other: Member) -> None:
    """Lock both members in the order of their keys, so that two people who follow each other at once never wait in a
    circle.
    """
    list(Member.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk").values_list("pk"))


def _count(member: Member, by: Member, step: int) -> None:
    """Step the two stored counters."""
    if step:
        Member.objects.filter(pk=member.pk).update(followers_count=F("followers_count") + step)
        Member.objects.filter(pk=by.pk).update(following_count=F("following_count") + step)
