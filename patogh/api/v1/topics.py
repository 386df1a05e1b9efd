"""Conversations: listed, opened, read, edited, followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Status
from pydantic import Field

from patogh.api import queries
from patogh.api.callers import address_of
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes.common import Held, Key, PageAsk, Rows
from patogh.api.v1.shapes.talk import Following, NewTopic, ReadUpTo, Topic, TopicEdit, WholeTopic
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, gate
from patogh.hangout.actions.gate import Manner
from patogh.hangout.forms import chosen_space
from patogh.hangout.models import Topic as TopicRow
from patogh.hangout.queries import access, lists, stamps

doors = Doors("topics")


class TopicsAsk(PageAsk):
    """Which conversations, and in which order."""

    order: Literal["active", "new", "unanswered", "top"] = Field("active", description="How the list is sorted.")
    space: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")] = Field("", description="Only of this space.")
    tag: Annotated[str, Field(max_length=60)] = Field("", description="Only with this tag.")
    author: Annotated[str, Field(max_length=30, pattern=r"^[A-Za-z0-9_]*$")] = Field(
        "", description="Only by this member."
    )


@doors.get("/topics", Rows[Topic], "read:topics")
def list_topics(request: Ask, response: HttpResponse, ask: Query[TopicsAsk]) -> Any:
    """List conversations; what one mutes is left out."""
    narrowed = _narrowed(request, ask)
    scope = stamps.sight(request.member.pk).scope(stamps.muted_by(request.member.pk), **narrowed)
    rows = lists.topics_by(scope, ask.order, after=ask.after or None, size=ask.limit)
    return page(request, response, [queries.topic_said(row) for row in rows], rows.next)


def _narrowed(request: Ask, ask: TopicsAsk) -> dict[str, int]:
    """Return what a list is narrowed to; raises NotFound for what the asker cannot see."""
    from patogh.people.queries import member_at

    found = {}
    if ask.space:
        found["space_id"] = access.one(access.spaces_visible_to(request.member), slug=ask.space).pk
    if ask.tag:
        found["tag_id"] = access.one(access.tags_visible_to(request.member), key=actions.tag_key(ask.tag)).pk
    if ask.author:
        found["author_id"] = member_at(ask.author, request.member).pk
    return found


@doors.post("/topics", WholeTopic, "write:topics", more={202: Held})
def open_topic(request: Ask, body: NewTopic) -> Any:
    """Open a conversation, perhaps with a poll; 202 says that it waits for a moderator, and why."""
    space = chosen_space(access.spaces_postable_by(request.member), body.space)
    asked = body.poll
    poll = (
        NewPoll(asked.question, tuple(asked.options), asked.is_multiple, is_sealed=asked.is_sealed) if asked else None
    )
    new = actions.NewTopic(
        body.title, body.text, body.kind, tags=tuple(body.tags), poll=poll, promised_on=body.promised_on
    )
    done = gate.open_or_hold(space, new, by=request.member, manner=manner_of(request))
    return answered(done, 201, lambda thing: queries.whole_topic(thing, request.member))


@doors.get("/topics/{topic}", WholeTopic, "read:topics")
def read_topic(request: Ask, topic: Key) -> Any:
    """Read a conversation: its facts, its poll, and what is one's own of it."""
    return queries.whole_topic(topic_seen(request, topic), request.member)


@doors.patch("/topics/{topic}", WholeTopic, "write:topics", more={202: Held})
def edit_topic(request: Ask, topic: Key, body: TopicEdit) -> Any:
    """Edit title, opening text or tags of one's own conversation; moderators edit any."""
    row = access.one(access.topics_owned_by(request.member), pk=topic, merged_into=None)
    tags = tuple(body.tags) if body.tags is not None else None
    edit = actions.TopicEdit(body.title, body.text, tags, body.why, body.base)
    done = gate.edit_topic_or_hold(row, edit, by=request.member, manner=manner_of(request))
    return answered(done, 200, lambda thing: queries.whole_topic(thing, request.member))


@doors.put("/topics/{topic}/follow", WholeTopic, "write:topics")
def follow_topic(request: Ask, topic: Key, body: Following) -> Any:
    """Follow a conversation, or mute it."""
    row = topic_seen(request, topic)
    actions.follow(row, by=request.member, level=body.level)
    return queries.whole_topic(row, request.member)


@doors.end("/topics/{topic}/follow", None, "write:topics")
def unfollow_topic(request: Ask, topic: Key) -> Any:
    """Neither follow nor mute a conversation."""
    actions.unfollow(topic_seen(request, topic), by=request.member)


@doors.put("/topics/{topic}/read-marker", None, "write:topics")
def mark_topic_read(request: Ask, topic: Key, body: ReadUpTo) -> Any:
    """Note how far one has read; never backwards."""
    actions.mark_read(topic_seen(request, topic), body.number, by=request.member)


def topic_seen(request: Ask, pk: int) -> TopicRow:
    """Return a topic that the asker may read; raises NotFound."""
    return access.one(access.topics_visible_to(request.member), pk=pk)


def manner_of(request: Ask) -> Manner:
    """Return how a text came in."""
    return Manner(channel="api", address=address_of(request))


def answered(done: Any, status: int, shown: Callable[[Any], dict[str, Any]]) -> Status[dict[str, Any]]:
    """Return what was posted, or 202 and why it waits for a moderator."""
    if not done.is_held:
        return Status(status, shown(done.thing))
    return Status(202, {"held": True, "id": done.held.pk, "reasons": queries.reasons(done.held)})
