"""Hiding a post while it is looked at, and showing it again. Whatever leaves out the trash leaves out what is hidden too."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import counting, found, posts, stamps
from patogh.hangout.actions.writing import why_of
from patogh.hangout.models import Post, PostHide, Topic
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.search import actions as search


@action
def hide_post(post: Post, *, by: Member | None, why: str = "") -> PostHide | None:
    """Hide a post until it is looked at; hiding the opening post hides its topic. `by` is None for the weight of flags.

    A stub stays in its place; its author and the moderators still read it. One that is in the trash stays there.
    """
    row = _locked(post)
    if row.hidden_at:
        return unchanged(row.hidings.filter(lifted_at=None).first())
    if row.trashed_at or row.topic.trashed_at or row.topic.merged_into_id:
        return unchanged(None)
    now = timezone.now()
    hide = PostHide.objects.create(post=row, by=by, why=why_of(why), at=now)
    _take_out(row, now)
    record("hangout.post_hidden", by=by, subject=row, target=row.topic, audience="staff", data={"why": why_of(why)})
    stamps._tell(row.topic, "edit", number=row.number, post=row.pk)
    return hide


@action
def unhide_post(post: Post, *, by: Member | None) -> Post:
    """Show a hidden post again, where it was."""
    row = _locked(post)
    if not _lift(row, by):
        return unchanged(row)
    _bring_back(row)
    record("hangout.post_unhidden", by=by, subject=row, target=row.topic, audience="staff")
    stamps._tell(row.topic, "edit", number=row.number, post=row.pk)
    return row


def _locked(post: Post) -> Post:
    """Return a post behind its topic's lock; raises NotFound."""
    Topic.objects.select_for_update().filter(pk=post.topic_id).values_list("pk").first()
    rows = Post.objects.select_for_update(of=("self",)).select_related("topic", "topic__space", "author")
    row = rows.filter(pk=post.pk).first()
    if row is None:
        raise NotFound
    return row


def _lift(row: Post, by: Member | None) -> bool:
    """Note that a post is hidden no longer."""
    return bool(row.hidings.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()))


def _take_out(row: Post, now: dt.datetime) -> None:
    """Take a post, or the whole topic that it opens, out of all lists, counters and the index."""
    topic = row.topic
    stamps._touch_post(row, hidden_at=now)
    if row.number > 1:
        posts._weigh_post(row, -1, now)
        found._forget_post(row)
        return
    counting._weigh_topic(topic, -1)
    stamps._touch_topic(topic.pk, trashed_at=now, hidden_at=now)
    stamps._touch_space(topic.space_id)
    search.move(topic.pk, space_id=topic.space_id, audience=found.HIDDEN)


def _bring_back(row: Post) -> None:
    """Count and find a post, or the whole topic that it opens, as before."""
    topic = row.topic
    stamps._touch_post(row, hidden_at=None)
    if row.number > 1:
        posts._weigh_post(row, 1, None)
        found._put(row, Topic.objects.select_related("space").get(pk=row.topic_id), found.plain(row.text))
        return
    counting._weigh_topic(topic, 1)
    stamps._touch_topic(topic.pk, trashed_at=None, hidden_at=None)
    stamps._touch_space(topic.space_id)
    search.move(topic.pk, space_id=topic.space_id, audience=topic.space.audience)


def _from_hidden_to_trash(row: Post, by: Member) -> None:
    """Let a hidden thing be one that was thrown away: it is out of all lists already."""
    if row.hidden_at and _lift(row, by):
        stamps._touch_post(row, hidden_at=None)
        if row.number == 1:
            stamps._touch_topic(row.topic_id, hidden_at=None)
