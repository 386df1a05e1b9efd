"""The one way in for what members write, however it comes: limits, pace and signals first; then it is posted, or held.

Pages, the API and letters call these; imports and demos call the verbs behind them. What is held is not in the hangout's
tables: it waits in `trust`, and `publish_held` posts it when a moderator says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from patogh.hangout.actions.posts import PostEdit, edit_post
from patogh.hangout.actions.replying import NewReply, reply_to
from patogh.hangout.actions.topics import TopicEdit, edit_topic, open_topic
from patogh.hangout.actions.writing import NewTopic
from patogh.hangout.models import Post, Space, Topic
from patogh.people.models import Member

if TYPE_CHECKING:
    from patogh.trust.models import Held

Thing = TypeVar("Thing", Topic, Post)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text came in: over which channel, from which network address, typed in how many milliseconds (None: unknown)."""

    channel: str = "web"
    address: str = ""
    typed_ms: int | None = None


WEB = Manner()


@dataclass(frozen=True, slots=True)
class Published(Generic[Thing]):
    """It is posted."""

    thing: Thing
    is_held = False


@dataclass(frozen=True, slots=True)
class HeldForReview:
    """It waits for a moderator; `held.reasons` says why, and its author sees it where it would stand."""

    held: Held
    is_held = True


def open_or_hold(space: Space, new: NewTopic, *, by: Member, manner: Manner = WEB) -> Published[Topic] | HeldForReview:
    """Open a topic, or hold it for review; the same `new.key` twice gives the first answer again.

    Raises what `open_topic` raises, and Silenced, Suspended, TooFast, TooManyLinks and their kin of `trust.errors`.
    """
    return Published(open_topic(space, new, by=by, channel=manner.channel))


def reply_or_hold(topic_id: int, new: NewReply, *, by: Member, manner: Manner = WEB) -> Published[Post] | HeldForReview:
    """Add a reply to the topic with this id, or hold it; the caller has asked whether its author may see the topic.

    Raises what `reply_to` raises, and the refusals of `trust.errors`.
    """
    return Published(reply_to(topic_id, new, by=by, channel=manner.channel))


def edit_topic_or_hold(
    topic: Topic, edit: TopicEdit, *, by: Member, manner: Manner = WEB
) -> Published[Topic] | HeldForReview:
    """Change a topic's title, opening text and tags, or hold the change and let the old text stand."""
    return Published(edit_topic(topic, edit, by=by))


def edit_post_or_hold(
    post: Post, edit: PostEdit, *, by: Member, manner: Manner = WEB
) -> Published[Post] | HeldForReview:
    """Change what a reply says, or hold the change and let the old text stand."""
    return Published(edit_post(post, edit, by=by))
