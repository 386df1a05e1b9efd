"""What the rooms' other nouns put on an idea's shared page: each gives the words of its own partial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from patogh.ideas.queries.idea import Shown
from patogh.looks.assembly import Clock

Maker = Callable[[Shown, Clock], dict[str, Any]]
PARTS: list[Maker] = []


def page_part(make: Maker) -> Maker:
    """Register what gives a partial of the page (`_support.html`, `_making.html`, `_share.html`) its words.

    It is asked once for each version of an idea, never for one reader: what is personal is shown by the marks on the body.
    """
    if make not in PARTS:
        PARTS.append(make)
    return make


def words_of(page: Shown, clock: Clock) -> dict[str, Any]:
    """Return the words of all partials."""
    found: dict[str, Any] = {}
    for make in PARTS:
        found |= make(page, clock)
    return found
