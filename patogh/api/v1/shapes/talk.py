"""Spaces, topics, posts, polls."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.book import Phase, SealedPoll
from patogh.api.v1.shapes.common import Id, In, Out, Person, Why
from patogh.kit import limits

Kind = Literal["discussion", "question", "show", "notice"]
Word = Literal["thanks", "worked", "useful", "bravo", "same", "laughed", "welcome"]
Level = Literal["following", "muted"]
Title = Annotated[str, Field(min_length=1, max_length=400, examples=["توپی عقب تق‌تق می‌کند"])]
Text = Annotated[str, Field(min_length=1, max_length=limits.POST_TEXT_CHARS_MAX, examples=["در سرازیری صدا می‌دهد."])]
Tags = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20, examples=[["توپی"]])]
Base = Annotated[int, Field(ge=0, le=2**31 - 1, json_schema_extra={"format": "int32"}, examples=[0])]


class Space(Out):
    """A place with its own subject, called in the language of the answer."""

    slug: str
    name: str
    about: str
    colour: str
    access: Literal["public", "members", "private"]
    topics: int
    posts: int
    followers: int
    active_at: dt.datetime | None
    follows: str = Field("", description="“following”, “muted” or nothing, as the asker has set it.")


class SpaceFacts(In):
    """How a space is called, what it is about, how it looks and who may enter."""

    slug: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", examples=["repair"])]
    name: Annotated[str, Field(min_length=1, max_length=60, examples=["تعمیر"])]
    name_en: Annotated[str, Field(max_length=60)] = ""
    about: Annotated[str, Field(max_length=300)] = ""
    about_en: Annotated[str, Field(max_length=300)] = ""
    colour: Literal["fir", "saf", "laj", "pes", "anar", "ink"] = "fir"
    access: Literal["public", "members", "private"] = "public"
    position: Annotated[int, Field(ge=0, le=10_000, json_schema_extra={"format": "int32"})] = 100


class Topic(Out):
    """A conversation as lists show it."""

    id: int
    kind: Kind
    title: str
    url: str
    excerpt: str
    picture: str
    tags: list[str]
    space: str
    author: Person | None
    last_poster: Person | None
    replies: int
    reactions: int
    last_number: int
    is_pinned: bool
    is_closed: bool
    is_solved: bool
    promised_on: dt.date | None
    created_at: dt.datetime
    active_at: dt.datetime


class PollOption(Out):
    """One choice and its votes."""

    id: int
    text: str
    votes: int
    is_mine: bool


class Poll(Out):
    """The poll that a topic carries."""

    question: str
    is_multiple: bool
    closes_at: dt.datetime | None
    voters: int
    options: list[PollOption]
    is_sealed: bool = Field(description="Whether anyone can recount it: its votes are sealed ballots in the open book.")
    phase: Phase = Field(description="How far it has come; nothing for a simple poll that is not in the open book.")
    sealed: SealedPoll | None


class WholeTopic(Topic):
    """A conversation with what is the asker's own, its poll, and what was decided."""

    accepted_post: int | None
    merged_into: int | None
    is_trashed: bool
    follows: str
    read_up_to: int
    poll: Poll | None


class NewPoll(In):
    """A poll to carry in a new topic."""

    question: Annotated[str, Field(min_length=1, max_length=200)]
    options: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120)]],
        Field(min_length=2, max_length=limits.POLL_CHOICES_MAX),
    ]
    is_multiple: bool = False
    is_sealed: Annotated[bool, Field(description="Members enrol, seal their votes, and anyone can recount it.")] = False


class NewTopic(In):
    """What to open."""

    space: Annotated[str, Field(min_length=1, max_length=40, examples=["repair"])]
    title: Title
    text: Text
    kind: Kind = "discussion"
    tags: Tags = Field(default_factory=list)
    poll: NewPoll | None = None
    promised_on: Annotated[dt.date | None, Field(strict=False, examples=["2027-03-20"])] = None


class TopicEdit(In):
    """What to change of a topic; what is left out stays. `base` is the `revisions` that its opening post had."""

    title: Title | None = None
    text: Text | None = None
    tags: Tags | None = None
    why: Why = ""
    base: Base | None = None


class Post(Out):
    """One contribution: the Markdown as written and its safe HTML."""

    id: int
    topic: int
    number: int
    url: str
    author: Person | None
    text: str
    html: str
    parent: int | None = Field(description="The number of the post that this one answers.")
    is_followup: bool
    is_accepted: bool
    is_trashed: bool
    reactions: dict[str, int] = Field(max_length=20)
    my_words: list[str]
    is_bookmarked: bool
    revisions: int
    created_at: dt.datetime
    edited_at: dt.datetime | None


class NewPost(In):
    """A reply; `parent` is the number of the post that it answers."""

    text: Text
    parent: Annotated[int, Field(ge=1, le=2**31 - 1, json_schema_extra={"format": "int32"})] | None = None
    is_followup: bool = False


class PostEdit(In):
    """A new text; `base` is the `revisions` that the post had when it was read."""

    text: Text
    why: Why = ""
    base: Base | None = None


class Change(Out):
    """One edit, as the difference to what came after it."""

    number: int
    by: Person | None
    at: dt.datetime
    why: str
    html: str
    title: str


class Following(In):
    """Hear of it, or hear nothing of it."""

    level: Level = "following"


class Acceptance(In):
    """Which reply solved the question."""

    post: Id


class Votes(In):
    """The chosen options, and no others; an empty list takes the vote back."""

    options: Annotated[list[Id], Field(max_length=limits.POLL_CHOICES_MAX)]


class MoveTo(In):
    """Where to carry a topic."""

    space: Annotated[str, Field(min_length=1, max_length=40, examples=["repair"])]
    why: Why = ""


class MergeInto(In):
    """Into which topic."""

    target: Id
    why: Why = ""


class Merged(Out):
    """A merge that can be undone by its key."""

    merge: int
    source: int
    target: int


class PromiseOf(In):
    """The day that is promised."""

    due_on: Annotated[dt.date, Field(strict=False, examples=["2027-03-20"])]
    why: Why = ""


class ReadUpTo(In):
    """The number of the last post that was read."""

    number: Annotated[int, Field(ge=0, le=2**31 - 1, json_schema_extra={"format": "int32"}, examples=[3])]


class Tag(Out):
    """A word that gathers topics."""

    name: str
    topics: int
    follows: str


class Picture(Out):
    """A picture that was taken in: where it is, and the Markdown that shows it."""

    token: str
    url: str
    thumb: str
    width: int
    height: int
    alt: str
    markdown: str


class Alt(In):
    """What is in a picture."""

    alt: Annotated[str, Field(max_length=limits.ALT_TEXT_CHARS_MAX)]


class Hit(Out):
    """One thing that was found; `marked` is HTML with <mark> around what fits."""

    kind: str
    title: str
    url: str
    excerpt: str


class Found(Out):
    """What a search found; `meant` is what the words probably were meant to be."""

    items: list[Hit]
    next: str | None
    meant: str
