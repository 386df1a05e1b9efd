"""Members, oneself, notices, drafts, tokens, sessions."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from patogh.api.v1.shapes.common import In, Out, Person
from patogh.kit import limits


class Member(Out):
    """What everybody may read about somebody."""

    handle: str
    name: str
    avatar: str
    is_team: bool
    is_ambassador: bool
    team_title: str
    bio: str
    place: str
    links: list[str]
    trust_level: int
    topics: int
    posts: int
    accepted: int
    thanks: int
    followers: int
    following: int
    joined_at: dt.datetime
    follows: str = Field(description="“following”, “muted” or nothing, as the asker has set it.")


class Me(Member):
    """Oneself, with what only oneself may read."""

    email: str | None
    roles: list[str]
    scopes: list[str]
    unread_notices: int
    silenced_until: dt.datetime | None


class Profile(In):
    """What others read about oneself; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    bio: Annotated[str, Field(max_length=400)] | None = None
    place: Annotated[str, Field(max_length=60)] | None = None
    links: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=4)] | None = None


class Settings(Out):
    """How one reads."""

    language: Literal["fa", "en"]
    calendar: Literal["jalali", "gregorian"]
    zone: str
    theme: Literal["auto", "light", "dark"]


class Wishes(In):
    """Settings to change; what is left out stays."""

    language: Literal["fa", "en"] | None = None
    calendar: Literal["jalali", "gregorian"] | None = None
    zone: Annotated[str, Field(max_length=40, examples=["Asia/Tehran"])] | None = None
    theme: Literal["auto", "light", "dark"] | None = None


class Written(Out):
    """A reply in the list of what somebody wrote."""

    id: int
    number: int
    topic: int
    title: str
    url: str
    excerpt: str
    created_at: dt.datetime


class Bookmark(Out):
    """A post that one keeps."""

    post: int
    topic: int
    number: int
    title: str
    url: str
    excerpt: str
    author: Person | None
    kept_at: dt.datetime


class Draft(Out):
    """What was typed and not sent."""

    place: str
    title: str
    text: str
    saved_at: dt.datetime


class DraftText(In):
    """What to keep of what is being typed."""

    text: Annotated[str, Field(max_length=limits.POST_TEXT_CHARS_MAX)]
    title: Annotated[str, Field(max_length=400)] = ""


class Follows(Out):
    """What one follows or mutes; at most a thousand of each kind."""

    spaces: dict[str, str] = Field(max_length=1000)
    topics: dict[str, str] = Field(max_length=1000)
    tags: dict[str, str] = Field(max_length=1000)
    members: dict[str, str] = Field(max_length=1000)


class Notice(Out):
    """Something one should know."""

    id: int
    kind: str
    words: str
    title: str
    url: str
    actor: Person | None
    count: int
    is_read: bool
    happened_at: dt.datetime


class Session(Out):
    """A browser that is signed in."""

    id: int
    device: str
    ip: str
    created_at: dt.datetime
    last_seen_at: dt.datetime


class Token(Out):
    """A token, by its first characters."""

    id: int
    name: str
    hint: str
    scopes: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    last_used_at: dt.datetime | None
    is_this: bool


class Live(Out):
    """Where to listen to what happens, as server-sent events; null where one has to ask again and again instead."""

    url: str | None
    channels: list[str]
    valid_s: int


class Tour(Out):
    """What this place is called and what speaks here."""

    name: str
    language: str
    version: str
    openapi: str
    docs: str
