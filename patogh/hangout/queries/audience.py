"""Who hears of what: the people behind a notice, without those who muted it or may not see it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from patogh.activity.road import reference
from patogh.hangout.models import Follow, Post, SpaceMember, Topic
from patogh.people.models import Member, MemberFollow, Notice


def hearers_of_topic(topic: Topic) -> set[int]:
    """Return who follows the space, a tag or the author of a new topic."""
    tags = list(topic.topic_tags.values_list("tag_id", flat=True))
    follows = Follow.objects.filter(Q(space_id=topic.space_id) | Q(tag_id__in=tags), level="following")
    people = MemberFollow.objects.filter(followed_id=topic.author_id, level="following")
    return set(follows.values_list("member_id", flat=True)) | set(people.values_list("follower_id", flat=True))


def hearers_of_reply(topic: Topic) -> set[int]:
    """Return who follows a topic."""
    return set(Follow.objects.filter(topic=topic, level="following").values_list("member_id", flat=True))


def answered_by(post: Post) -> int:
    """Return whom a reply answers: the author of the post it hangs on, else whoever opened the topic."""
    return post.parent.author_id if post.parent else post.topic.author_id


def mentioned(handles: Iterable[str]) -> set[int]:
    """Return the members with these handles."""
    names = [str(handle).lower() for handle in handles]
    return set(Member.objects.filter(handle__in=names, is_active=True).values_list("pk", flat=True)) if names else set()


def listening(ids: Iterable[int], topic: Topic) -> QuerySet[Member]:
    """Return those of these members who may see the topic and have not muted it, its space or one of its tags."""
    tags = list(topic.topic_tags.values_list("tag_id", flat=True))
    muted = Follow.objects.filter(Q(topic=topic) | Q(space_id=topic.space_id) | Q(tag_id__in=tags), level="muted")
    found = Member.objects.filter(pk__in=list(ids), is_active=True).exclude(pk__in=muted.values("member_id"))
    if topic.space.access == "private":
        found = found.filter(pk__in=SpaceMember.objects.filter(space_id=topic.space_id).values("member_id"))
    return found.order_by("pk")


def told_of(thing: Post | Topic, kind: str, ids: Iterable[int]) -> set[int]:
    """Return who has had this kind of notice about a thing before."""
    kind_of_thing, _ = reference(thing)
    notices = Notice.objects.filter(
        kind=kind, subject_kind=kind_of_thing, subject_id=str(thing.pk), member_id__in=list(ids)
    )
    return set(notices.values_list("member_id", flat=True))
