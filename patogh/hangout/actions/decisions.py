"""Decisions about topics: pin, close, trash, move, merge, promise. Each is a row with who and why, and each can be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.hangout.actions import counting, found, hiding, stamps
from patogh.hangout.actions.writing import why_of
from patogh.hangout.errors import BadPromise, CannotMergeThis
from patogh.hangout.models import Closure, Picture, Pin, Post, Promise, Space, Topic, TopicMerge, TopicMove, TopicTrash
from patogh.kit import limits
from patogh.people.models import Member
from patogh.search import actions as search


def _locked(topic: Topic) -> Topic:
    """Return the topic's row as it is now, locked where the database locks rows."""
    return Topic.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=topic.pk)


def _decided(row: Topic, verb: str, by: Member, **more: Any) -> None:
    """Move the versions, put the decision on the road and tell open pages."""
    stamps._touch_space(row.space_id)
    record(verb, by=by, subject=row, target=row.space, **more)
    stamps._tell(row, "decision", verb=verb)


@action
def pin_topic(topic: Topic, *, by: Member, why: str = "") -> Topic:
    """Hold a topic at the top of its space."""
    row, now = _locked(topic), timezone.now()
    if row.pinned_at:
        return unchanged(row)
    Pin.objects.create(topic=row, by=by, why=why_of(why), at=now)
    stamps._touch_topic(row.pk, pinned_at=now)
    _decided(row, "hangout.topic_pinned", by, audience="staff", data={"why": why_of(why)})
    return row


@action
def unpin_topic(topic: Topic, *, by: Member) -> Topic:
    """Let a topic go from the top."""
    row = _locked(topic)
    if not row.pins.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()):
        return unchanged(row)
    stamps._touch_topic(row.pk, pinned_at=None)
    _decided(row, "hangout.topic_unpinned", by, audience="staff")
    return row


@action
def close_topic(topic: Topic, *, by: Member, why: str = "") -> Topic:
    """Close a topic to new replies."""
    row, now = _locked(topic), timezone.now()
    if row.is_closed:
        return unchanged(row)
    Closure.objects.create(topic=row, by=by, why=why_of(why), at=now)
    stamps._touch_topic(row.pk, closed_at=now)
    _decided(row, "hangout.topic_closed", by, audience=row.space.audience, data={"why": why_of(why)})
    return row


@action
def reopen_topic(topic: Topic, *, by: Member) -> Topic:
    """Take replies again."""
    row = _locked(topic)
    if not row.closures.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()):
        return unchanged(row)
    stamps._touch_topic(row.pk, closed_at=None)
    _decided(row, "hangout.topic_reopened", by, audience=row.space.audience)
    return row


@action
def trash_topic(topic: Topic, *, by: Member, why: str = "") -> Topic:
    """Take a topic out of sight, with all its posts."""
    row, now = _locked(topic), timezone.now()
    if (row.trashed_at and not row.hidden_at) or row.merged_into_id:
        return unchanged(row)
    TopicTrash.objects.create(topic=row, by=by, why=why_of(why), at=now)
    if row.hidden_at:
        hiding._from_hidden_to_trash(Post.objects.get(topic=row, number=1), by)
    else:
        counting._weigh_topic(row, -1)
        stamps._touch_topic(row.pk, trashed_at=now)
        search.move(row.pk, space_id=row.space_id, audience=found.HIDDEN)
    _decided(row, "hangout.topic_trashed", by, audience="staff", data={"why": why_of(why)})
    return row


@action
def restore_topic(topic: Topic, *, by: Member) -> Topic:
    """Bring a topic back where it was."""
    row = _locked(topic)
    if not row.trashings.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()):
        return unchanged(row)
    counting._weigh_topic(row, 1)
    stamps._touch_topic(row.pk, trashed_at=None)
    search.move(row.pk, space_id=row.space_id, audience=row.space.audience)
    _decided(row, "hangout.topic_restored", by, audience="staff")
    return row


@action
def move_topic(topic: Topic, space: Space, *, by: Member, why: str = "") -> Topic:
    """Carry a topic to another space; carrying it back lifts the move."""
    row = _locked(topic)
    if row.space_id == space.pk or row.merged_into_id:
        return unchanged(row)
    now, left = timezone.now(), row.space
    last = row.moves.filter(lifted_at=None).order_by("-pk").first()
    if last is not None and last.from_space_id == space.pk:
        TopicMove.objects.filter(pk=last.pk).update(lifted_by=by, lifted_at=now)
    else:
        TopicMove.objects.create(topic=row, from_space=left, to_space=space, by=by, why=why_of(why), at=now)
    _change_space(row, space)
    narrow = space if space.access != "public" else left
    stamps._touch_space(left.pk)
    _decided(row, "hangout.topic_moved", by, audience=narrow.audience, data={"why": why_of(why), "from": left.pk})
    return row


