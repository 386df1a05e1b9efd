"""What is new in the hangout and could stand in anybody's digest: read once for a whole round of members, of bounded size.

Three small pools: topics opened, posts written that others had a word for, and questions that still wait. Everything that
a choice needs stands in them, so that choosing for a member is a walk over a few dozen of them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from patogh.hangout.models import Post, Reaction, Topic, TopicTag

TOPICS_MAX: Final = 2_000
POSTS_MAX: Final = 2_000
QUESTIONS_MAX: Final = 500
SPACED_MAX: Final = 40


@dataclass(slots=True)
class Thing:
    """A topic or a post of a pool; `number` is the post's place in its topic, `good` who had a word for it."""

    id: int
    topic_id: int
    number: int
    space_id: int
    author_id: int
    is_private: bool
    worth: float
    created_at: dt.datetime
    tags: frozenset[int] = frozenset()


@dataclass
class Pool:
    """The things of one kind by where they can be found, each list the worthiest first."""

    things: list[Thing]
    by_space: dict[int, list[Thing]] = field(default_factory=dict)
    by_tag: dict[int, list[Thing]] = field(default_factory=dict)
    by_author: dict[int, list[Thing]] = field(default_factory=dict)
    by_topic: dict[int, list[Thing]] = field(default_factory=dict)
    open: list[Thing] = field(default_factory=list)

    @classmethod
    def of(cls, things: Iterable[Thing]) -> Pool:
        """Return the pool of these things."""
        made = cls(sorted(things, key=lambda thing: -thing.worth))
        indexes: tuple[defaultdict[int, list[Thing]], ...] = tuple(defaultdict(list) for _ in range(4))
        spaces, tags, authors, topics = indexes
        for thing in made.things:
            spaces[thing.space_id].append(thing)
            authors[thing.author_id].append(thing)
            topics[thing.topic_id].append(thing)
            for tag in thing.tags:
                tags[tag].append(thing)
        made.by_space, made.by_tag, made.by_author, made.by_topic = (
            {key: found[:SPACED_MAX] for key, found in index.items()} for index in indexes
        )
        made.open = [thing for thing in made.things if not thing.is_private][:SPACED_MAX]
        return made


@dataclass
class Matter:
    """All that digests of a round are chosen from; `praise` says which posts a member had a word for."""

    since: dt.datetime
    topics: Pool
    posts: Pool
    questions: Pool
    praise: dict[int, list[Thing]]


def gathered(since: dt.datetime) -> Matter:
    """Return what is new since then: six statements, whatever the size of the hangout."""
    topics = _topics(since)
    posts = _posts(since)
    questions = _questions()
    by_id = {thing.id: thing for thing in posts}
    praise: defaultdict[int, list[Thing]] = defaultdict(list)
    given = Reaction.objects.filter(post_id__in=list(by_id), created_at__gte=since)
    for member_id, post_id in given.order_by("pk").values_list("member_id", "post_id"):
        praise[member_id].append(by_id[post_id])
    return Matter(since, Pool.of(topics), Pool.of(posts), Pool.of(questions), dict(praise))


def _topics(since: dt.datetime) -> list[Thing]:
    found = _shown().filter(created_at__gte=since).order_by("-created_at", "-pk")
    return _as_things(found.values_list(*_FIELDS)[:TOPICS_MAX])


def _questions() -> list[Thing]:
    waiting = _shown().filter(kind="question", accepted_post_id__isnull=True, replies_count=0, closed_at__isnull=True)
    return _as_things(waiting.order_by("-created_at", "-pk").values_list(*_FIELDS)[:QUESTIONS_MAX])


def _posts(since: dt.datetime) -> list[Thing]:
    found = Post.objects.filter(
        created_at__gte=since,
        trashed_at=None,
        hidden_at=None,
        topic__trashed_at=None,
        number__gt=1,
        reactions_count__gt=0,
    ).order_by("-created_at", "-pk")
    fields = (
        "id",
        "topic_id",
        "number",
        "topic__space_id",
        "author_id",
        "topic__space__access",
        "reactions_count",
        "created_at",
    )
    return [
        Thing(pk, topic, number, space, author, access == "private", float(words), at)
        for pk, topic, number, space, author, access, words, at in found.values_list(*fields)[:POSTS_MAX]
    ]


_FIELDS: Final = (
    "id", "space_id", "author_id", "space__access", "reactions_count", "replies_count", "score", "created_at",
)  # fmt: skip


def _shown() -> QuerySet[Topic]:
    """Return the topics in plain sight."""
    return Topic.objects.filter(trashed_at__isnull=True, merged_into__isnull=True, hidden_at__isnull=True)


def _as_things(rows: Iterable[tuple]) -> list[Thing]:  # type: ignore[type-arg]
    made = [
        Thing(pk, pk, 1, space, author, access == "private", 2.0 * words + answers + 0.1 * score, at)
        for pk, space, author, access, words, answers, score, at in rows
    ]
    tags: defaultdict[int, set[int]] = defaultdict(set)
    ids = [thing.id for thing in made]
    for topic_id, tag_id in TopicTag.objects.filter(topic_id__in=ids).values_list("topic_id", "tag_id"):
        tags[topic_id].add(tag_id)
    for thing in made:
        thing.tags = frozenset(tags[thing.id])
    return made
