"""How other rooms keep the index: call these inside your own actions, so that text and index commit together."""

from patogh.search.actions.building import is_stale, reindex
from patogh.search.actions.keeping import forget, move, open_to, put, put_many, put_new, put_new_many, weigh, weigh_many
from patogh.search.entries import Entry

__all__ = [
    "Entry", "forget", "is_stale", "move", "open_to", "put", "put_many", "put_new", "put_new_many", "reindex", "weigh", "weigh_many",
]  # fmt: skip