def _change_space(row: Topic, space: Space) -> None:
    """Write that a topic stands in another space, with all that is counted and kept by space."""
    seen = 0 if row.trashed_at else 1
    posts = seen * Post.objects.filter(topic=row, trashed_at=None).count()
    counts = {row.space_id: -1, space.pk: 1}
    for pk, step in sorted(counts.items()):
        stamps._touch_space(
            pk, topics_count=F("topics_count") + step * seen, posts_count=F("posts_count") + step * posts
        )
    if seen and row.active_at:
        Space.objects.filter(pk=space.pk, active_at__lt=row.active_at).update(active_at=row.active_at)
    row.space = space
    stamps._touch_topic(row.pk, space_id=space.pk)
    _move_pictures(row)
    search.move(row.pk, space_id=space.pk, audience=found.HIDDEN if row.trashed_at else space.audience)


def _move_pictures(row: Topic) -> None:
    """Let the pictures of a topic be seen by whoever sees its space now."""
    Picture.objects.filter(post__topic=row).update(space_id=row.space_id)


@action
def merge_topics(source: Topic, target: Topic, *, by: Member, why: str = "") -> TopicMerge:
    """Put one topic's posts at the end of another; its address leads there from now on. Raises CannotMergeThis."""
    gone, kept = _both(source, target)
    if (
        gone.pk == kept.pk
        or gone.last_number > limits.MERGE_POSTS_MAX
        or any(row.merged_into_id or row.trashed_at for row in (gone, kept))
    ):
        raise CannotMergeThis(most=limits.MERGE_POSTS_MAX)
    now = timezone.now()
    numbers = {
        str(pk): number for pk, number in Post.objects.filter(topic=gone).order_by("number").values_list("pk", "number")
    }
    merge = TopicMerge.objects.create(source=gone, target=kept, by=by, why=why_of(why), at=now, numbers=numbers)
    shift = F("number") + kept.last_number
    Post.objects.filter(topic=gone).update(topic=kept, number=shift, version=F("version") + 1)
    stamps._touch_topic(kept.pk, last_number=kept.last_number + max(numbers.values()))
    stamps._touch_topic(gone.pk, merged_into_id=kept.pk)
    _count_merge(gone, kept, merge, -1)
    found._put_again(kept.pk)
    search.forget("topic", [gone.pk])
    _decided(
        kept, "hangout.topic_merged", by, audience=_narrower(gone, kept), data={"source": gone.pk, "why": why_of(why)}
    )
    stamps._tell(gone, "decision", verb="hangout.topic_merged")
    return merge


@action
def undo_merge(merge: TopicMerge, *, by: Member) -> Topic:
    """Give a merged topic its posts back, under their former numbers; replies written since stay where they are.

    Raises CannotMergeThis while the target itself is merged or out of sight: undo that first.
    """
    gone, kept = _both(merge.source, merge.target)
    if kept.merged_into_id or kept.trashed_at:
        raise CannotMergeThis(most=limits.MERGE_POSTS_MAX)
    if not TopicMerge.objects.filter(pk=merge.pk, lifted_at=None).update(lifted_by=by, lifted_at=timezone.now()):
        return unchanged(gone)
    _bring_opening_back(kept, merge, by)
    _let_go_of_answer(kept, merge)
    _count_merge(gone, kept, merge, 1)
    highest = _give_back(gone, kept, merge)
    left = Post.objects.filter(topic=kept).order_by("-number").values_list("number", flat=True).first() or 1
    stamps._touch_topic(kept.pk, last_number=left if left < highest else kept.last_number)
    stamps._touch_topic(gone.pk, merged_into_id=None)
    counting._settle(gone.pk)
    counting._settle(kept.pk)
    found._put_again(gone.pk, kept.pk)
    _decided(gone, "hangout.topic_merge_undone", by, audience="staff", data={"target": kept.pk})
    stamps._touch_space(kept.space_id)
    stamps._tell(kept, "decision", verb="hangout.topic_merge_undone")
    return gone


def _both(one: Topic, other: Topic) -> tuple[Topic, Topic]:
    """Lock two topics in the order of their keys and return them in the given one."""
    rows = (
        Topic.objects.select_for_update(of=("self",))
        .select_related("space", "author")
        .filter(pk__in=[one.pk, other.pk])
        .order_by("pk")
    )
    found_rows = {row.pk: row for row in rows}
    return found_rows[one.pk], found_rows[other.pk]


