"""Opening and editing topics."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import found, once, stamps
from patogh.hangout.actions.entering import Entry, _entered
from patogh.hangout.actions.writing import (
    NewPoll,
    NewTopic,
    Written,
    checked_poll,
    checked_tags,
    checked_title,
    why_of,
    written,
)
from patogh.hangout.ballots.actions.recording import record_poll
from patogh.hangout.errors import BadKind, BadPromise, ChangedMeanwhile, OnlyTheTeam
from patogh.hangout.models import Draft, Poll, PollOption, Post, Promise, Revision, Space, Tag, Topic, TopicTag
from patogh.kit import limits, persian
from patogh.kit.errors import NotFound
from patogh.kit.markup import Rendered
from patogh.people.models import Member
from patogh.people.queries import may


@dataclass(frozen=True, slots=True)
class Opening:
    """A new topic after all checks."""

    new: NewTopic
    title: str
    tags: dict[str, str]
    poll: NewPoll | None
    words: Written

    @property
    def digest(self) -> str:
        """Tell two openings apart."""
        return f"{self.title}\n{self.new.kind}\n{self.words.digest}"


def open_topic(space: Space, new: NewTopic, *, by: Member, channel: str = "web") -> Topic:
    """Open a topic in a space and return it; the same `new.key` twice returns the first.

    Raises BadTitle, EmptyText, TextTooLong, BadTags, BadPoll, BadKind, BadPromise, OnlyTheTeam (for a notice) or SameKeyOtherText.
    """
    return _open(space, checked(new, by=by), by=by, channel=channel)


def checked(new: NewTopic, *, by: Member) -> Opening:
    """Check and render a new topic, outside the door; raises what `open_topic` raises."""
    if new.kind not in dict(Topic.KINDS):
        raise BadKind
    if new.kind == "notice" and not may(by, "post_notice"):
        raise OnlyTheTeam
    if new.promised_on is not None and new.promised_on < timezone.localdate():
        raise BadPromise
    return Opening(new, checked_title(new.title), checked_tags(new.tags), checked_poll(new.poll), written(new.text))


@action
def _open(space: Space, opening: Opening, *, by: Member, channel: str, entry: Entry | None = None) -> Topic:
    """Write a checked topic with everything that belongs to it."""
    here = Space.objects.select_for_update().get(pk=space.pk)
    if earlier := once.earlier(by, opening.new.key, opening.digest):
        return unchanged(Topic.objects.select_related("space", "author").get(pk=earlier))
    _entered(entry, by)
    now = timezone.now()
    topic = _insert_topic(here, opening, by, now)
    post = Post.objects.create(
        topic=topic, number=1, author=by, text=opening.words.text, html=opening.words.rendered.html, created_at=now
    )
    _tag(topic, opening.tags)
    _carry(topic, opening, by, now)
    stamps._touch_space(here.pk, topics_count=F("topics_count") + 1, posts_count=F("posts_count") + 1, active_at=now)
    stamps._count_member(by.pk, topics_count=F("topics_count") + 1, posts_count=F("posts_count") + 1)
    stamps._follow_quietly(by.pk, topic.pk, now)
    stamps._read_up_to(by.pk, topic.pk, 1, now)
    Draft.objects.filter(member=by, place="new").delete()
    found._put(post, topic, opening.words.rendered.text)
    found._take_along(post, opening.words.rendered, by)
    done = record(
        "hangout.topic_opened", by=by, subject=topic, target=here, audience=here.audience, channel=channel,
        **once.keyed(by, opening.new.key, opening.digest, kind=topic.kind, mentions=opening.words.rendered.mentions[: limits.POST_MENTIONS_MAX]),
    )  # fmt: skip
    once.settled(done, topic.pk)
    stamps._tell_road(here.audience, "hangout.topic_opened")
    return topic


def _insert_topic(space: Space, opening: Opening, by: Member, now: dt.datetime) -> Topic:
    """Insert the row of a new topic."""
    rendered, new = opening.words.rendered, opening.new
    return Topic.objects.create(
        space=space, kind=new.kind, title=opening.title, author=by, excerpt=rendered.excerpt[:300], picture=_picture(rendered),
        tag_names=list(opening.tags.values()), language="fa" if persian.is_rtl(opening.title) else "en", last_number=1, last_poster=by, followers_count=1,
        promised_on=new.promised_on if new.kind == "notice" else None, created_at=now, active_at=now,
    )  # fmt: skip


def _picture(rendered: Rendered) -> str:
    """Return the first picture of a text as lists show it: the thumbnail's name under /media/, or nothing."""
    name = next((path.removeprefix("/media/").replace("-thumb.webp", ".webp") for path in rendered.pictures), "")
    return name[:120]


def _carry(topic: Topic, opening: Opening, by: Member, now: dt.datetime) -> None:
    """Insert the poll and the promise that a new topic carries."""
    if topic.promised_on:
        Promise.objects.create(topic=topic, due_on=topic.promised_on, by=by, at=now)
    if opening.poll:
        poll = Poll.objects.create(
            topic=topic,
            question=opening.poll.question,
            is_multiple=opening.poll.is_multiple,
            closes_at=opening.poll.closes_at,
        )
        PollOption.objects.bulk_create(
            [PollOption(poll=poll, position=at, text=text) for at, text in enumerate(opening.poll.options)]
        )
        record_poll(poll, is_sealed=opening.poll.is_sealed)


