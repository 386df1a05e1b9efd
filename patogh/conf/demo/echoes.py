"""Conversations that come round again: in the large size the same words are said by others, on other days.

What is rendered, cut into words and weighed once serves many times; who speaks, when, and under which title is new.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import replace

from patogh.conf.demo.crowd import Crowd
from patogh.conf.demo.sketch import Decided, PostSketch, TopicSketch
from patogh.conf.demo.threads import Heading


class Echoes:
    """The conversations heard so far, by their situation; when enough were heard of one, they come round again."""

    def __init__(self, enough: int) -> None:
        """`enough` conversations of each situation grow before the first comes round; 0 lets all of them grow."""
        self.enough = enough
        self._heard: dict[int, list[TopicSketch]] = defaultdict(list)

    def keep(self, heading: Heading, topic: TopicSketch) -> TopicSketch:
        """Remember a conversation as it grew, and return it."""
        if self.enough:
            self._heard[id(heading.turn.row)].append(replace(topic, posts=[replace(post) for post in topic.posts]))
        return topic

    def again(self, heading: Heading, rng: random.Random, crowd: Crowd, now: dt.datetime) -> TopicSketch | None:
        """Return one of those heard under a new heading, or None while there are not enough of them."""
        heard = self._heard[id(heading.turn.row)]
        if not self.enough or len(heard) < self.enough:
            return None
        said = rng.choice(heard)
        later = heading.at - said.at
        people = _cast_anew(said, heading, rng, crowd)
        posts = [_said_again(post, people, later) for post in said.posts if post.at + later < now]
        return replace(
            said,
            title=heading.title,
            posts=posts or [replace(said.posts[0], author=heading.asker, at=heading.at)],
            views=said.views + rng.randrange(9),
            closure=_decided_again(said.closure, later, now),
            moved=None,
            promise=None,
        )


def _cast_anew(said: TopicSketch, heading: Heading, rng: random.Random, crowd: Crowd) -> dict[int, int]:
    """Return who says now what somebody said then: the written cast speaks for itself."""
    lane = "women" if said.space == "women" else said.language
    people = {said.posts[0].author: heading.asker}
    for post in said.posts:
        if post.author not in people:
            is_cast = crowd.people[post.author].is_cast
            people[post.author] = post.author if is_cast else crowd.author(rng, heading.at, lane)
    return people


def _said_again(post: PostSketch, people: dict[int, int], later: dt.timedelta) -> PostSketch:
    return PostSketch(
        people[post.author],
        post.at + later,
        post.text,
        post.parent,
        post.reactions,
        post.is_accepted,
        post.is_edited,
        post.is_followup,
    )


def _decided_again(decided: Decided | None, later: dt.timedelta, now: dt.datetime) -> Decided | None:
    if decided is None or decided.at + later > now:
        return None
    return replace(decided, at=decided.at + later)
