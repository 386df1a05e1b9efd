"""Editing a post, and taking one out of sight."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import counting, found, hiding, stamps, topics
from patogh.hangout.actions.entering import Entry, _entered
from patogh.hangout.actions.writing import Written, why_of, written
from patogh.hangout.errors import CannotTrashThis, ChangedMeanwhile
from patogh.hangout.models import Draft, Post, PostTrash, Topic
from patogh.kit import limits
from patogh.kit.errors import NotFound
from patogh.people.models import Member


@dataclass(frozen=True, slots=True)
class PostEdit:
    """A new text for a post; `base` is how many revisions it had when the form was opened."""

    text: str
    why: str = ""
    base: int | None = None


def edit_post(post: Post, edit: PostEdit, *, by: Member) -> Post:
    """Change what a post says; what it said before is kept as a revision.

    Raises EmptyText, TextTooLong, or ChangedMeanwhile when somebody else edited it since the form was opened.
    """
    return _edit(post, written(edit.text), edit, by=by)


@action
def _edit(post: Post, words: Written, edit: PostEdit, *, by: Member, entry: Entry | None = None) -> Post:
    """Write a checked edit."""
    row = _locked(post)
    if row.trashed_at:
        raise NotFound
    if row.text == words.text:
        return unchanged(row)
    if edit.base is not None and edit.base != row.revisions_count:
        raise ChangedMeanwhile
    _entered(entry, by)
    topics._keep_revision(row, by, edit.why)
    stamps._touch_post(row, text=words.text, html=words.rendered.html)
    excerpt = (
        {"excerpt": words.rendered.excerpt[:300], "picture": topics._picture(words.rendered)} if row.number == 1 else {}
    )
    stamps._touch_topic(row.topic_id, **excerpt)
    if excerpt:
        stamps._touch_space(row.topic.space_id)
    found._put(row, row.topic, words.rendered.text)
    found._take_along(row, words.rendered, row.author)
    Draft.objects.filter(member=by, place=f"edit:{row.pk}").delete()
    data = {"why": why_of(edit.why), "mentions": words.rendered.mentions[: limits.POST_MENTIONS_MAX]}
    record("hangout.post_edited", by=by, subject=row, target=row.topic, audience="staff", data=data)
    stamps._tell(row.topic, "edit", number=row.number, post=row.pk)
    return row


@action
def trash_post(post: Post, *, by: Member, why: str = "") -> PostTrash | None:
    """Take a reply out of sight; it leaves a line in its place and can be restored. Raises CannotTrashThis for the opening post."""
    row = _locked(post)
    if row.number == 1:
        raise CannotTrashThis
    if row.trashed_at and not row.hidden_at:
        return unchanged(row.trashings.filter(lifted_at=None).first())
    now = timezone.now()
    trash = PostTrash.objects.create(post=row, by=by, why=why_of(why), at=now)
    if row.hidden_at:
        hiding._from_hidden_to_trash(row, by)
    else:
        _weigh_post(row, -1, now)
        found._forget_post(row)
    record("hangout.post_trashed", by=by, subject=row, target=row.topic, audience="staff", data={"why": why_of(why)})
    stamps._tell(row.topic, "edit", number=row.number, post=row.pk)
    return trash


@action
def restore_post(post: Post, *, by: Member) -> Post:
    """Bring a post back where it was."""
    row = _locked(post)
    if not row.trashings.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()):
        return unchanged(row)
    _weigh_post(row, 1, None)
    found._put(row, Topic.objects.select_related("space").get(pk=row.topic_id), found.plain(row.text))
    record("hangout.post_restored", by=by, subject=row, target=row.topic, audience="staff")
    stamps._tell(row.topic, "edit", number=row.number, post=row.pk)
    return row


def _locked(post: Post) -> Post:
    """Return a post of a topic in sight, behind its topic's lock; raises NotFound."""
    Topic.objects.select_for_update().filter(pk=post.topic_id).values_list("pk").first()
    rows = Post.objects.select_for_update(of=("self",)).select_related("topic", "topic__space", "author")
    row = rows.filter(pk=post.pk, topic__trashed_at=None).first()
    if row is None:
        raise NotFound
    return row


def _weigh_post(row: Post, step: int, trashed_at: dt.datetime | None) -> None:
    """Count a reply in (1) or out (-1) everywhere it is counted; an accepted one takes its acceptance along."""
    topic = row.topic
    stamps._touch_post(row, trashed_at=trashed_at)
    held = topic.acceptances.filter(post=row, lifted_at=None).exists()
    if held:
        stamps._touch_topic(topic.pk, accepted_post_id=row.pk if step > 0 else None)
    counting._settle(topic.pk)
    stamps._touch_space(topic.space_id, posts_count=F("posts_count") + step)
    more = {"accepted_count": F("accepted_count") + step} if held else {}
    stamps._count_member(row.author_id, posts_count=F("posts_count") + step, **more)
