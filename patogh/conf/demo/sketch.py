"""What the demo is before it is written: people, topics and posts as plain values, without keys of the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(slots=True)
class SomeBody:
    """One member to be; `voice` and `habit` say how they write, `is_woman` who may write in the women's space."""

    handle: str
    name: str
    joined_at: dt.datetime
    bio: str = ""
    place: str = ""
    roles: tuple[str, ...] = ()
    team_title: str = ""
    language: str = "fa"
    voice: str = "formal"
    habit: str = ""
    is_woman: bool = False
    is_cast: bool = False
    is_silent: bool = False


@dataclass(slots=True)
class PostSketch:
    """One post: who (an index of the people), when, what; `parent` is an index of the topic's posts.

    `case` names a case of moderation that is about it; it may have been hidden.
    """

    author: int
    at: dt.datetime
    text: str
    parent: int | None = None
    reactions: dict[str, int] = field(default_factory=dict)
    is_accepted: bool = False
    is_edited: bool = False
    is_followup: bool = False
    case: str = ""
    hidden_at: dt.datetime | None = None
    hidden_by: int | None = None


@dataclass(slots=True)
class PollSketch:
    """A poll: options with their votes, and until when."""

    question: str
    options: list[str]
    votes: list[int]
    is_multiple: bool
    closes_at: dt.datetime


@dataclass(slots=True)
class PromiseSketch:
    """A date that a notice promised, and how it ended ("open" while it has not)."""

    due_on: dt.date
    outcome: str = "open"
    settled_at: dt.datetime | None = None


@dataclass(slots=True)
class Decided:
    """Something that somebody of the team did to a topic."""

    by: int
    at: dt.datetime
    why: str = ""


@dataclass(slots=True)
class TopicSketch:
    """One conversation; `posts[0]` opens it."""

    space: str
    kind: str
    title: str
    tags: list[str]
    posts: list[PostSketch]
    language: str = "fa"
    views: int = 0
    picture: str = ""
    alt: str = ""
    pin: Decided | None = None
    closure: Decided | None = None
    moved: tuple[str, Decided] | None = None
    merged_into: tuple[str, Decided] | None = None
    poll: PollSketch | None = None
    promise: PromiseSketch | None = None

    @property
    def at(self) -> dt.datetime:
        """When it was opened."""
        return self.posts[0].at
