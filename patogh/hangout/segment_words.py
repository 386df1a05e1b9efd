"""What rules of segments may ask of the hangout: asking, opening, replying, reacting, and being answered by the team."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from patogh.hangout.models import Post
from patogh.kit.hooks import hookimpl, plug
from patogh.segments.vocabulary import Word

_HELPED = (
    "SELECT asker.identity_id AS identity_id, post.created_at AS at, 1 AS value, '' AS unit FROM people_member asker "
    "JOIN hangout_topic topic ON topic.author_id = asker.id JOIN hangout_post post ON post.topic_id = topic.id "
    "JOIN people_member helper ON helper.id = post.author_id "
    "WHERE helper.roles NOT IN ('', 'ambassador') AND helper.id <> asker.id AND post.trashed_at IS NULL"
)


def _asker(activity: Any) -> Iterable[int]:
    """Return who opened the topic of a reply."""
    return list(Post.objects.filter(pk=activity.subject_id).values_list("topic__author__identity_id", flat=True))


@hookimpl
def segment_words() -> list[Word]:
    """Return what can be counted."""
    return [
        Word("asked", "پرسیده", "asked", ("hangout.topic_opened",), fixed=(("kind", "question"),)),
        Word("opened", "گفت‌وگو باز کرده", "opened a conversation", ("hangout.topic_opened",), can_filter=True),
        Word("replied", "پاسخ نوشته", "replied", ("hangout.reply_posted",), can_filter=True),
        Word(
            "reacted", "برای نوشته‌ای واژه گذاشته", "had a word for a post", ("hangout.reaction_given",), can_filter=True
        ),
        Word(
            "helped",
            "از همکاران پاسخ گرفته",
            "was answered by the team",
            ("hangout.reply_posted",),
            rows=_HELPED,
            touched=_asker,
        ),
    ]


plug(sys.modules[__name__])
