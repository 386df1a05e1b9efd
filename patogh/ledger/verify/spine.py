"""The tree above the leaf tiles, grown from the left in bounded memory (RFC 6962, section 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

WIDTH: Final = 256
EMPTY_ROOT: Final = sha256(b"").digest()


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a full tile, or over any power of two of hashes."""
    level, sha = list(hashes), sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


def fold(levels: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root of a tree, given what stands open at each tile level, the lowest first."""
    root = b""
    for hashes in levels:
        for peak in reversed(_peaks(hashes)):
            root = sha256(b"\x01" + peak + root).digest() if root else peak
    return root or EMPTY_ROOT


def _peaks(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the full subtrees over some hashes, the largest first."""
    peaks, start = [], 0
    while start < len(hashes):
        width = 1 << ((len(hashes) - start).bit_length() - 1)
        peaks.append(tile_root(hashes[start : start + width]))
        start += width
    return peaks


class Spine:
    """The open tile of each level. `full(level, number, hashes)` is called when a tile above the leaves fills up."""

    def __init__(self, full: Callable[[int, int, list[bytes]], None] | None = None) -> None:
        self.levels: list[list[bytes]] = [[], []]
        self.filled = [0, 0]
        self._full = full

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return self.filled[0] * WIDTH + len(self.levels[0])

    def add_tile(self, root: bytes) -> None:
        """Add a full tile of leaves by its root; there must be no open leaves."""
        self.filled[0] += 1
        self._add(1, root)

    def add_leaves(self, hashes: Sequence[bytes]) -> None:
        """Add leaf hashes one after another."""
        for leaf in hashes:
            self.levels[0].append(leaf)
            if len(self.levels[0]) == WIDTH:
                root = tile_root(self.levels[0])
                self.levels[0] = []
                self.add_tile(root)

    def root(self, more: Sequence[bytes] = ()) -> bytes:
        """Return the root, with `more` leaves (fewer than fill a tile) after the last full tile."""
        return fold([[*self.levels[0], *more], *self.levels[1:]])

    def state(self) -> dict[str, object]:
        """Return what a later run needs to go on from here."""
        return {"filled": list(self.filled), "levels": [[one.hex() for one in level] for level in self.levels]}

    @classmethod
    def from_state(cls, state: dict[str, object]) -> Spine:
        """Return the spine of a state; raises ValueError, KeyError or TypeError for one that makes no sense."""
        spine = cls()
        filled, levels = state["filled"], state["levels"]
        if not isinstance(filled, list) or not isinstance(levels, list) or len(filled) != len(levels):
            message = "the levels do not fit"
            raise ValueError(message)
        spine.filled = [int(count) for count in filled]
        spine.levels = [[bytes.fromhex(one) for one in level] for level in levels]
        if any(len(one) != len(EMPTY_ROOT) for level in spine.levels for one in level):
            message = "a hash has the wrong length"
            raise ValueError(message)
        return spine

    def _add(self, level: int, root: bytes) -> None:
        """Add the root of a full tile to the level above it."""
        while True:
            if level == len(self.levels):
                self.levels.append([])
                self.filled.append(0)
            hashes = self.levels[level]
            hashes.append(root)
            if len(hashes) < WIDTH:
                return
            if self._full:
                self._full(level, self.filled[level], hashes)
            root = tile_root(hashes)
            self.levels[level] = []
            self.filled[level] += 1
            level += 1
