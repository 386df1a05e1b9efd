"""Hits as pages show them: the title and the snippet marked, and who and where, all from the documents themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Q
from markupsafe import Markup

from patogh.search.marking import marked, snippet
from patogh.search.models import Document
from patogh.search.queries.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Face:
    """A person or place beside a hit."""

    name: str
    url: str
    data: dict[str, Any]

    @property
    def avatar_url(self) -> str:
        """The picture of a member."""
        return _avatar(self.url, self.data)

    @property
    def is_team(self) -> bool:
        """Whether this member speaks for the team."""
        return bool(self.data.get("team"))

    def name_in(self, language: str) -> str:
        """Return the name in `language`, where the place has one in it."""
        return str((self.data.get("name_en") if language == "en" else self.data.get("name")) or self.name)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; `title` and `snippet` are safe HTML with <mark> around the words that were found."""

    kind: str
    thing_id: int
    topic_id: int | None
    title: Markup
    plain_title: str
    snippet: Markup
    url: str
    score: float
    happened_at: datetime
    topic_kind: str
    tags: list[str]
    data: dict[str, Any]
    author: Face | None = None
    space: Face | None = None

    @property
    def avatar_url(self) -> str:
        """The picture of a member who was found."""
        return _avatar(self.url, self.data)

    @property
    def tag_links(self) -> list[tuple[str, str]]:
        """The first two tags of the topic with their addresses."""
        return [(name, f"/tags/{quote(name, safe='')}") for name in self.tags[:2]]

    @property
    def is_team(self) -> bool:
        """Whether the member who was found speaks for the team."""
        return bool(self.data.get("team"))


def dressed(found: Sequence[Candidate], groups: Sequence[set[str]]) -> list[Hit]:
    """Return candidates as hits in their order: two queries, however many they are."""
    rows = {row.pk: row for row in Document.objects.filter(pk__in=[one.id for one in found])} if found else {}
    around = _around(list(rows.values()))
    return [_hit(rows[one.id], one, groups, around) for one in found if one.id in rows]


def _around(rows: Sequence[Document]) -> dict[tuple[str, int], Document]:
    """Return the topics of the posts, the authors and the spaces."""
    wanted = Q(pk__in=[])
    for kind, ids in {
        "topic": {row.topic_id for row in rows if row.kind == "post"},
        "member": {row.author_id for row in rows if row.kind != "member"},
        "space": {row.space_id for row in rows if row.kind != "space"},
    }.items():
        wanted |= Q(kind=kind, thing_id__in=[pk for pk in ids if pk is not None])
    found = Document.objects.filter(wanted).defer("text") if rows else []
    return {(row.kind, row.thing_id): row for row in found}


def _hit(row: Document, one: Candidate, groups: Sequence[set[str]], around: dict[tuple[str, int], Document]) -> Hit:
    """Put one hit together."""
    topic = around.get(("topic", row.topic_id or 0)) if row.kind == "post" else row
    title = topic.title if topic else row.title
    face = {kind: around.get((kind, pk or 0)) for kind, pk in (("member", row.author_id), ("space", row.space_id))}
    author, space = (
        Face(it.title, it.url, it.data) if it and it.audience != "none" else None
        for it in (face["member"], face["space"])
    )
    return Hit(
        row.kind,
        row.thing_id,
        row.topic_id,
        marked(title, groups),
        title,
        snippet(row.text, groups),
        row.url,
        one.score,
        row.happened_at,
        topic.topic_kind if topic else "",
        list(topic.tags if topic else []),
        (topic or row).data,
        author if row.kind != "member" else None,
        space if row.kind != "space" else None,
    )


def _avatar(url: str, data: dict[str, Any]) -> str:
    return str(data.get("avatar") or f"/avatars/{url.rpartition('@')[2]}.svg")
