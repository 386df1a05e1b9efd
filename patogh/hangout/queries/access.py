"""Who may see, write and moderate: every row that a view touches is fetched through one of these, and a miss is a 404."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from patogh.hangout.models import Post, Space, Topic
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may

Row = TypeVar("Row", bound=Model)


def one(found: QuerySet[Row], **named: object) -> Row:
    """Return the one row with these values; raises NotFound when the viewer has none, whatever the reason."""
    row = found.filter(**named).first()
    if row is None:
        raise NotFound
    return row


def moderates(member: Member | None) -> bool:
    """Whether somebody may decide about other people's topics and posts."""
    return may(member, "moderate")


def spaces_visible_to(member: Member | None) -> QuerySet[Space]:
    """Return the spaces somebody may enter: public ones, members' ones, and private ones they were let into."""
    if member is None:
        return Space.objects.filter(access="public")
    return Space.objects.filter(~Q(access="private") | Q(memberships__member=member)).distinct()


def spaces_postable_by(member: Member) -> QuerySet[Space]:
    """Return the spaces in which a member may write."""
    return spaces_visible_to(member)


def topics_visible_to(member: Member | None) -> QuerySet[Topic]:
    """Return the topics somebody may read; those out of sight only for moderators."""
    found = Topic.objects.select_related("space", "author").filter(space__in=spaces_visible_to(member).values("pk"))
    return found if moderates(member) else found.filter(trashed_at=None)


def topics_moderated_by(member: Member | None) -> QuerySet[Topic]:
    """Return the topics about which somebody may decide; none for those who do not moderate."""
    return topics_visible_to(member) if moderates(member) else Topic.objects.none()


def topics_owned_by(member: Member) -> QuerySet[Topic]:
    """Return the topics whose opening post a member may edit or take away: their own, and all for moderators."""
    found = topics_visible_to(member)
    return found if moderates(member) else found.filter(author=member)


def posts_visible_to(member: Member | None) -> QuerySet[Post]:
    """Return the posts somebody may read; those out of sight only for moderators."""
    found = Post.objects.select_related("topic", "topic__space", "author").filter(topic__space__in=spaces_visible_to(member).values("pk"))
    return found if moderates(member) else found.filter(trashed_at=None, topic__trashed_at=None)


def posts_owned_by(member: Member) -> QuerySet[Post]:
    """Return the posts a member may edit or take away: their own, and all for moderators."""
    found = posts_visible_to(member)
    return found if moderates(member) else found.filter(author=member)
