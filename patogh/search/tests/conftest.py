"""What tests of search share."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from patogh.search import actions, queries
from patogh.search.actions import Entry


def entry(thing_id: int, title: str = "", text: str = "", **rest) -> Entry:
    """A public topic, unless `rest` says otherwise."""
    kind = rest.get("kind", "topic")
    known = {
        "kind": kind,
        "url": f"/t/{thing_id}",
        "audience": "public",
        "happened_at": timezone.now(),
        "topic_id": None if kind == "member" else thing_id,
    }
    return Entry(thing_id=thing_id, title=title, text=text, **{**known, **rest})


@pytest.fixture
def put(db) -> Callable[..., None]:
    """Put one document in."""
    return lambda *args, **rest: actions.put(entry(*args, **rest))


@pytest.fixture
def found(db) -> Callable[..., list[int]]:
    """Return the ids that a stranger's search finds, best first."""

    def ask(typed: str, audiences=("public",), limit=20, **filters) -> list[int]:
        return [
            hit.thing_id
            for hit in queries.search(typed, audiences=audiences, limit=limit, filters=queries.Filters(**filters)).hits
        ]

    return ask
