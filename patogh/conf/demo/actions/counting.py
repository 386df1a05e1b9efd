"""Counters, brought up to date once at the end instead of with each row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patogh.conf.demo.actions.rows import settle_keys, stamp, update

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk


@dataclass(slots=True)
class Figures:
    """What was counted, by the keys of members, spaces and tags."""

    topics: Counter[int] = field(default_factory=Counter)
    posts: Counter[int] = field(default_factory=Counter)
    accepted: Counter[int] = field(default_factory=Counter)
    thanks: Counter[int] = field(default_factory=Counter)
    space_topics: Counter[int] = field(default_factory=Counter)
    space_posts: Counter[int] = field(default_factory=Counter)
    space_active: dict[int, dt.datetime] = field(default_factory=dict)
    tags: Counter[int] = field(default_factory=Counter)


def settle(talk: Talk) -> None:
    """Write every counter as it is now, let the keys go on behind ours, and merge the index."""
    figures = talk.figures
    everybody = figures.topics.keys() | figures.posts.keys() | figures.thanks.keys()
    update(
        "UPDATE people_member SET topics_count = %s, posts_count = %s, accepted_count = %s, thanks_count = %s"
        " WHERE id = %s",
        [
            (figures.topics[pk], figures.posts[pk], figures.accepted[pk], figures.thanks[pk], pk)
            for pk in sorted(everybody)
        ],
    )
    update(
        "UPDATE hangout_space SET topics_count = %s, posts_count = %s, active_at = %s WHERE id = %s",
        [
            (figures.space_topics[pk], figures.space_posts[pk], stamp(at), pk)
            for pk, at in sorted(figures.space_active.items())
        ],
    )
    update(
        "UPDATE hangout_tag SET topics_count = %s WHERE id = %s",
        [(count, pk) for pk, count in sorted(figures.tags.items())],
    )
    settle_keys(*(table.model for table in talk.tables.values() if table.has_number), talk.shelf.documents.model)
    talk.shelf.settle()
