"""What one batch has written so far: passed from step to step of the loader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from patogh.hangout.importing.planning import Ready
from patogh.hangout.models import Space, Topic
from patogh.people.models import Member


@dataclass(frozen=True, slots=True)
class Place:
    """Where things go and what they are called by: `space` takes topics that name none of `spaces`."""

    space: Space | None
    source: str
    spaces: dict[str, Space] = field(default_factory=dict)

    def space_of(self, key: str) -> Space:
        """Return the space of a topic."""
        space = self.spaces.get(key) or self.space
        assert space is not None  # noqa: S101 - a space is prepared whenever a topic names none
        return space


@dataclass(slots=True)
class Sent:
    """A post as it was written; the same words as a Post's, without what makes a model slow by the thousand."""

    ready: Ready
    topic: Topic
    number: int
    author: Member
    pk: int = 0

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        return self.ready.record.created_at

    @property
    def weight(self) -> int:
        """What search thinks of it before any acceptance."""
        return max(0, self.ready.score)

    @property
    def is_seen(self) -> bool:
        """Whether it stands in its topic for everybody to see."""
        return self.ready.record.trashed_at is None

    @property
    def counts(self) -> bool:
        """Whether it is counted in its space and with its author."""
        return self.is_seen and self.topic.trashed_at is None


@dataclass(slots=True)
class Accepted:
    """An answer that is accepted now."""

    key: str  # of the topic
    topic: Topic
    post_id: int
    author_id: int
    at: datetime


@dataclass(slots=True)
class Written:
    """What one batch has written so far."""

    place: Place
    people: dict[str, Member]
    now: datetime = field(default_factory=timezone.now)
    topics: dict[str, Topic] = field(default_factory=dict)
    new_topics: list[tuple[Ready, Topic]] = field(default_factory=list)
    posts: list[Sent] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    marks: list[tuple[str, str, int, str]] = field(default_factory=list)  # kind, key, id here, digest
    addresses: list[tuple[str, str, int]] = field(default_factory=list)  # path, kind, id here

    def rows(self, model: type[Any], rows: list[Any]) -> None:
        """Insert a few rows, if there are any."""
        if rows:
            model._default_manager.bulk_create(rows, batch_size=400)
