"""What every text of making together goes through before the door: checked, stored as written, rendered once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from patogh.ideas.errors import TextEmpty, TextLong
from patogh.kit import markup
from patogh.kit.markup import Rendered
from patogh.trust.nouns import Submission


@dataclass(frozen=True, slots=True)
class Worded:
    """A text ready to be stored."""

    text: str
    rendered: Rendered


def worded(text: str, most: int) -> Worded:
    """Check and render a text; raises TextEmpty, or TextLong beyond `most` characters."""
    kept = plain(text)
    if not kept:
        raise TextEmpty
    if len(kept) > most:
        raise TextLong(most=most)
    return Worded(kept, markup.render(kept))


def plain(text: str) -> str:
    """Return a text as it is stored: NFC, without the one character that no database takes."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).replace("\0", "").strip()


def submission(kind: str, text: str, *, title: str = "", typed_ms: int | None = None, before: str = "") -> Submission:
    """Return what limits, signals and word lists ask of a text; `before` is what an edit replaces."""
    new, old = markup.render(text), markup.render(before) if before else None
    return Submission(
        kind, new.text, title, links=tuple(new.links), pictures=len(new.pictures), mentions=len(new.mentions), typed_ms=typed_ms,
        before=old.text if old else "", before_links=tuple(old.links) if old else (),
    )  # fmt: skip
