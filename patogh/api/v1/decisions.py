"""Decisions about conversations, each a noun: set with PUT, lifted with DELETE."""

from __future__ import annotations

from typing import Any

from patogh.api import queries
from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.shapes.common import Key, Reason
from patogh.api.v1.shapes.talk import Acceptance, Merged, MergeInto, MoveTo, PromiseOf, WholeTopic
from patogh.api.v1.topics import topic_seen
from patogh.hangout import actions
from patogh.hangout.forms import chosen_space
from patogh.hangout.models import Post, Topic, TopicMerge
from patogh.hangout.queries import access

doors = Doors("decisions")


@doors.put("/topics/{topic}/pin", WholeTopic, "moderate")
def pin_topic(request: Ask, topic: Key, body: Reason) -> Any:
    """Hold a conversation at the top of its space."""
    return _now(request, actions.pin_topic(_moderated(request, topic), by=request.member, why=body.why))


@doors.end("/topics/{topic}/pin", WholeTopic, "moderate")
def unpin_topic(request: Ask, topic: Key) -> Any:
    """Let a conversation go from the top."""
    return _now(request, actions.unpin_topic(_moderated(request, topic), by=request.member))


@doors.put("/topics/{topic}/closure", WholeTopic, "moderate")
def close_topic(request: Ask, topic: Key, body: Reason) -> Any:
    """Close a conversation to new replies."""
    return _now(request, actions.close_topic(_moderated(request, topic), by=request.member, why=body.why))


@doors.end("/topics/{topic}/closure", WholeTopic, "moderate")
def reopen_topic(request: Ask, topic: Key) -> Any:
    """Let a conversation take replies again."""
    return _now(request, actions.reopen_topic(_moderated(request, topic), by=request.member))


@doors.put("/topics/{topic}/trash", None, "write:topics")
def trash_topic(request: Ask, topic: Key, body: Reason) -> Any:
    """Take a conversation out of sight: one's own while nobody has answered; moderators any."""
    row = access.one(access.topics_trashable_by(request.member), pk=topic)
    actions.trash_topic(row, by=request.member, why=body.why)


@doors.end("/topics/{topic}/trash", WholeTopic, "moderate")
def restore_topic(request: Ask, topic: Key) -> Any:
    """Bring a conversation back."""
    return _now(request, actions.restore_topic(_moderated(request, topic), by=request.member))


@doors.put("/topics/{topic}/space", WholeTopic, "moderate")
def move_topic(request: Ask, topic: Key, body: MoveTo) -> Any:
    """Carry a conversation to another space."""
    row = _moderated(request, topic)
    space = chosen_space(access.spaces_postable_by(request.member), body.space)
    return _now(request, actions.move_topic(row, space, by=request.member, why=body.why))


@doors.post("/topics/{topic}/merges", Merged, "moderate")
def merge_topics(request: Ask, topic: Key, body: MergeInto) -> Any:
    """Put a conversation's posts at the end of another."""
    row, target = _moderated(request, topic), _moderated(request, body.target)
    merge = actions.merge_topics(row, target, by=request.member, why=body.why)
    return {"merge": merge.pk, "source": merge.source_id, "target": merge.target_id}


@doors.end("/merges/{merge}", WholeTopic, "moderate")
def undo_merge(request: Ask, merge: Key) -> Any:
    """Take two merged conversations apart again."""
    row = access.one(TopicMerge.objects.select_related("source", "target"), pk=merge)
    _moderated(request, row.target_id)
    return _now(request, actions.undo_merge(row, by=request.member))


@doors.put("/topics/{topic}/acceptance", WholeTopic, "write:topics")
def accept_answer(request: Ask, topic: Key, body: Acceptance) -> Any:
    """Say which reply solved one's question."""
    row = topic_seen(request, topic)
    actions.accept_answer(access.one(Post.objects.filter(topic=row, trashed_at=None), pk=body.post), by=request.member)
    return _now(request, row)


@doors.end("/topics/{topic}/acceptance", WholeTopic, "write:topics")
def withdraw_acceptance(request: Ask, topic: Key) -> Any:
    """Say that one's question is open again."""
    return _now(request, actions.withdraw_acceptance(topic_seen(request, topic), by=request.member))


@doors.put("/topics/{topic}/promise", WholeTopic, "moderate")
def promise_date(request: Ask, topic: Key, body: PromiseOf) -> Any:
    """Promise a date in a notice of the team, or another one than before."""
    row = access.one(access.notices_promised_by(request.member), pk=topic)
    actions.promise(row, body.due_on, by=request.member, why=body.why)
    return _now(request, row)


@doors.end("/topics/{topic}/promise", WholeTopic, "moderate")
def drop_promise(request: Ask, topic: Key) -> Any:
    """Say that a promise does not stand any more."""
    row = access.one(access.notices_promised_by(request.member), pk=topic)
    return _now(request, actions.settle_promise(row, "dropped", by=request.member))


@doors.put("/topics/{topic}/promise/kept", WholeTopic, "moderate")
def keep_promise(request: Ask, topic: Key) -> Any:
    """Say that a promise was kept."""
    row = access.one(access.notices_promised_by(request.member), pk=topic)
    return _now(request, actions.settle_promise(row, "kept", by=request.member))


def _moderated(request: Ask, pk: int) -> Topic:
    return access.one(access.topics_moderated_by(request.member), pk=pk)


def _now(request: Ask, topic: Topic) -> dict[str, Any]:
    return queries.whole_topic(topic, request.member)
