"""Who may see what, and what a filter's words stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from patogh.kit.hooks import plugins
from patogh.search.models import Document

SPACES_MAX = 200


def audiences_of(member: Any) -> list[str]:
    """Return the audiences that a member, or nobody (None), belongs to: public, members, and what other rooms add."""
    found = ["public", "members"] if member is not None else ["public"]
    if member is not None:
        found += [audience for answer in plugins.hook.search_audiences(member=member) for audience in answer or ()]
    return list(dict.fromkeys(found))


def place_called(kind: str, url: str, audiences: Sequence[str]) -> Document | None:
    """Return the member, space or tag at an address, if the viewer may see it."""
    return Document.objects.filter(kind=kind, url=url, audience__in=audiences).first()


def spaces_in_sight(audiences: Sequence[str]) -> list[Document]:
    """Return the spaces that a search may be narrowed to, in the order in which they were put."""
    return list(Document.objects.filter(kind="space", audience__in=audiences).order_by("pk")[:SPACES_MAX])
