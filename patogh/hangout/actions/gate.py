"""The one way in for what members write, however it comes: limits, signals and pace first; then it is posted, or held.

Pages, the API and letters call these; imports and demos call the verbs behind them. What is held is not in the hangout's
tables: it waits in `trust`, and `publishing` posts it when a moderator says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from patogh.hangout.actions import once, publishing, replying
from patogh.hangout.actions import posts as posting
from patogh.hangout.actions import topics as opening
from patogh.hangout.actions.entering import Entry
from patogh.hangout.actions.mine import discard_draft
from patogh.hangout.actions.posts import PostEdit
from patogh.hangout.actions.reactions import react
from patogh.hangout.actions.replying import NewReply
from patogh.hangout.actions.topics import TopicEdit
from patogh.hangout.actions.writing import NewTopic, Written, written
from patogh.hangout.errors import SameKeyOtherText, TopicIsClosed
from patogh.hangout.models import Post, Space, Topic
from patogh.kit import markup
from patogh.kit.errors import NotFound, PatoghError
from patogh.people.models import Member
from patogh.trust.actions import hold
from patogh.trust.models import Held
from patogh.trust.nouns import HeldText, Subject, Submission, Verdict
from patogh.trust.queries import check_allowance, check_may_write, judged

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
    check_may_write(by)
    ready = opening.checked(new, by=by)
    said = _submission("topic", ready.words, manner, title=ready.title)
    verdict = _verdict(by, said, new.key)
    entry = Entry("topic", said, manner.address)
    if not verdict.hold:
        return Published(opening._open(space, ready, by=by, channel=manner.channel, entry=entry))
    what = HeldText(
        "topic", Subject("hangout.space", str(space.pk)), ready.words.text, ready.title, space.pk, publishing.topic_facts(new), new.key,
        manner.channel,
    )  # fmt: skip
    answer = _hold(what, verdict, entry, by=by)
    discard_draft("new", by=by)
    return Published(answer.topic) if isinstance(answer, Post) else answer


def reply_or_hold(topic_id: int, new: NewReply, *, by: Member, manner: Manner = WEB) -> Published[Post] | HeldForReview:
    """Add a reply to the topic with this id, or hold it; the caller has asked whether its author may see the topic.

    Raises what `reply_to` raises, and the refusals of `trust.errors`.
    """
    check_may_write(by)
    words = written(new.text)
    said = _submission("reply", words, manner)
    verdict = _verdict(by, said, new.key, topic_id=topic_id)
    entry = Entry("post", said, manner.address)
    if not verdict.hold:
        return Published(replying._reply(topic_id, new, words, by=by, channel=manner.channel, entry=entry))
    topic = _open_topic(topic_id)
    payload = {"parent": new.parent, "is_followup": new.is_followup}
    what = HeldText(
        "reply", Subject("hangout.topic", str(topic_id)), words.text, topic.title, topic.space_id, payload, new.key, manner.channel
    )  # fmt: skip
    answer = _hold(what, verdict, entry, by=by)
    discard_draft(f"topic:{topic_id}", by=by)
    return Published(answer) if isinstance(answer, Post) else answer


def edit_topic_or_hold(
    topic: Topic, edit: TopicEdit, *, by: Member, manner: Manner = WEB
) -> Published[Topic] | HeldForReview:
    """Change a topic's title, opening text and tags, or hold the change and let the old text stand."""
    check_may_write(by)
    post = Post.objects.select_related("topic").get(topic=topic, number=1)
    ready = opening.checked_edit(edit)
    said = _submission("edit", ready.words or written(post.text), manner, title=ready.title or "", before=post.text)
    check_allowance(by, said)
    verdict = judged(by, said)
    entry = Entry("edit", said, manner.address)
    if not verdict.hold:
        return Published(opening._edit(topic.pk, ready, by=by, entry=entry))
    tags = list(edit.tags) if edit.tags is not None else None
    answer = _hold(_held_edit(post, edit, manner, title=edit.title, tags=tags), verdict, entry, by=by)
    return Published(answer.topic) if isinstance(answer, Post) else answer


def edit_post_or_hold(
    post: Post, edit: PostEdit, *, by: Member, manner: Manner = WEB
) -> Published[Post] | HeldForReview:
    """Change what a reply says, or hold the change and let the old text stand."""
    check_may_write(by)
    words = written(edit.text)
    said = _submission("edit", words, manner, before=post.text)
    check_allowance(by, said)
    verdict = judged(by, said)
    entry = Entry("edit", said, manner.address)
    if not verdict.hold:
        return Published(posting._edit(post, words, edit, by=by, entry=entry))
    answer = _hold(_held_edit(post, edit, manner), verdict, entry, by=by)
    return Published(answer) if isinstance(answer, Post) else answer


def say_word(post: Post, kind: str, *, by: Member) -> Post:
    """Say one of the words to a post, at the pace of its reader's level; raises what `react` raises and `trust` refuses."""
    check_may_write(by)
    return react(post, kind, by=by, is_paced=True)


def _verdict(by: Member, said: Submission, key: str | None, *, topic_id: int | None = None) -> Verdict:
    """Hold a text to limits and signals; one whose key was posted before passes, since it only gets its answer again."""
    try:
        check_allowance(by, said, topic_id=topic_id)
    except PatoghError:
        if not once.is_known(by, key):
            raise
        return Verdict(hold=False)
    verdict = judged(by, said)
    return Verdict(hold=False) if verdict.hold and once.is_known(by, key) else verdict


def _submission(kind: str, words: Written, manner: Manner, *, title: str = "", before: str = "") -> Submission:
    """Return what signals and limits ask of a text."""
    new, old = words.rendered, markup.render(before) if before else None
    return Submission(
        kind, new.text, title, links=tuple(new.links), pictures=len(new.pictures), mentions=len(new.mentions), typed_ms=manner.typed_ms,
        before=old.text if old else "", before_links=tuple(old.links) if old else (),
    )  # fmt: skip


def _hold(what: HeldText, verdict: Verdict, entry: Entry, *, by: Member) -> HeldForReview | Post:
    """Hold a text; one that was sent twice and approved in between is the post that came of it."""
    held = hold(what, verdict, by=by, pace=(entry.act, entry.address))
    if held.state == "waiting" and held.text != what.text:
        raise SameKeyOtherText
    if held.state == "published" and held.published_kind == "hangout.post":
        post = Post.objects.select_related("topic", "topic__space", "author").filter(pk=held.published_id).first()
        if post is not None:
            return post
    return HeldForReview(held)


def _held_edit(post: Post, edit: TopicEdit | PostEdit, manner: Manner, **payload: Any) -> HeldText:
    """Return a change that waits; it stands with its topic, so that its author sees it there."""
    topic, facts = post.topic, {**payload, "post": post.pk, "why": edit.why, "base": edit.base}
    text, place = edit.text if edit.text is not None else post.text, Subject("hangout.topic", str(post.topic_id))
    return HeldText("edit", place, text, topic.title, topic.space_id, facts, None, manner.channel)


def _open_topic(topic_id: int) -> Topic:
    """Return a topic that takes replies; raises TopicIsClosed or NotFound, before anything waits in vain."""
    topic = Topic.objects.filter(pk=topic_id).first()
    if topic is None:
        raise NotFound
    if topic.closed_at or topic.trashed_at or topic.merged_into_id:
        raise TopicIsClosed
    return topic


__all__ = [
    "HeldForReview", "Manner", "Published", "edit_post_or_hold", "edit_topic_or_hold", "open_or_hold", "reply_or_hold", "say_word",
]  # fmt: skip
