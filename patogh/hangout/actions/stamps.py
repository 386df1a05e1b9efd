"""Small steps that several actions share: versions, counters, following, and telling open pages. Only actions call them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import F

from patogh.activity import live
from patogh.hangout.models import Post, Space, Topic
from patogh.kit.together import together
from patogh.people.models import Member

_FOLLOW = "INSERT INTO hangout_follow (member_id, topic_id, level, created_at) VALUES (%s, %s, 'following', %s) ON CONFLICT DO NOTHING"
_READ = (
    "INSERT INTO hangout_readmarker (member_id, topic_id, last_number, read_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (member_id, topic_id) DO UPDATE SET last_number = EXCLUDED.last_number, read_at = EXCLUDED.read_at "
    "WHERE hangout_readmarker.last_number < EXCLUDED.last_number"
)


def _touch_topic(topic_id: int, **changes: Any) -> None:
    """Change a topic's columns and move its version, so that remembered pages are old at once."""
    Topic.objects.filter(pk=topic_id).update(version=F("version") + 1, **changes)


def _touch_space(space_id: int, **changes: Any) -> None:
    """Change a space's columns and move its version: its lists are old."""
    Space.objects.filter(pk=space_id).update(version=F("version") + 1, **changes)


def _touch_post(post: Post, **changes: Any) -> None:
    """Change a post's columns and move its version; its topic's version is its caller's to move."""
    Post.objects.filter(pk=post.pk).update(version=F("version") + 1, **changes)
    for name, value in changes.items():
        setattr(post, name, value)


def _count_member(member_id: int, **changes: Any) -> None:
    """Change a member's counters, without moving the version: names and roles stay as they are."""
    Member.objects.filter(pk=member_id).update(**changes)


def _follow_quietly(member_id: int, topic_id: int, now: dt.datetime) -> bool:
    """Follow a topic one writes in, unless one follows or muted it already; returns whether that is new."""
    return together(_following(member_id, topic_id, now))[0].touched > 0


def _following(member_id: int, topic_id: int, now: dt.datetime) -> tuple[str, list[Any]]:
    """Return the statement of `_follow_quietly`."""
    return _FOLLOW, [member_id, topic_id, connection.ops.adapt_datetimefield_value(now)]


def _read_up_to(member_id: int, topic_id: int, number: int, now: dt.datetime) -> None:
    """Note how far somebody has read; reading never goes backwards."""
    together(_reading(member_id, topic_id, number, now))


def _reading(member_id: int, topic_id: int, number: int, now: dt.datetime) -> tuple[str, list[Any]]:
    """Return the statement of `_read_up_to`."""
    return _READ, [member_id, topic_id, number, connection.ops.adapt_datetimefield_value(now)]


def _tell(topic: Topic, event: str, **data: Any) -> None:
    """Tell the open pages of a topic what happened, once it is committed."""
    live.publish(f"topic:{topic.pk}", event, {"topic": topic.pk, "subject": topic.pk, **data})


def _tell_road(audience: str, verb: str) -> None:
    """Tell open home pages that the road has grown."""
    live.publish(f"road:{audience}", "road", {"verb": verb})
