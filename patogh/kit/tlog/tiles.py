"""Tiles (C2SP tlog-tiles): where a hash lies, what a bundle of entries looks like, and proofs read from tiles.

A tile is up to 256 hashes; level 0 holds leaf hashes, each hash above is the root of a whole tile below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from patogh.kit.tlog.errors import BadProof, BadTile
from patogh.kit.tlog.limits import ENTRY_BYTES_MAX, HASH_BYTES, TREE_SIZE_MAX
from patogh.kit.tlog.tree import EMPTY_ROOT, node_hash, root_of

WIDTH = 256
HEIGHT = 8
LEVEL_MAX = 63

Level = int | Literal["entries"]
HashReader = Callable[[int, int, int], bytes]
"""Give level, number and width of a tile; get its `width * 32` bytes."""

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def tile_path(level: Level, number: int, width: int = WIDTH) -> str:
    """Return the address of a tile below the log's prefix, such as `tile/0/x001/067.p/8`."""
    if level != "entries" and not 0 <= level <= LEVEL_MAX:
        raise BadTile(f"there is no tile level {level}")
    if not 0 <= number <= TREE_SIZE_MAX or not 1 <= width <= WIDTH:
        raise BadTile(f"there is no tile {number} of width {width}")
    places = [f"{number % 1000:03d}"]
    while number := number // 1000:
        places.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(places)}" + (f".p/{width}" if width < WIDTH else "")


def parse_tile_path(path: str) -> tuple[Level, int, int]:
    """Return level, number and width of a tile's address; raise BadTile for every spelling but the one of `tile_path`."""
    found = _PATH.fullmatch(path) if len(path) <= 64 else None
    if found is None:
        raise BadTile("this is not the address of a tile")
    level: Level = "entries" if found[1] == "entries" else int(found[1])
    number = int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3]) if found[3] else WIDTH
    if number > TREE_SIZE_MAX or width > WIDTH or tile_path(level, number, width) != path:
        raise BadTile("this address of a tile is not in its canonical spelling")
    return level, number, width


