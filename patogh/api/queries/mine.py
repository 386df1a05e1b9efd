"""What is the asker's own: follows, and the browsers that are signed in."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from patogh.hangout.models import Follow
from patogh.people.models import Member, MemberFollow

SHOWN_MAX = 1_000


def follows_of(member: Member) -> dict[str, dict[str, str]]:
    """Return what a member follows or mutes, by kind: address to level; two queries."""
    found: dict[str, dict[str, str]] = {"spaces": {}, "topics": {}, "tags": {}, "members": {}}
    rows = Follow.objects.filter(member=member).order_by("-pk")[: SHOWN_MAX * 3]
    for space, topic, tag, level in rows.values_list("space__slug", "topic_id", "tag__name", "level"):
        kind = "spaces" if space else "topics" if topic else "tags"
        if len(found[kind]) < SHOWN_MAX:
            found[kind][str(space or topic or tag)] = level
    people = MemberFollow.objects.filter(follower=member).order_by("-pk").values_list("followed__handle", "level")
    found["members"] = dict(people[:SHOWN_MAX])
    return found


def sessions_of(member: Member) -> list[UserSession]:
    """Return the browsers in which a member is signed in, the last used first."""
    return list(UserSession.objects.filter(user=member).order_by("-last_seen_at")[:50])
