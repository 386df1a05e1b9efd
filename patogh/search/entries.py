"""What a room hands over to be found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

TITLE_CHARS_MAX: Final = 300
TEXT_CHARS_MAX: Final = 60_000

if TYPE_CHECKING:
    from patogh.search.models import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: texts as written and plain (no HTML, no Markdown signs), who may find it, and its address.

    `kind` is topic (title, tags, text of the opening post; `topic_id` is its own id), post (a reply, no title), member
    (title = name, tags = handle, text = place and bio; `author_id` is its own id; data: avatar, team), space (title =
    both names; `space_id` is its own id; data: name, name_en, colour), tag, or idea (title, text = its three texts and facts; data: state, programme).
    `audience` is public, members, staff, space:<id> or anything else to hide it. `weight` says how good it is (reactions, 10 for an accepted answer or a
    solved question).
    `data` holds a few display facts, for example {"solved": true}.
    """

    kind: str
    thing_id: int
    url: str
    audience: str
    happened_at: datetime
    title: str = ""
    text: str = ""
    topic_id: int | None = None
    space_id: int | None = None
    author_id: int | None = None
    topic_kind: str = ""
    tags: tuple[str, ...] = ()
    weight: int = 0
    data: dict[str, Any] = field(default_factory=dict)


def entry_of(document: Document) -> Entry:
    """Return what a stored document was put as."""
    return Entry(
        document.kind,
        document.thing_id,
        document.url,
        document.audience,
        document.happened_at,
        document.title,
        document.text,
        document.topic_id,
        document.space_id,
        document.author_id,
        document.topic_kind,
        tuple(document.tags),
        document.weight,
        document.data,
    )


def clean(entry: Entry) -> Entry:
    """Return the entry as it can be stored: no NUL (PostgreSQL refuses it), nothing longer than its column."""
    title, text = (part.replace("\0", "") for part in (entry.title, entry.text))
    tags = tuple(tag.replace("\0", "") for tag in entry.tags)
    return replace(entry, title=title[:TITLE_CHARS_MAX], text=text[:TEXT_CHARS_MAX], tags=tags)
