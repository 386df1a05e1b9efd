"""Replying: the hot path of the house. Each step is one prepared statement, and the text is rendered before the door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.door import inner
from patogh.hangout.actions import found, once, stamps
from patogh.hangout.actions.entering import Entry, _entered
from patogh.hangout.actions.writing import Written, written
from patogh.hangout.errors import NotYourStory, TopicIsClosed
from patogh.hangout.models import Post, Space, Topic
from patogh.kit import limits
from patogh.kit.errors import NotFound
from patogh.kit.together import together
from patogh.people.models import Member
from patogh.people.queries import is_team
from patogh.search import actions as search

# In the order of the models' own columns, as `from_db` wants them.
_TOPIC_FIELDS = (
    "id",
    "space_id",
    "kind",
    "title",
    "author_id",
    "last_number",
    "accepted_post_id",
    "merged_into_id",
    "closed_at",
    "trashed_at",
)
_SPACE_FIELDS = ("id", "slug", "access")
_TOPIC = (
    f"SELECT {', '.join(f't.{name}' for name in _TOPIC_FIELDS)}, {', '.join(f's.{name}' for name in _SPACE_FIELDS)} "  # noqa: S608 - our names
    "FROM hangout_topic t JOIN hangout_space s ON s.id = t.space_id WHERE t.id = %s"
)
_POST = (
    "INSERT INTO hangout_post (topic_id, number, author_id, parent_id, text, html, is_followup, reactions, reactions_count, "
    "revisions_count, score, version, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, '{}', 0, 0, 0, 1, %s) RETURNING id"
)
_COUNT_TOPIC = (
    "UPDATE hangout_topic SET version = version + 1, last_number = %s, replies_count = replies_count + 1, score = score + 1, "
    "last_poster_id = %s, active_at = %s, followers_count = followers_count + %s WHERE id = %s"
)
_COUNT_SPACE = (
    "UPDATE hangout_space SET version = version + 1, posts_count = posts_count + 1, active_at = %s WHERE id = %s"
)
_COUNT_MEMBER = "UPDATE people_member SET posts_count = posts_count + 1 WHERE id = %s"
_DRAFT = "DELETE FROM hangout_draft WHERE member_id = %s AND place = %s"


@dataclass(frozen=True, slots=True)
class NewReply:
    """What somebody wants to say in a topic; `parent` is the number of the post it answers."""

    text: str
    parent: int | None = None
    key: str | None = None
    is_followup: bool = False


def reply(topic: Topic, new: NewReply, *, by: Member, channel: str = "web") -> Post:
    """Add a reply to a topic and return it; see `reply_to`."""
    return reply_to(topic.pk, new, by=by, channel=channel)


def reply_to(topic_id: int, new: NewReply, *, by: Member, channel: str = "web") -> Post:
    """Add a reply to the topic with this id and return it; the same `new.key` twice returns the first.

    One level of threading: an answer to an answer hangs on the same parent. Raises EmptyText, TextTooLong, TopicIsClosed,
    SameKeyOtherText, NotYourStory (a follow-up is the author's or the team's) or NotFound for a parent that is gone.
    """
    return _reply(topic_id, new, written(new.text), by=by, channel=channel)


@action
def _reply(
    topic_id: int, new: NewReply, words: Written, *, by: Member, channel: str, entry: Entry | None = None
) -> Post:
    """Write a checked reply."""
    digest = f"{topic_id}:{words.digest}"
    topic, earlier = _locked(topic_id, by, new.key, digest)
    if earlier:
        return unchanged(Post.objects.select_related("topic", "topic__space", "author").get(pk=earlier))
    if topic.closed_at or topic.trashed_at or topic.merged_into_id:
        raise TopicIsClosed
    if new.is_followup and by.pk != topic.author_id and not is_team(by):
        raise NotYourStory
    post, newly = _insert(topic, new, words, by)
    _count(post, by, newly, entry)
    inner(search.put_new)(found.entry_of(post, topic, words.rendered.text))
    found._take_along(post, words.rendered, by)
    done = record(
        "hangout.reply_posted", by=by, subject=post, target=topic, audience=topic.space.audience, channel=channel,
        **once.keyed(by, new.key, digest, number=post.number, mentions=words.rendered.mentions[: limits.POST_MENTIONS_MAX]),
    )  # fmt: skip
    once.settled(done, post.pk)
    stamps._tell(topic, "post", number=post.number, post=post.pk, by=by.pk)
    stamps._tell_road(topic.space.audience, "hangout.reply_posted")
    return post


def _locked(topic_id: int, by: Member, key: str | None, digest: str) -> tuple[Topic, str | None]:
    """Return what a reply must know of its topic, locked where the database locks rows (the rest of it loads when asked), and what its key made before."""
    lock = " FOR NO KEY UPDATE OF t" if connection.vendor == "postgresql" else ""
    found, *asked = together((f"{_TOPIC}{lock}", [topic_id]), *once.asking(by, key))
    if not found.rows:
        raise NotFound
    row = found.rows[0]
    topic = Topic.from_db("default", _TOPIC_FIELDS, row[: len(_TOPIC_FIELDS)])
    topic.space = Space.from_db("default", _SPACE_FIELDS, row[len(_TOPIC_FIELDS) :])
    return topic, once.answered(asked[0].rows, digest) if asked else None


def _insert(topic: Topic, new: NewReply, words: Written, by: Member) -> tuple[Post, bool]:
    """Insert the row of a reply and let its author follow the topic; returns it, and whether they did not before."""
    post = Post(
        topic=topic, number=topic.last_number + 1, author=by, parent_id=_parent(topic, new.parent), text=words.text, html=words.rendered.html,
        is_followup=new.is_followup, created_at=timezone.now(),
    )  # fmt: skip
    values: list[Any] = [
        post.topic_id,
        post.number,
        by.pk,
        post.parent_id,
        post.text,
        post.html,
        post.is_followup,
        _moment(post.created_at),
    ]
    written, followed = together((_POST, values), stamps._following(by.pk, post.topic_id, post.created_at))
    post.pk = written.rows[0][0]
    post._state.adding = False
    return post, followed.touched > 0


def _parent(topic: Topic, number: int | None) -> int | None:
    """Return the post that a reply hangs on: the one it answers, or that one's own parent."""
    if not number or number == 1:
        return None
    row = Post.objects.filter(topic_id=topic.pk, number=number, trashed_at=None).values_list("pk", "parent_id").first()
    if row is None:
        raise NotFound
    return row[1] or row[0]


def _count(post: Post, by: Member, newly: bool, entry: Entry | None) -> None:
    """Step all that a new reply moves; its author has read up to it and has no draft of it left.

    Topic, space, pace, member: everybody who locks several of these rows does it in this order.
    """
    at = _moment(post.created_at)
    together(
        (_COUNT_TOPIC, [post.number, by.pk, at, int(newly), post.topic_id]), (_COUNT_SPACE, [at, post.topic.space_id])
    )
    _entered(entry, by)
    together(
        (_COUNT_MEMBER, [by.pk]),
        (_DRAFT, [by.pk, f"topic:{post.topic_id}"]),
        stamps._reading(by.pk, post.topic_id, post.number, post.created_at),
    )


def _moment(moment: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
