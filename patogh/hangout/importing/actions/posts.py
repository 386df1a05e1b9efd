"""Posts of a batch: their rows, whom they answer, and their pictures."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from patogh.hangout.importing.actions.rows import ROWS, _chunks, _insert
from patogh.hangout.importing.actions.written import Sent, Written
from patogh.hangout.importing.planning import Batch, Ready, imported
from patogh.hangout.models import Picture, Post, PostTrash, Topic

_FIELDS: Final = (
    "topic", "number", "author", "text", "html", "is_followup", "reactions", "reactions_count", "revisions_count", "score", "version",
    "created_at", "edited_at", "trashed_at",
)  # fmt: skip
_GROWN: Final = ["last_number", "replies_count", "score", "last_poster", "active_at", "version"]


def _write_posts(batch: Batch, written: Written) -> None:
    """Insert opening posts and replies, numbered on from where their topics stand; topics that were here learn of them."""
    grown = []
    for group in batch.groups:
        topic = written.topics.get(group.topic)
        if topic is None:
            continue
        last = 0 if group.opening else topic.last_number
        for one in [group.opening, *group.posts] if group.opening else group.posts:
            last = max(last + 1, one.record.number) if last else 1
            written.posts.append(Sent(one, topic, last, written.people[one.record.author]))
        if group.opening is None and group.posts:
            topic.last_number = last
            _bring_up(topic, group.posts, written)
            grown.append(topic)
    _insert(Post, _FIELDS, map(_values, written.posts))
    _give_keys(written)
    Topic.objects.bulk_update(grown, _GROWN, batch_size=ROWS)
    trashed = [(one.pk, at) for one in written.posts if (at := one.ready.record.trashed_at)]
    written.rows(PostTrash, [PostTrash(post_id=pk, at=at) for pk, at in trashed])
    _write_parents(written)
    _write_pictures(written)


def _give_keys(written: Written) -> None:
    """Give each written post the key that the database gave it."""
    keys: dict[tuple[int, int], int] = {}
    for topics in _chunks({sent.topic.pk for sent in written.posts}):
        rows = Post.objects.filter(topic_id__in=topics).values_list("topic_id", "number", "pk")
        keys |= {(topic_id, number): pk for topic_id, number, pk in rows}
    for sent in written.posts:
        sent.pk = keys[sent.topic.pk, sent.number]


def _values(sent: Sent) -> tuple[Any, ...]:
    """Return the values of _FIELDS."""
    row, ready = sent.ready.record, sent.ready
    return (
        sent.topic.pk, sent.number, sent.author.pk, ready.text.markdown, ready.rendered.html, row.is_followup, {}, 0, 0,
        ready.score, 1, row.created_at, row.edited_at, row.trashed_at if sent.number > 1 else None,
    )  # fmt: skip


def _bring_up(topic: Topic, posts: list[Ready], written: Written) -> None:
    """Let a topic know of replies that it gets."""
    seen = [post for post in posts if post.record.trashed_at is None]
    topic.replies_count += len(seen)
    topic.score += len(seen)
    topic.version += 1
    for post in seen:
        if post.record.created_at >= topic.active_at:
            topic.active_at, topic.last_poster = post.record.created_at, written.people[post.record.author]


def _write_parents(written: Written) -> None:
    """Say which post each one answers: an earlier one of the same topic; the opening one goes without saying."""
    answers = [sent for sent in written.posts if sent.ready.record.parent and not sent.ready.record.opens]
    if not answers:
        return
    here = {sent.ready.record.key: (sent.pk, sent.topic.pk, sent.number) for sent in written.posts}
    wanted = {sent.ready.record.parent for sent in answers} - here.keys()
    earlier = imported(written.place.source, ("post",), wanted)
    rows = Post.objects.in_bulk([thing.thing_id for thing in earlier.values()])
    for key, thing in earlier.items():
        if post := rows.get(thing.thing_id):
            here[key] = (post.pk, post.topic_id, post.number)
    found = []
    for sent in answers:
        pk, topic_id, number = here.get(sent.ready.record.parent, (0, 0, 0))
        if topic_id == sent.topic.pk and 1 < number < sent.number:
            found.append((pk, sent.pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE hangout_post SET parent_id = %s WHERE id = %s", found)


def _write_pictures(written: Written) -> None:
    """Insert the rows of pictures whose files lie in the storage already; a picture of an earlier run stays as it is."""
    taken = {picture.token: (picture, sent) for sent in written.posts for picture in sent.ready.pictures}
    if not taken:
        return
    here = {
        token
        for some in _chunks(taken)
        for token in Picture.objects.filter(token__in=some).values_list("token", flat=True)
    }
    written.rows(
        Picture,
        [
            Picture(
                token=token, owner=sent.author, space_id=sent.topic.space_id, post_id=sent.pk, sha256=picture.sha256, width=picture.width,
                height=picture.height, size_bytes=picture.size_bytes, alt=picture.alt,
            )
            for token, (picture, sent) in taken.items()
            if token not in here
        ],
    )  # fmt: skip
