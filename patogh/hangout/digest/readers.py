"""What is known of a batch of members that decides what they should read: a statement for each kind of fact, not for each
member.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from patogh.hangout.models import Follow, Post, Reaction, ReadMarker, SpaceMember
from patogh.people.models import MemberFollow
from patogh.trust.models import Block

ANSWERED_DAYS: Final = 180
THANKED_DAYS: Final = 90
CIRCLE_MAX: Final = 200


@dataclass(slots=True)
class Known:
    """What one member follows, mutes, has read and can answer; `circle` are the people she follows or thanked."""

    spaces: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)
    circle: set[int] = field(default_factory=set)
    muted_spaces: set[int] = field(default_factory=set)
    muted_tags: set[int] = field(default_factory=set)
    muted_topics: set[int] = field(default_factory=set)
    unheard: set[int] = field(default_factory=set)
    rooms: set[int] = field(default_factory=set)
    read: dict[int, int] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)


def known(ids: Collection[int], since: dt.datetime, now: dt.datetime) -> dict[int, Known]:
    """Return what is known of these members; at most 500 of them. Seven statements."""
    found: defaultdict[int, Known] = defaultdict(Known)
    _follows(found, ids)
    _people(found, ids, now)
    inside = SpaceMember.objects.filter(member_id__in=ids, space__access="private")
    for member_id, space_id in inside.values_list("member_id", "space_id"):
        found[member_id].rooms.add(space_id)
    markers = ReadMarker.objects.filter(member_id__in=ids, read_at__gte=since)
    for member_id, topic_id, number in markers.values_list("member_id", "topic_id", "last_number"):
        found[member_id].read[topic_id] = number
    _answers(found, ids, now)
    return found


def _follows(found: defaultdict[int, Known], ids: Collection[int]) -> None:
    follows = Follow.objects.filter(member_id__in=ids)
    for member_id, level, space, topic, tag in follows.values_list(
        "member_id", "level", "space_id", "topic_id", "tag_id"
    ):
        one, heard = found[member_id], level == "following"
        if space:
            (one.spaces if heard else one.muted_spaces).add(space)
        elif topic:
            (one.topics if heard else one.muted_topics).add(topic)
        elif tag:
            (one.tags if heard else one.muted_tags).add(tag)


def _people(found: defaultdict[int, Known], ids: Collection[int], now: dt.datetime) -> None:
    follows = MemberFollow.objects.filter(follower_id__in=ids)
    for member_id, level, other in follows.values_list("follower_id", "level", "followed_id"):
        (found[member_id].circle if level == "following" else found[member_id].unheard).add(other)
    for member_id, other in Block.objects.filter(member_id__in=ids).values_list("member_id", "blocked_id"):
        found[member_id].unheard.add(other)
    for member_id, other in Block.objects.filter(blocked_id__in=ids).values_list("blocked_id", "member_id"):
        found[member_id].unheard.add(other)
    thanked = Reaction.objects.filter(member_id__in=ids, created_at__gte=now - dt.timedelta(days=THANKED_DAYS))
    for member_id, author in thanked.values_list("member_id", "post__author_id"):
        if len(found[member_id].circle) < CIRCLE_MAX:
            found[member_id].circle.add(author)


def _answers(found: defaultdict[int, Known], ids: Collection[int], now: dt.datetime) -> None:
    """Note the tags of the topics in which each member wrote lately."""
    since = now - dt.timedelta(days=ANSWERED_DAYS)
    wrote = Post.objects.filter(author_id__in=ids, created_at__gte=since, number__gt=1, trashed_at=None)
    for member_id, tag_id in wrote.values_list("author_id", "topic__topic_tags__tag_id").distinct():
        if tag_id:
            found[member_id].answered.add(tag_id)
