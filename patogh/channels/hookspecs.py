"""What upper rooms may plug into the channels: what was written, why not to send it, and what a digest tells."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from typing import Any

from patogh.kit.hooks import hookspec, plugins


@dataclass(frozen=True)
class Piece:
    """One thing that was written: by whom, when, where, and as which text (plain, paragraphs apart by blank lines).

    `reply_to` names what an answer by mail belongs to: (kind, key), like ("hangout.topic", 7).
    """

    author: str
    text: str
    url: str
    at: dt.datetime
    reply_to: tuple[str, int] | None = None


@dataclass(frozen=True)
class Line:
    """One line of a digest: its title, a few words, whose it is, where it stands and why it is told."""

    title: str
    url: str
    words: str = ""
    author: str = ""
    place: str = ""
    why: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a digest: its heading and its lines."""

    key: str
    heading: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class PublicPage:
    """A text of ours, as what lies outside may see it: its subject, its address, what it links to, whether strangers may read it."""

    kind: str
    key: str
    url: str
    links: list[str]
    is_public: bool


@hookspec(firstresult=True)
def delivery_hindrance(notice: Any, member: Any) -> str | None:
    """Return why this notice must not leave the house any more (a word of channels.words.WHY: "gone", "out_of_sight",
    "muted", "blocked"), or None. Asked once more right before sending.
    """


@hookspec
def notice_pieces(member: Any, activity_ids: list[Any]) -> list[Piece]:  # type: ignore[empty-body]
    """Return what was written in these activities, as far as the member may see it, oldest first."""


@hookspec
def digest_matter(since: dict[int, dt.datetime]) -> dict[int, dict[str, Any]]:  # type: ignore[empty-body]
    """Return what is worth telling each of these members (by key, since when) as plain keys that JSON can hold; members
    for whom there is nothing are left out. Set-wise: a few statements for the whole batch.
    """


@hookspec
def digest_sections(member: Any, matter: dict[str, Any]) -> list[Section]:  # type: ignore[empty-body]
    """Return the sections of a member's digest made of `matter`, without what she may no longer see or has read since."""


@hookspec(firstresult=True)
def arrived(setup_id: int, connector: str, arrival: Any, identity: Any) -> bool | str | None:
    """Take an arrival that is no message ("order", "return", "product", "customer", "event") within the writing transaction; return True
    where it is yours, or how it counts: "new", "known" (it changed nothing), "dropped". `identity` is whose it is, or None.
    """


@hookspec
def public_pages(kind: str, key: str) -> list[PublicPage]:  # type: ignore[empty-body]
    """Return the texts that a subject of the road is, or holds, with the links in them; None for a subject of another room.

    Also those that strangers may not read (any more): whoever was told of them is told that they are gone.
    """


if not hasattr(plugins.hook, "delivery_hindrance"):
    plugins.add_hookspecs(sys.modules[__name__])
