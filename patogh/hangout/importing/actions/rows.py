"""What the loader's steps share: keys by the hundred, and members by what they get."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from patogh.activity.bulk import ROWS
from patogh.activity.bulk import insert_objects as _insert_objects
from patogh.activity.bulk import insert_rows as _insert

__all__ = ["ROWS", "_by_count", "_chunks", "_insert", "_insert_objects"]


def _by_count(counted: Counter[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each count with those that have it, so that one statement serves them all."""
    groups: dict[int, list[int]] = {}
    for pk, count in counted.items():
        groups.setdefault(count, []).append(pk)
    yield from groups.items()


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield keys, as many at a time as every database takes."""
    rest = iter(sorted(keys))
    while some := list(itertools.islice(rest, ROWS)):
        yield some
