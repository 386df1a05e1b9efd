"""What search has to know of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from patogh.hangout.actions import found
from patogh.hangout.importing.actions.written import Written
from patogh.hangout.models import Post
from patogh.search import actions as search
from patogh.search.entries import Entry


def entries(written: Written) -> Iterator[tuple[Entry, str]]:
    """Yield each post in sight with the words of its text that other processes found already."""
    accepted = {one.post_id for one in written.accepted}
    for sent in written.posts:
        if not sent.is_seen:
            continue
        topic, words = sent.topic, sent.ready.text.words
        common: dict[str, Any] = {
            "audience": found.HIDDEN if topic.trashed_at else topic.space.audience, "happened_at": sent.created_at, "author_id": sent.author.pk,
            "topic_id": topic.pk, "space_id": topic.space_id, "topic_kind": topic.kind, "tags": tuple(topic.tag_names),
            "text": sent.ready.rendered.text,
        }  # fmt: skip
        if sent.ready.record.opens:
            solved = {"solved": bool(topic.accepted_post_id)}
            weight = sent.weight + (found.ACCEPTED_WEIGHT if topic.accepted_post_id else 0)
            yield (
                Entry("topic", topic.pk, f"/t/{topic.pk}", title=topic.title, weight=weight, data=solved, **common),
                words,
            )
        else:
            weight = sent.weight + (found.ACCEPTED_WEIGHT if sent.pk in accepted else 0)
            yield Entry("post", sent.pk, f"/t/{topic.pk}/p/{sent.number}", weight=weight, **common), words


def _weigh_earlier(written: Written) -> None:
    """Tell search of acceptances whose topic or answer it learnt of in an earlier batch."""
    fresh = {sent.pk for sent in written.posts}
    opened = {topic.pk for _, topic in written.new_topics}
    for one in written.accepted:
        if one.topic.pk not in opened:
            search.weigh("topic", one.topic.pk, max(0, one.topic.score) + found.ACCEPTED_WEIGHT, solved=True)
        if one.post_id not in fresh:
            score = Post.objects.filter(pk=one.post_id).values_list("score", flat=True).first() or 0
            search.weigh("post", one.post_id, max(0, score) + found.ACCEPTED_WEIGHT)
