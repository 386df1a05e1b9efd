"""The same search as plain values, for the command line and other tools."""

from __future__ import annotations

from typing import Any

from patogh.search.queries.finding import search
from patogh.search.queries.sights import audiences_of

LIMIT = 100


def search_plain(typed: str, member: Any = None, *, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return the ranked hits of a query as dictionaries: kind, id, topic, title, snippet (plain), url, score, time."""
    found = search(typed, audiences=audiences_of(member), limit=limit)
    return [
        {
            "rank": rank,
            "kind": hit.kind,
            "id": hit.thing_id,
            "topic_id": hit.topic_id,
            "title": hit.plain_title,
            "snippet": hit.snippet.striptags(),
            "url": hit.url,
            "score": hit.score,
            "happened_at": hit.happened_at.isoformat(),
        }
        for rank, hit in enumerate(found.hits, 1)
    ]
