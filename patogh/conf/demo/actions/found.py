"""What search has to know of the demo: documents and tokens in bulk, the words of a text cut only once."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from patogh.conf.demo.actions.rows import Table, stamp
from patogh.conf.demo.sketch import TopicSketch
from patogh.hangout.models import Space
from patogh.hangout.queries.lists import topic_path
from patogh.search.actions.index import index
from patogh.search.actions.vocabulary import _write as write_words
from patogh.search.entries import Entry
from patogh.search.models import Document
from patogh.search.tokens import marks, tokens, vocabulary

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_COLUMNS: Final = (
    "kind",
    "thing_id",
    "topic_id",
    "space_id",
    "author_id",
    "audience",
    "topic_kind",
    "weight",
    "happened_at",
    "url",
    "tags",
    "data",
    "title",
    "text",
)


@dataclass(frozen=True, slots=True)
class Where:
    """The topic that a post stands in."""

    topic_id: int
    space: Space
    kind: str


class Shelf:
    """Documents that wait to be written, and the words that they taught."""

    def __init__(self) -> None:
        """Go on behind the documents that are there."""
        self.documents = Table(Document, *_COLUMNS)
        self._tokens: list[tuple[int, set[str]]] = []
        self._words: Counter[str] = Counter()
        self._said: Counter[str] = Counter()

    def topic(
        self, pk: int, topic: TopicSketch, place: tuple[Space, int], text: str, *, facts: tuple[int, bool]
    ) -> None:
        """Let a topic be found by its title, its tags and its opening post; `place` is its space and its author."""
        (space, author), (weight, solved) = place, facts
        entry = Entry(
            "topic",
            pk,
            topic_path(pk, topic.title),
            space.audience,
            topic.at,
            title=topic.title,
            text=text,
            topic_id=pk,
            space_id=space.pk,
            author_id=author,
            topic_kind=topic.kind,
            tags=tuple(topic.tags),
            weight=weight,
            data={"solved": True} if solved else {},
        )
        self._put(entry, tokens(entry))

    def reply(self, pk: int, where: Where, said: tuple[int, int, dt.datetime], text: str, *, weight: int) -> None:
        """Let a reply be found; `said` is its number, who wrote it and when."""
        number, author, at = said
        address, audience = f"/t/{where.topic_id}/p/{number}", where.space.audience
        entry = Entry(
            "post",
            pk,
            address,
            audience,
            at,
            text=text,
            topic_id=where.topic_id,
            space_id=where.space.pk,
            author_id=author,
            topic_kind=where.kind,
            weight=weight,
        )
        self._put(entry, {*marks(entry), *_text_tokens(text)})

    def tag(self, pk: int, name: str, at: dt.datetime) -> None:
        """Let a tag be found."""
        entry = Entry("tag", pk, f"/tags/{name}", "public", at, title=name)
        self._put(entry, tokens(entry))

    def idea(self, entry: Entry) -> None:
        """Let an idea be found, as its room says it."""
        self._put(entry, tokens(entry))

    def flush(self) -> None:
        """Write what waits."""
        self.documents.flush()
        index().add(self._tokens)
        self._tokens = []

    def settle(self) -> None:
        """Write the words and merge the index."""
        for text, count in self._said.items():
            for word in vocabulary(_text_tokens(text)):
                self._words[word] += count
        write_words(self._words, counting=True)
        self._words, self._said = Counter(), Counter()
        index().settle()

    def _put(self, entry: Entry, found: set[str]) -> None:
        pk = self.documents.add(
            entry.kind,
            entry.thing_id,
            entry.topic_id,
            entry.space_id,
            entry.author_id,
            entry.audience,
            entry.topic_kind,
            entry.weight,
            stamp(entry.happened_at),
            entry.url,
            list(entry.tags),
            entry.data,
            entry.title,
            entry.text,
        )
        self._tokens.append((pk, found))
        if entry.title:
            self._words.update(vocabulary(found))
        else:
            self._said[entry.text] += 1


@lru_cache(maxsize=60_000)
def _text_tokens(text: str) -> tuple[str, ...]:
    """Return the words of a reply, each kept in memory once."""
    entry = Entry("post", 0, "", "", _EPOCH, text=text)
    return tuple(map(sys.intern, tokens(entry) - marks(entry)))