def _give_back(gone: Topic, kept: Topic, merge: TopicMerge) -> int:
    """Move the posts back under their former numbers; returns the highest number that they had in the target."""
    ids = sorted(int(pk) for pk in merge.numbers)
    highest = 0
    for start in range(0, len(ids), 500):
        here = Post.objects.filter(pk__in=ids[start : start + 500], topic=kept)
        for pk, number in list(here.values_list("pk", "number")):
            highest = max(highest, number)
            Post.objects.filter(pk=pk).update(topic=gone, number=merge.numbers[str(pk)], version=F("version") + 1)
    return highest


def _count_merge(gone: Topic, kept: Topic, merge: TopicMerge, step: int) -> None:
    """Count the source as a topic in (1) or out (-1), and its posts the other way in the target's space.

    Called while the posts are in the target.
    """
    ids = [int(pk) for pk in merge.numbers]
    seen = Post.objects.filter(pk__in=ids, trashed_at=None).count()
    moved = {gone.space_id: {"topics_count": step, "posts_count": step * seen}}
    other = moved.setdefault(kept.space_id, {"posts_count": 0})
    other["posts_count"] -= step * seen
    for pk in sorted(moved):
        stamps._touch_space(pk, **{name: F(name) + value for name, value in moved[pk].items()})
    counting._weigh_tags(gone, step)
    changes: dict[int, dict[str, Any]] = {gone.author_id: {"topics_count": F("topics_count") + step}}
    held = (
        gone.acceptances.filter(lifted_at=None, post__trashed_at=None).values_list("post_id", "post__author_id").first()
    )
    if held is not None:
        changes.setdefault(held[1], {})["accepted_count"] = F("accepted_count") + step
    counting._step_members(changes)
    stamps._touch_topic(gone.pk, accepted_post_id=held[0] if held else None)
    if step < 0:
        counting._settle(kept.pk)
    Picture.objects.filter(post_id__in=ids).update(space_id=(gone if step > 0 else kept).space_id)


def _bring_opening_back(kept: Topic, merge: TopicMerge, by: Member) -> None:
    """Let the post that a merged topic stands on be in sight again, where it was taken out of it in between."""
    pk = next(int(pk) for pk, number in merge.numbers.items() if number == 1)
    row = Post.objects.filter(pk=pk).exclude(trashed_at=None).first()
    if row is not None:
        row.trashings.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now())
        stamps._touch_post(row, trashed_at=None)
        stamps._touch_space(kept.space_id, posts_count=F("posts_count") + 1)
        stamps._count_member(row.author_id, posts_count=F("posts_count") + 1)


def _let_go_of_answer(kept: Topic, merge: TopicMerge) -> None:
    """Lift the acceptance of an answer that leaves the topic whose question it answered."""
    ids = [int(pk) for pk in merge.numbers]
    held = kept.acceptances.filter(lifted_at=None, post_id__in=ids).select_related("post").first()
    if held is None:
        return
    kept.acceptances.filter(pk=held.pk).update(lifted_at=timezone.now())
    if kept.accepted_post_id == held.post_id:
        stamps._touch_topic(kept.pk, accepted_post_id=None)
        stamps._count_member(held.post.author_id, accepted_count=F("accepted_count") - 1)


def _narrower(one: Topic, other: Topic) -> str:
    """Return the audience of the one that fewer may see."""
    ranks = {"public": 0, "members": 1, "private": 2}
    return max((one.space, other.space), key=lambda space: ranks[space.access]).audience


@action
def promise(topic: Topic, due_on: dt.date, *, by: Member, why: str = "") -> Promise:
    """Promise a date in a notice; an open promise becomes a moved one. Raises BadPromise."""
    row, now = _locked(topic), timezone.now()
    if due_on < timezone.localdate():
        raise BadPromise
    held = row.promises.filter(lifted_at=None).first()
    if held is not None and held.due_on == due_on:
        return unchanged(held)
    row.promises.filter(lifted_at=None).update(lifted_by=by, lifted_at=now, outcome="moved")
    made = Promise.objects.create(topic=row, due_on=due_on, by=by, why=why_of(why), at=now)
    stamps._touch_topic(row.pk, promised_on=due_on)
    _decided(
        row,
        "hangout.promise_moved" if held else "hangout.promise_made",
        by,
        audience=row.space.audience,
        data={"due_on": due_on.isoformat()},
    )
    return made


@action
def settle_promise(topic: Topic, outcome: str, *, by: Member) -> Topic:
    """Say that a promise was kept or is dropped."""
    row = _locked(topic)
    outcome = "kept" if outcome == "kept" else "dropped"
    if not row.promises.filter(lifted_at=None).update(lifted_by=by, lifted_at=timezone.now(), outcome=outcome):
        return unchanged(row)
    stamps._touch_topic(row.pk, promised_on=None)
    _decided(row, f"hangout.promise_{outcome}", by, audience=row.space.audience, data={"outcome": outcome})
    return row
