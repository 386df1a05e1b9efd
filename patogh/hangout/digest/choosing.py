"""Choosing for one member out of the pools: five topics, five posts, five questions that she could answer.

A topic gains where she follows its space, a tag or its author, and by what her circle found good; what is worth reading
anyway fills the rest. Nothing that she wrote, read or muted, nothing of people she blocked or who blocked her, nothing of
a private space that she is not in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from patogh.channels.limits import DIGEST_OTHERS_MAX, DIGEST_POSTS_MAX, DIGEST_TOPICS_MAX
from patogh.hangout.digest.pool import Matter, Thing
from patogh.hangout.digest.readers import Known

FOLLOWED: Final = "followed"
CIRCLE: Final = "circle"
GOOD: Final = "good"
ANSWER: Final = "answer"
_WEIGHTS: Final = {CIRCLE: 60.0, FOLLOWED: 40.0, GOOD: 0.0}
CANDIDATES_A_SOURCE_MAX: Final = 12
WORTH_A_MAIL_LEAST: Final = 2

Chosen = list[tuple[int, str]]


def choose(member_id: int, one: Known, since: dt.datetime, matter: Matter) -> dict[str, Any] | None:
    """Return the keys of what to tell this member, each with why; None where it is not worth a mail."""
    fits = _fits(member_id, one, since)
    topics = _best(_topics(one, matter), fits, DIGEST_TOPICS_MAX)
    told = {pk for pk, _ in topics}
    posts = _best(
        ((thing, why) for thing, why in _posts(one, matter) if thing.topic_id not in told), fits, DIGEST_POSTS_MAX
    )
    can = _fits(member_id, one, None)
    open_questions = ((thing, ANSWER) for tag in one.answered for thing in matter.questions.by_tag.get(tag, []))
    questions = _best(
        ((thing, why) for thing, why in open_questions if thing.topic_id not in told), can, DIGEST_OTHERS_MAX
    )
    if len(topics) + len(posts) + len(questions) < WORTH_A_MAIL_LEAST:
        return None
    return {"topics": topics, "posts": posts, "questions": questions}


def _topics(one: Known, matter: Matter) -> Iterable[tuple[Thing, str]]:
    pool = matter.topics
    for person in one.circle:
        yield from ((thing, CIRCLE) for thing in pool.by_author.get(person, [])[:CANDIDATES_A_SOURCE_MAX])
    for space in one.spaces | one.rooms:
        yield from ((thing, FOLLOWED) for thing in pool.by_space.get(space, [])[:CANDIDATES_A_SOURCE_MAX])
    for tag in one.tags:
        yield from ((thing, FOLLOWED) for thing in pool.by_tag.get(tag, [])[:CANDIDATES_A_SOURCE_MAX])
    yield from ((thing, GOOD) for thing in pool.open)


def _posts(one: Known, matter: Matter) -> Iterable[tuple[Thing, str]]:
    for person in one.circle:
        yield from ((thing, CIRCLE) for thing in matter.praise.get(person, [])[:CANDIDATES_A_SOURCE_MAX])
    for topic in one.topics:
        yield from ((thing, FOLLOWED) for thing in matter.posts.by_topic.get(topic, [])[:CANDIDATES_A_SOURCE_MAX])
    for space in one.spaces | one.rooms:
        yield from ((thing, FOLLOWED) for thing in matter.posts.by_space.get(space, [])[:CANDIDATES_A_SOURCE_MAX])
    yield from ((thing, GOOD) for thing in matter.posts.open)


def _fits(member_id: int, one: Known, since: dt.datetime | None) -> Callable[[Thing], bool]:
    def fits(thing: Thing) -> bool:
        return not (
            (since is not None and thing.created_at < since)
            or thing.author_id == member_id
            or thing.author_id in one.unheard
            or (thing.is_private and thing.space_id not in one.rooms)
            or one.read.get(thing.topic_id, 0) >= thing.number
            or thing.space_id in one.muted_spaces
            or thing.topic_id in one.muted_topics
            or not one.muted_tags.isdisjoint(thing.tags)
        )

    return fits


def _best(candidates: Iterable[tuple[Thing, str]], fits: Callable[[Thing], bool], most: int) -> Chosen:
    """Return the worthiest that fit, at most one of each topic, with the strongest reason for it."""
    worth: dict[int, tuple[float, str, int]] = {}
    for thing, why in candidates:
        value = thing.worth + _WEIGHTS.get(why, 0.0)
        before = worth.get(thing.topic_id)
        if (before is None or value > before[0]) and fits(thing):
            worth[thing.topic_id] = (value, why, thing.id)
    best = sorted(worth.values(), key=lambda one: (-one[0], -one[2]))[:most]
    return [(pk, why) for _, why, pk in best]
