"""Posting what was held: what it says is rendered before the door, then written as its author's own act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from patogh.hangout.actions import hiding, replying
from patogh.hangout.actions import posts as posting
from patogh.hangout.actions import topics as opening
from patogh.hangout.actions.posts import PostEdit
from patogh.hangout.actions.replying import NewReply
from patogh.hangout.actions.topics import Edited, Opening, TopicEdit
from patogh.hangout.actions.writing import NewPoll, NewTopic, Written, written
from patogh.hangout.models import Post, Space
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.models import Held


@dataclass(frozen=True, slots=True)
class Prepared:
    """A held text after all checks: one of a topic, a reply, or an edit."""

    words: Written
    new: Opening | None = None
    edit: Edited | None = None


def topic_facts(new: NewTopic) -> dict[str, Any]:
    """Return what a held topic must remember beside its title and text, as plain JSON."""
    poll = new.poll
    return {
        "kind": new.kind,
        "tags": list(new.tags),
        "promised_on": new.promised_on.isoformat() if new.promised_on else None,
        "poll": {
            "question": poll.question,
            "options": list(poll.options),
            "is_multiple": poll.is_multiple,
            "is_sealed": poll.is_sealed,
            "closes_at": poll.closes_at.isoformat() if poll.closes_at else None,
        }
        if poll
        else None,
    }


def rendered_text(text: str) -> Written:
    """Check and render a text; raises EmptyText or TextTooLong."""
    return written(text)


def prepared(held: Held, text: str) -> Prepared:
    """Check and render a held text, with `text` as what it says."""
    words, facts = written(text), held.payload
    if held.kind == "topic":
        return Prepared(words, new=opening.checked(_new_topic(held, text), by=held.author))
    if held.kind == "edit" and facts.get("title") is not None:
        tags = tuple(facts["tags"]) if facts.get("tags") is not None else None
        edit = TopicEdit(facts["title"], text, tags, facts.get("why", ""), facts.get("base"))
        return Prepared(words, edit=opening.checked_edit(edit))
    return Prepared(words)


def publish(held: Held, ready: Prepared) -> Post:
    """Post it as its author; raises what the verb raises (TopicIsClosed, ChangedMeanwhile, NotFound)."""
    by, facts = held.author, held.payload
    if ready.new is not None:
        space = Space.objects.get(pk=int(held.place_id))
        topic = opening._open(space, ready.new, by=by, channel=held.channel)
        return Post.objects.get(topic=topic, number=1)
    if held.kind == "reply":
        new = NewReply(held.text, facts.get("parent"), is_followup=bool(facts.get("is_followup")))
        return replying._reply(int(held.place_id), new, ready.words, by=by, channel=held.channel)
    post = Post.objects.select_related("topic").filter(pk=facts.get("post")).first()
    if post is None:
        raise NotFound
    if ready.edit is not None:
        opening._edit(post.topic_id, ready.edit, by=by)
        return post
    return posting._edit(post, ready.words, PostEdit(held.text, facts.get("why", ""), facts.get("base")), by=by)


def put_back(post: Post, *, by: Member) -> Post:
    """Put back what a post said before its last edit."""
    before = post.revisions.order_by("-number").first()
    if before is None:
        return post
    return posting._edit(post, written(before.text), PostEdit(before.text), by=by)


def overwrite(post: Post, words: Written, why: str, *, by: Member) -> bool:
    """Put a moderator's text in place of what a post says, hidden or not; what stood there stays in its history."""
    if post.text == words.text:
        return False
    if post.hidden_at:
        hiding.unhide_post(post, by=by)
    posting._edit(post, words, PostEdit(words.text, why), by=by)
    return True


def _new_topic(held: Held, text: str) -> NewTopic:
    """Return a held topic as it was asked for."""
    facts, poll = held.payload, held.payload.get("poll")
    return NewTopic(
        held.title, text, facts.get("kind", "discussion"), tuple(facts.get("tags", ())),
        poll=_poll_asked(poll) if poll else None,
        promised_on=dt.date.fromisoformat(facts["promised_on"]) if facts.get("promised_on") else None,
    )  # fmt: skip


def _poll_asked(said: dict[str, Any]) -> NewPoll:
    """Return a held poll as it was asked for; those held before sealed polls came are simple."""
    closes_at, is_sealed = _moment(said["closes_at"]), bool(said.get("is_sealed"))
    return NewPoll(said["question"], tuple(said["options"]), said["is_multiple"], closes_at, is_sealed)


def _moment(said: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(said) if said else None
