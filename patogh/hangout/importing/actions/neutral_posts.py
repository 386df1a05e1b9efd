"""Posts of a neutral folder: a batch of them is here with what lists and search know of it, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from patogh.activity import upkeep
from patogh.hangout.actions import found
from patogh.hangout.actions.topics import _picture
from patogh.hangout.importing.actions.neutral import load_named, mend
from patogh.hangout.importing.texts import Text
from patogh.hangout.models import Post, Topic
from patogh.search import actions as search
from patogh.search.entries import Entry


@upkeep
def load_posts(
    fields: Sequence[str], rows: list[tuple[Any, ...]], marks: list[tuple[str, str, str, str]], texts: list[Text]
) -> list[int | None]:
    """Insert posts as `load_named` does, with the texts that other processes made ready, and make them findable."""
    got = load_named(Post, fields, rows, marks)
    came = [
        (pk, dict(zip(fields, row[1:], strict=True)), text)
        for pk, row, text in zip(got, rows, texts, strict=True)
        if pk is not None
    ]
    openings = [(said["topic"], text.rendered) for _pk, said, text in came if said["number"] == 1]
    mend(Topic, "excerpt", [(topic, rendered.excerpt[:300]) for topic, rendered in openings if rendered])
    mend(Topic, "picture", [(topic, _picture(rendered)) for topic, rendered in openings if rendered])
    search.put_new_many(_entries(came))
    return got


def _entries(came: list[tuple[int, dict[str, Any], Text]]) -> Iterator[tuple[Entry, str]]:
    """Yield what search has to know; which answer was accepted is told later."""
    topics = Topic.objects.select_related("space").in_bulk({said["topic"] for _pk, said, _text in came})
    for topic in topics.values():
        topic.accepted_post_id = None
    for pk, said, text in came:
        if said["trashed_at"] is None and text.rendered is not None:
            post = Post(
                pk=pk, number=said["number"], author_id=said["author"], score=said["score"] or 0, created_at=said["created_at"]
            )  # fmt: skip
            yield found.entry_of(post, topics[said["topic"]], text.rendered.text), text.words
