"""Stored counters of topics, posts and people: counted in and out when something goes out of sight, comes back or moves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, F, Q, Sum

from patogh.hangout.actions import stamps
from patogh.hangout.models import Post, Tag, Topic
from patogh.people.models import Member


def _weigh_topic(row: Topic, step: int) -> None:
    """Count a whole topic in (1) or out (-1): its space, its tags, its author, everybody who wrote in it, who solved it."""
    seen = Post.objects.filter(topic=row, trashed_at=None)
    authors = dict(seen.values_list("author_id").annotate(count=Count("pk")).order_by("author_id"))
    stamps._touch_space(
        row.space_id, topics_count=F("topics_count") + step, posts_count=F("posts_count") + step * sum(authors.values())
    )
    _weigh_tags(row, step)
    solver = (
        Post.objects.filter(pk=row.accepted_post_id or 0, trashed_at=None).values_list("author_id", flat=True).first()
    )
    changes: dict[int, dict[str, Any]] = {
        pk: {"posts_count": F("posts_count") + step * count} for pk, count in authors.items()
    }
    changes.setdefault(row.author_id, {})["topics_count"] = F("topics_count") + step
    if solver is not None:
        changes.setdefault(solver, {})["accepted_count"] = F("accepted_count") + step
    _step_members(changes)


def _weigh_tags(row: Topic, step: int) -> None:
    """Count a topic in or out under its tags."""
    ids = sorted(row.topic_tags.values_list("tag_id", flat=True))
    Tag.objects.filter(pk__in=ids).update(topics_count=F("topics_count") + step)


def _step_members(changes: dict[int, dict[str, Any]]) -> None:
    """Step members' counters in the order of their ids; those with one and the same change share a statement."""
    alike: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for pk in sorted(changes):
        alike.setdefault(repr(changes[pk]), (changes[pk], []))[1].append(pk)
    list(Member.objects.select_for_update().filter(pk__in=list(changes)).order_by("pk").values_list("pk"))
    for values, ids in alike.values():
        for start in range(0, len(ids), 500):
            Member.objects.filter(pk__in=ids[start : start + 500]).update(**values)


def _settle(topic_id: int) -> None:
    """Compute what a topic's columns say of its posts: how many, how they were received, who spoke last and when.

    The last one is the one with the highest number; a merged topic is as alive as its newest post.
    """
    seen = Post.objects.filter(topic_id=topic_id, trashed_at=None)
    sums = seen.aggregate(replies=Count("pk", filter=Q(number__gt=1)), reactions=Sum("reactions_count"))
    last = seen.order_by("-number").values_list("author_id", flat=True).first()
    newest = seen.order_by("-created_at").values_list("created_at", flat=True).first()
    row = Topic.objects.get(pk=topic_id)
    replies, reactions = sums["replies"] or 0, sums["reactions"] or 0
    changes: dict[str, Any] = {"active_at": newest} if newest else {}
    if last:
        changes["last_poster_id"] = last
    stamps._touch_topic(
        topic_id, replies_count=replies, reactions_count=reactions,
        score=row.score + reactions - row.reactions_count + replies - row.replies_count, **changes,
    )  # fmt: skip


def _authors_of(post_ids: list[int]) -> Counter[int]:
    """Return how many of these posts each author wrote."""
    counted: Counter[int] = Counter()
    for start in range(0, len(post_ids), 500):
        counted.update(Post.objects.filter(pk__in=post_ids[start : start + 500]).values_list("author_id", flat=True))
    return counted