def _tag(topic: Topic, names: dict[str, str]) -> None:
    """Hang tags on a topic and take off those it no longer has; keeps each tag's counter."""
    step = 0 if topic.trashed_at or topic.merged_into_id else 1
    had = {one.tag.key: one for one in TopicTag.objects.filter(topic=topic).select_related("tag")}
    for key in sorted(had.keys() - names.keys()):
        Tag.objects.filter(pk=had[key].tag_id).update(topics_count=F("topics_count") - step)
        had[key].delete()
    for key in sorted(names.keys() - had.keys()):
        tag, is_new = Tag.objects.get_or_create(key=key, defaults={"name": names[key]})
        TopicTag.objects.create(topic=topic, tag=tag)
        Tag.objects.filter(pk=tag.pk).update(topics_count=F("topics_count") + step)
        if is_new and topic.space.access == "public":
            found._put_tag(tag)


@dataclass(frozen=True, slots=True)
class TopicEdit:
    """A new title, text and tags for a topic; what is None stays. `base` is how many revisions its opening post had."""

    title: str | None = None
    text: str | None = None
    tags: tuple[str, ...] | None = None
    why: str = ""
    base: int | None = None


def edit_topic(topic: Topic, edit: TopicEdit, *, by: Member) -> Topic:
    """Change a topic's title, opening text and tags; what it said before is kept as a revision.

    Raises BadTitle, EmptyText, TextTooLong, BadTags, or ChangedMeanwhile when somebody edited it since the form was opened.
    """
    return _edit(topic.pk, checked_edit(edit), by=by)


def checked_edit(edit: TopicEdit) -> Edited:
    """Check and render an edit, outside the door; raises what `edit_topic` raises."""
    title = checked_title(edit.title) if edit.title is not None else None
    tags = checked_tags(edit.tags) if edit.tags is not None else None
    words = written(edit.text) if edit.text is not None else None
    return Edited(title, words, tags, edit)


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit after all checks."""

    title: str | None
    words: Written | None
    tags: dict[str, str] | None
    edit: TopicEdit

    def changes(self, topic: Topic, post: Post) -> bool:
        """Whether anything would be different."""
        title = self.title is not None and self.title != topic.title
        text = self.words is not None and self.words.text != post.text
        return title or text or (self.tags is not None and list(self.tags.values()) != topic.tag_names)


@action
def _edit(topic_id: int, edited: Edited, *, by: Member, entry: Entry | None = None) -> Topic:
    """Write a checked edit of a topic."""
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=topic_id)
    post = Post.objects.filter(topic=topic, number=1).first()
    if post is None or topic.trashed_at:
        raise NotFound
    if not edited.changes(topic, post):
        return unchanged(topic)
    if edited.edit.base is not None and edited.edit.base != post.revisions_count:
        raise ChangedMeanwhile
    _entered(entry, by)
    _keep_revision(post, by, edited.edit.why, title=topic.title)
    _write_edit(topic, post, edited)
    Draft.objects.filter(member=by, place=f"edit:{post.pk}").delete()
    data = {
        "why": why_of(edited.edit.why),
        "mentions": edited.words.rendered.mentions[: limits.POST_MENTIONS_MAX] if edited.words else [],
    }
    record("hangout.topic_edited", by=by, subject=topic, target=topic.space, audience="staff", data=data)
    stamps._tell(topic, "edit", number=1, post=post.pk)
    return topic


def _write_edit(topic: Topic, post: Post, edited: Edited) -> None:
    """Write what an edit changes, and everything that is copied from it."""
    if edited.tags is not None:
        _tag(topic, edited.tags)
        topic.tag_names = list(edited.tags.values())
    topic.title = edited.title or topic.title
    if edited.words:
        topic.excerpt, topic.picture = edited.words.rendered.excerpt[:300], _picture(edited.words.rendered)
        stamps._touch_post(post, text=edited.words.text, html=edited.words.rendered.html)
        found._take_along(post, edited.words.rendered, topic.author)
    changes = {name: getattr(topic, name) for name in ("title", "tag_names", "excerpt", "picture")}
    stamps._touch_topic(topic.pk, language="fa" if persian.is_rtl(topic.title) else "en", **changes)
    stamps._touch_space(topic.space_id)
    found._put(post, topic, edited.words.rendered.text if edited.words else found.plain(post.text))


def _keep_revision(post: Post, by: Member, why: str, *, title: str = "") -> None:
    """Keep what a post says now, before it is changed; an author's slip within EDIT_GRACE_S leaves no mark on the page."""
    now = timezone.now()
    number = post.revisions_count + 1
    Revision.objects.create(
        post=post, number=number, text=post.text, title=title, edited_by=by, edited_at=now, why=why_of(why)
    )
    is_slip = by.pk == post.author_id and (now - post.created_at).total_seconds() < limits.EDIT_GRACE_S
    stamps._touch_post(post, revisions_count=number, edited_at=post.edited_at if is_slip else now)
