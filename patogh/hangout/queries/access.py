"""Who may see, write and moderate: every row that a view touches is fetched through one of these, and a miss is a 404."""

from __future__ import annotations

import re
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from patogh.hangout.models import Picture, Post, Space, Tag, Topic, TopicTag
from patogh.kit import persian
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.search.queries import audiences_of, search

TARGETS_MAX = 8
_NAMED = re.compile(r"(?:^|/t/)([0-9]{1,15})(?:[/?#].*)?$")

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
    """Return the spaces in which a member may open topics; those of another room are opened by that room alone."""
    return spaces_visible_to(member).filter(purpose="")


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
    found = Post.objects.select_related("topic", "topic__space", "author").filter(
        topic__space__in=spaces_visible_to(member).values("pk")
    )
    return found if moderates(member) else found.filter(trashed_at=None, topic__trashed_at=None)


def posts_owned_by(member: Member) -> QuerySet[Post]:
    """Return the posts a member may edit or take away: their own, and all for moderators."""
    found = posts_visible_to(member)
    return found if moderates(member) else found.filter(author=member)


def posts_restorable_by(member: Member) -> QuerySet[Post]:
    """Return posts out of sight that a member may bring back: those they took away themselves, and all for moderators."""
    seen = Post.objects.select_related("topic", "topic__space", "author").exclude(trashed_at=None)
    seen = seen.filter(topic__space__in=spaces_visible_to(member).values("pk"), topic__trashed_at=None)
    return seen if moderates(member) else seen.filter(author=member, trashings__by=member, trashings__lifted_at=None)


def topics_trashable_by(member: Member) -> QuerySet[Topic]:
    """Return the topics that a member may take out of sight: their own while nobody has answered, and all for moderators."""
    found = topics_visible_to(member).filter(merged_into=None)
    return found if moderates(member) else found.filter(author=member, replies_count=0)


def spaces_managed_by(member: Member) -> QuerySet[Space]:
    """Return the spaces that a member may change: all for those who manage spaces, else none."""
    return Space.objects.all() if may(member, "manage_spaces") else Space.objects.none()


def picture_seen_by(token: str, member: Member | None) -> Picture:
    """Return a picture that somebody may see: their own, and those of posts in sight. Raises NotFound."""
    picture = Picture.objects.select_related("post__topic", "space").filter(token=token).first()
    if picture is None:
        raise NotFound
    is_own = member is not None and picture.owner_id == member.pk
    post = picture.post
    is_shown = post is None or (post.trashed_at is None and post.topic.trashed_at is None) or moderates(member)
    is_inside = picture.space is not None and spaces_visible_to(member).filter(pk=picture.space.pk).exists()
    if is_own or (is_shown and is_inside):
        return picture
    raise NotFound


def tags_visible_to(member: Member | None) -> QuerySet[Tag]:
    """Return the tags that stand on a topic somebody may read: a word of a private space is nobody else's."""
    standing = TopicTag.objects.filter(tag=OuterRef("pk"), topic__space__in=spaces_visible_to(member).values("pk"))
    if not moderates(member):  # A join, not `topic__in`: SQLite would read all topics for each tag.
        standing = standing.filter(topic__trashed_at=None)
    return Tag.objects.filter(Exists(standing))


def notices_promised_by(member: Member) -> QuerySet[Topic]:
    """Return the notices whose date a member may promise, move or settle: all for those who may post notices."""
    found = topics_visible_to(member).filter(kind="notice", trashed_at=None, merged_into=None)
    return found if may(member, "post_notice") else found.none()


def topic_named(said: str, member: Member) -> Topic | None:
    """Return the topic that a number or an address names, if the member may see it."""
    match = _NAMED.search(persian.digits_en(said[:300]).strip())
    return topics_visible_to(member).filter(pk=int(match[1]), merged_into=None).first() if match else None


def topics_like(said: str, member: Member, *, besides: Topic) -> list[Topic]:
    """Return a few topics that a member may see and that a number, an address or words of a title find."""
    named = topic_named(said, member)
    if named is not None:
        return [named] if named.pk != besides.pk else []
    hits = search(said, audiences=audiences_of(member), limit=TARGETS_MAX).hits
    ids = [hit.topic_id for hit in hits if hit.topic_id and hit.topic_id != besides.pk]
    found = topics_visible_to(member).filter(merged_into=None).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
