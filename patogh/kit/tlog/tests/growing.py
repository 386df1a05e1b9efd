"""A log in memory for the tests: its tiles, grown as a sequencer grows them."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from patogh.kit.tlog import tiles, tree


def leaves_of(count: int) -> list[bytes]:
    return [tree.leaf_hash(b"entry %d" % number) for number in range(count)]


class Store:
    """Keeps every tile it was ever given, and counts what is read."""

    def __init__(self) -> None:
        self.size = 0
        self.tiles: dict[tuple[int, int, int], bytes] = {}
        self.read: list[tuple[int, int, int]] = []

    def __call__(self, level: int, number: int, width: int) -> bytes:
        self.read.append((level, number, width))
        return self.tiles[level, number, width]

    def add(self, leaves: list[bytes]) -> None:
        self.tiles |= tiles.grow(self.size, leaves, self)
        self.size += len(leaves)

    def grow_by_chance(self, leaves: list[bytes], draw: Callable[[st.SearchStrategy[int]], Any]) -> None:
        while self.size < len(leaves):
            self.add(leaves[self.size : self.size + draw(st.integers(1, len(leaves) - self.size))])
