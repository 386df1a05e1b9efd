"""Tiles and bundles as they lie in the database, for the sequencer, the signer, the publisher and every proof."""

from __future__ import annotations

from django.db import connection

from patogh.kit.tlog import tiles
from patogh.kit.tlog.errors import BadTile
from patogh.kit.tlog.limits import HASH_BYTES
from patogh.kit.tlog.tree import Frontier
from patogh.ledger.models import LogBundle, LogHead


class TileReader:
    """Gives hash tiles of one log as `kit.tlog.tiles` asks for them; a narrower tile is the beginning of a wider one."""

    def __init__(self, log_id: int, leaf: int | None = None, size: int = 0) -> None:
        """Read the log `log_id`; with a leaf and a size, all that the proof of the leaf needs in one query."""
        self.log_id = log_id
        self._ahead = self._rows(_on_the_way(leaf, size)) if leaf is not None else {}

    def __call__(self, level: int, number: int, width: int) -> bytes:
        """Return `width * 32` bytes; raises BadTile for a tile that is not there or not so wide."""
        found = self._ahead.get((level, number)) or self._rows([(level, number)]).get((level, number), b"")
        if len(found) < width * HASH_BYTES:
            raise BadTile(f"tile {number} of level {level} is not {width} wide in the database")
        return found[: width * HASH_BYTES]

    def _rows(self, places: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return those of these tiles that are there."""
        these = " OR ".join(["(level = %s AND number = %s)"] * len(places))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT level, number, hashes FROM ledger_logtile WHERE log_id = %s AND ({these})",  # noqa: S608 - marks only
                [self.log_id, *(value for place in places for value in place)],
            )
            return {(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}


def _on_the_way(leaf: int, size: int) -> list[tuple[int, int]]:
    """Return the tiles of an inclusion proof: on each level the one over the leaf, and the one at the right edge."""
    places, level = set(), 0
    while hashes := size >> (tiles.HEIGHT * level):
        above = tiles.HEIGHT * (level + 1)
        places |= {(level, min(leaf >> above, (hashes - 1) // tiles.WIDTH)), (level, (hashes - 1) // tiles.WIDTH)}
        level += 1
    return sorted(places)


def bundle(log_id: int, number: int, width: int) -> bytes:
    """Return the first `width` entries of a bundle in their published form; raises BadTile if they are not there."""
    row = LogBundle.objects.filter(log=log_id, number=number).values_list("body", "width").first()
    if row is None or row[1] < width:
        raise BadTile(f"bundle {number} is not {width} wide in the database")
    body = bytes(row[0])
    return body if row[1] == width else tiles.bundle_of(tiles.entries_of(body)[:width])


def entry_at(log_id: int, leaf: int) -> bytes:
    """Return the exact bytes of an entry; raises BadTile beyond the end."""
    number, place = divmod(leaf, tiles.WIDTH)
    return tiles.entries_of(bundle(log_id, number, place + 1))[place]


def frontier_of(head: LogHead) -> Frontier:
    """Return the right edge of a log as its head keeps it."""
    kept = bytes(head.frontier)
    return Frontier.from_state(head.size, [kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)])


def root_at(log_id: int, size: int) -> bytes:
    """Return the root that the log had at a size, from its tiles."""
    return tiles.root(size, TileReader(log_id))
