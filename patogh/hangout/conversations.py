"""What the hangout plugs in for rooms beside it: a conversation about one of their things."""

from __future__ import annotations

import sys
from typing import Any

from patogh.hangout import actions
from patogh.hangout.actions import gate
from patogh.hangout.actions.conversations import open_conversation
from patogh.hangout.actions.replying import NewReply
from patogh.hangout.models import Post, Topic
from patogh.hangout.queries import access
from patogh.kit import limits, markup, persian
from patogh.kit.errors import NotFound
from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Member
from patogh.trust.nouns import Conversation, LastWord, Said

LAST_WORDS: int = 3


@hookimpl
def conversation_wanted(key: str, title: str, address: str, text: str, by: Any) -> int | None:
    """Open the topic of a thing in the space of such conversations."""
    linked = f"[{title.replace('[', ' ').replace(']', ' ')}]({address})"
    words = f"{text.strip()}\n\n{linked}".strip()[: limits.POST_TEXT_CHARS_MAX]
    return open_conversation(f"talk-of:{key}", title, words, by=by).pk


@hookimpl
def conversation_continued(topic_id: int, words: Said, by: Member) -> tuple[str, bool] | None:
    """Reply through the hangout's own gate."""
    topic = access.one(access.topics_visible_to(by), pk=topic_id)
    manner = gate.Manner(words.channel, words.address, words.typed_ms)
    answer = gate.reply_or_hold(topic.pk, NewReply(words.text, key=words.key), by=by, manner=manner)
    if isinstance(answer, gate.HeldForReview):
        return f"{_address(topic)}#held-{answer.held.pk}", True
    return f"/t/{topic.pk}/p/{answer.thing.number}", False


@hookimpl
def conversation_shown(topic_id: int, viewer: Any) -> Conversation | None:
    """Show the last answers of a topic in sight."""
    topic = access.topics_visible_to(viewer).filter(pk=topic_id, trashed_at=None).first()
    if topic is None:
        return None
    rows = Post.objects.filter(topic=topic, number__gt=1, trashed_at=None).select_related("author")
    newest = list(rows.order_by("-number")[:LAST_WORDS])
    last = tuple(
        LastWord(post.number, post.author, _said(post), post.created_at, f"/t/{topic.pk}/p/{post.number}")
        for post in reversed(newest)
    )
    return Conversation(_address(topic), topic.replies_count, bool(topic.closed_at), last)


@hookimpl
def conversation_counted(topic_id: int) -> int | None:
    """Return the stored count of answers."""
    row = Topic.objects.filter(pk=topic_id).values_list("replies_count", "trashed_at").first()
    return None if row is None else 0 if row[1] else row[0]


@hookimpl
def conversation_hidden(topic_id: int, hidden: bool, why: str, by: Any) -> bool | None:
    """Hide the opening post, and with it its topic; or show it again."""
    post = Post.objects.select_related("topic", "topic__space", "author").filter(topic_id=topic_id, number=1).first()
    if post is None or bool(post.hidden_at) == hidden:
        return False
    if hidden:
        return actions.hide_post(post, by=by, why=why) is not None
    try:
        actions.unhide_post(post, by=by)
    except NotFound:
        return False
    return True


def _said(post: Post) -> str:
    """Return the beginning of a post as plain words."""
    return markup.render(post.text[:2_000]).excerpt[:220]


def _address(topic: Topic) -> str:
    return f"/t/{topic.pk}/{persian.slug(topic.title)}".rstrip("/")


plug(sys.modules[__name__])
