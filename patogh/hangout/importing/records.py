"""What a source yields: spaces, members, topics, posts and addresses as they stood in the other house, and rows that could
not be read.

Keys are the other house's own; one key names one topic or post, one member and one space, within one source and site.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from patogh.kit.errors import PatoghError


class CannotImport(PatoghError):
    """The whole file is of no use to an importer."""

    status = 400
    code = "cannot_import"
    sentence = "%(file)s cannot be imported: %(why)s"  # the command speaks English only


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """Somebody of the other house. Only those who wrote something are staged, and those with `stays`.

    `email` is a claim that nobody is shown.
    """

    key: str
    name: str
    joined_at: dt.datetime | None = None
    email: str = ""
    handle: str = ""
    bio: str = ""
    place: str = ""
    language: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class SpaceRecord:
    """A space or category. One with a slug or name that is here already is filled, not made twice."""

    key: str
    name: str
    slug: str = ""
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    colour: str = ""
    access: str = "public"
    position: int = 0
    members: tuple[str, ...] = ()  # keys of members, of a private space
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """A picture that a body names: `name` as it stands in the body (a path or URL), `source` where its bytes are.

    `source` is a path below the dump's folder, or an http(s) address that is opened only when the operator asks for it.
    """

    name: str
    source: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A contribution. `body` is in the source's own markup; `topic` is the key of its topic, or its own key for an opening.

    An opening post also carries what its topic needs: title, kind, space, tags, views, closing, pinning and the accepted
    answer's key. `parent` is the key of the post of the same topic that it answers. `number` keeps its place in the topic
    (0: in the order of time). `likes` counts thanks of nobody in particular; `trashed_at` brings it in out of sight.
    """

    key: str
    topic: str
    author: str
    body: str
    created_at: dt.datetime
    line: int
    score: int = 0
    edited_at: dt.datetime | None = None
    title: str = ""
    kind: str = "discussion"
    tags: tuple[str, ...] = ()
    views: int = 0
    closed_at: dt.datetime | None = None
    accepted: str = ""
    space: str = ""
    parent: str = ""
    number: int = 0
    is_followup: bool = False
    likes: int = 0
    language: str = ""
    pinned_at: dt.datetime | None = None
    trashed_at: dt.datetime | None = None
    topic_trashed_at: dt.datetime | None = None
    promised_on: str = ""
    pictures: tuple[PictureRecord, ...] = ()
    addresses: tuple[str, ...] = ()
    undated: bool = False  # `created_at` is a stand-in that may differ the next time

    @property
    def opens(self) -> bool:
        """Whether this post opens its topic."""
        return self.key == self.topic

    @property
    def digest(self) -> str:
        """64 characters: 16 name the row (its key and time stay for ever), 48 what it says (an edit changes them)."""
        said = "\x1f".join((self.title, self.body, self.author, " ".join(self.tags), self.topic))
        return (
            identity_digest(self.key, None if self.undated else self.created_at)
            + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:48]
        )


def identity_digest(key: str, created_at: dt.datetime | None) -> str:
    """Return the first 16 characters of a record's digest."""
    said = f"{key} {created_at.isoformat() if created_at else ''}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is not brought in: where it stands (first line is 1; 0 where a source has no lines), its key and why."""

    line: int
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader of the report should know that concerns no single row; `count` adds up."""

    what: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An address of the old house, path and query as a browser sent them, and what it showed: topic, post, member, space or tag."""

    path: str
    kind: str
    key: str


Record = MemberRecord | SpaceRecord | PostRecord | AddressRecord | Skipped | Remark


class Source(Protocol):
    """A reader of one dump. Records come in any order, streaming, in memory that does not grow with the file."""

    name: str  # of the kind of house, for example "stackexchange"
    path: Path
    site: str  # the community's own name, drawn from the file
    size_bytes: int

    def records(self) -> Iterator[Record]:
        """Yield every record and every row that could not be read; raises CannotImport for a file of no use."""

    def position_bytes(self) -> int:
        """Return how far the file is read."""

    @staticmethod
    def markdown(body: str) -> str:
        """Return a body in our Markdown; static and pure, so that other processes may do it."""

    def unnamed(self, key: str) -> MemberRecord:
        """Return how somebody without a record of her own is called."""