def width_in(size: int, level: int, number: int) -> int:
    """Return how many hashes tile `number` of `level` holds in a tree of `size` leaves (0: it is not there)."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[tuple[int, int, int]]:
    """Give (level, number, width) of each tile that a tree of `size` has and a tree of `since` leaves had not (so wide)."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        had = since >> (HEIGHT * level)
        if hashes > had:
            for number in range(had // WIDTH, (hashes + WIDTH - 1) // WIDTH):
                yield level, number, min(WIDTH, hashes - number * WIDTH)
        level += 1


def grow(size: int, leaves: Sequence[bytes], fetch: HashReader) -> dict[tuple[int, int, int], bytes]:
    """Return the tiles that come new when leaf hashes are added to a tree of `size`; reads one tile a level at most."""
    made: dict[tuple[int, int, int], bytes] = {}
    level, fresh = 0, list(leaves)
    while fresh:
        number, held = divmod(size >> (HEIGHT * level), WIDTH)
        row = _hashes(_read(fetch, level, number, held)) + fresh if held else fresh
        fresh = []
        for start in range(0, len(row), WIDTH):
            part = row[start : start + WIDTH]
            made[level, number + start // WIDTH, len(part)] = b"".join(part)
            if len(part) == WIDTH:
                fresh.append(root_of(part))
        level += 1
    return made


def node(level: int, index: int, size: int, fetch: HashReader) -> bytes:
    """Return the root of the perfect subtree of 2^level leaves number `index`, from one tile of a tree of `size`."""
    if level < 0 or index < 0 or (index + 1) << level > size:
        raise BadTile(f"subtree {index} of height {level} is not whole in a tree of {size} entries")
    tier, inner = divmod(level, HEIGHT)
    first = index << inner
    number, start = divmod(first, WIDTH)
    tile = _read(fetch, tier, number, width_in(size, tier, number))
    return root_of(_hashes(tile[start * HASH_BYTES : (start + (1 << inner)) * HASH_BYTES]))


def root(size: int, fetch: HashReader) -> bytes:
    """Return the root of a tree of `size` leaves, from the tiles of its right edge (one a level)."""
    return _span(0, size, size, remembering(fetch)) if size else EMPTY_ROOT


def inclusion(index: int, size: int, fetch: HashReader) -> list[bytes]:
    """Return the inclusion proof of entry `index` in the tree of `size`, leaf's sibling first (RFC 6962, 2.1.1).

    At most two tiles a level are read. The tiles are *not* trusted: check the proof against a signed root.
    """
    if not 0 <= index < size:
        raise BadProof(f"entry {index} is not in a tree of {size} entries")
    fetch, steps = remembering(fetch), []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            steps.append(_span(middle, high, size, fetch))
            high = middle
        else:
            steps.append(_span(low, middle, size, fetch))
            low = middle
    return steps[::-1]


def consistency(old: int, new: int, fetch: HashReader) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with that of `old` (RFC 6962, 2.1.2), from `new`'s tiles."""
    if not 1 <= old <= new:
        raise BadProof(f"there is no consistency proof from {old} to {new} entries")
    fetch, steps = remembering(fetch), []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            steps.append(_span(middle, high, new, fetch))
            high = middle
        else:
            steps.append(_span(low, middle, new, fetch))
            low, whole = middle, False
    if not whole:
        steps.append(_span(low, high, new, fetch))
    return steps[::-1]


def remembering(fetch: HashReader) -> HashReader:
    """Return a reader that asks for each tile once; for the length of one proof."""
    kept: dict[tuple[int, int, int], bytes] = {}

    def read(level: int, number: int, width: int) -> bytes:
        key = (level, number, width)
        if key not in kept:
            kept[key] = fetch(level, number, width)
        return kept[key]

    return read


class CheckedTiles:
    """A reader that lets no hash through that does not lead to the root: each tile is folded up to the signed root.

    A tile that matches an entry is not enough: other clients were seen to accept a forged entry with a matching leaf
    tile under an unchanged checkpoint, since they never folded the tile into its parent.
    """

    def __init__(self, size: int, root_hash: bytes, fetch: HashReader, kept_max: int = 256) -> None:
        """Read the right edge at once; raise BadTile when it does not lead to `root_hash`."""
        self.size = size
        self._fetch = fetch
        self._kept_max = kept_max
        self._kept: dict[tuple[int, int], bytes] = {}
        edge: dict[tuple[int, int], bytes] = {}

        def read(level: int, number: int, width: int) -> bytes:
            return edge.setdefault((level, number), _read(fetch, level, number, width))

        if (_span(0, size, size, read) if size else EMPTY_ROOT) != root_hash:
            raise BadTile(f"the tiles of {size} entries do not lead to the signed root")
        self._edge = edge

    def __call__(self, level: int, number: int, width: int) -> bytes:
        """Return a tile of this tree that leads to the root; raise BadTile otherwise."""
        if width < 1 or width != width_in(self.size, level, number):
            raise BadTile(f"tile {number} of level {level} is not {width} wide in a tree of {self.size} entries")
        found = self._edge.get((level, number)) or self._kept.get((level, number))
        return found if found is not None else self._checked(level, number)

    def _checked(self, level: int, number: int) -> bytes:
        tile = _read(self._fetch, level, number, WIDTH)
        above, place = divmod(number, WIDTH)
        parent = self(level + 1, above, width_in(self.size, level + 1, above))
        if root_of(_hashes(tile)) != parent[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
            raise BadTile(f"tile {number} of level {level} does not lead to the signed root")
        while len(self._kept) >= self._kept_max:
            del self._kept[next(iter(self._kept))]
        self._kept[level, number] = tile
        return tile


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """Return entries, each after its length in two bytes; raise BadTile for more than 256 or one longer than 65,535."""
    if len(entries) > WIDTH:
        raise BadTile(f"a bundle holds at most {WIDTH} entries")
    if any(len(entry) > ENTRY_BYTES_MAX for entry in entries):
        raise BadTile(f"an entry is longer than {ENTRY_BYTES_MAX} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(bundle: bytes, width: int | None = None) -> list[bytes]:
    """Return the entries of a bundle; raise BadTile when it is cut short, too wide or not `width` wide."""
    if len(bundle) > WIDTH * (ENTRY_BYTES_MAX + 2):
        raise BadTile("the bundle is larger than any bundle can be")
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > end or at > end:
            raise BadTile(f"the bundle ends within entry {len(entries)}")
        entries.append(bundle[start:at])
    if len(entries) > WIDTH or (width is not None and len(entries) != width):
        raise BadTile(f"the bundle holds {len(entries)} entries; {width or WIDTH} were expected")
    return entries


def _split(count: int) -> int:
    """Return the largest power of two below `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _span(low: int, high: int, size: int, fetch: HashReader) -> bytes:
    """Return the root of leaves low..high, whose `low` is a multiple of the power of two that holds them."""
    peaks = []
    while low < high:
        height = (high - low).bit_length() - 1
        peaks.append(node(height, low >> height, size, fetch))
        low += 1 << height
    here = peaks.pop()
    while peaks:
        here = node_hash(peaks.pop(), here)
    return here


def _read(fetch: HashReader, level: int, number: int, width: int) -> bytes:
    tile = fetch(level, number, width)
    if len(tile) != width * HASH_BYTES:
        raise BadTile(f"tile {number} of level {level} has {len(tile)} bytes instead of {width * HASH_BYTES}")
    return tile


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
