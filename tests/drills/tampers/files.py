"""Files of the log that somebody changed: entries, bundles, hash tiles of every level, whole and partial."""

from collections.abc import Iterator
from itertools import pairwise

from patogh.kit.tlog import tiles
from patogh.kit.tlog.tree import leaf_hash
from patogh.ledger.tests.making import Writer
from tests.drills.tampers.bench import Bench, Tampering, flipped


def tamperings(bench: Bench) -> Iterator[Tampering]:
    """Yield every tampering with the published files."""
    yield from bundles(bench)
    yield from entries(bench)
    yield from hash_tiles(bench)


def bundles(bench: Bench) -> Iterator[Tampering]:
    """Bundles: a bit, a length, an end, too little, too much, gone, one in the place of another."""
    paths = [bench.bundle(number)[0] for number in range(-(-bench.log.size // tiles.WIDTH))]
    for path in paths:
        data = bench.path(path).read_bytes()
        for _ in range(8):
            place, bit = bench.chance.randrange(len(data)), bench.chance.randrange(8)
            yield _file(bench, "bundle.bit", f"{path} byte {place} bit {bit}", path, flipped(data, place, bit))
        yield _file(bench, "bundle.length", path, path, (1).to_bytes(2, "big") + data[2:])
        yield _file(bench, "bundle.cut", path, path, data[: bench.chance.randrange(1, len(data))])
        yield _file(bench, "bundle.empty", path, path, b"")
        yield _file(bench, "bundle.gone", path, path, None)
        yield _file(bench, "bundle.more", path, path, data + b"\x00\x02{}")
    for one, other in pairwise(paths):
        yield _file(bench, "bundle.replaced", f"{one} by {other}", one, bench.path(other).read_bytes())


def entries(bench: Bench) -> Iterator[Tampering]:
    """Entries within a bundle: forged, dropped, doubled, put into another order, with and without fitting tiles."""
    writer = Writer(99)
    writer.number = 50_000
    for number in range(-(-bench.log.size // tiles.WIDTH)):
        path, held = bench.bundle(number)
        for _ in range(4):
            place = bench.chance.randrange(len(held))
            forged = [*held[:place], writer.award(150), *held[place + 1 :]]
            name = f"{path} entry {place}"
            yield _file(bench, "entry.forged", name, path, tiles.bundle_of(forged))
            leaf = tiles.tile_path(0, number, len(held))
            tile = b"".join(leaf_hash(one) for one in forged)
            files = {path: tiles.bundle_of(forged), leaf: tile}
            yield Tampering("entry.forged_with_leaf_tile", name, bench.with_files(files))
            dropped = [*held[:place], *held[place + 1 :]]
            yield _file(bench, "entry.dropped", name, path, tiles.bundle_of(dropped))
            doubled = [*held[:place], held[place], held[place], *held[place + 1 :]][: len(held)]
            yield _file(bench, "entry.doubled", name, path, tiles.bundle_of(doubled))
            other = (place + 1) % len(held)
            swapped = list(held)
            swapped[place], swapped[other] = held[other], held[place]
            yield _file(bench, "entry.swapped", name, path, tiles.bundle_of(swapped))


def hash_tiles(bench: Bench) -> Iterator[Tampering]:
    """Hash tiles: a bit, cut, longer, gone, another one's; also the partial tiles that earlier seals left behind."""
    top = bench.log.folder
    paths = [
        path.relative_to(top).as_posix()
        for path in sorted((top / "tile").rglob("*"))
        if path.is_file() and "entries" not in path.parts
    ]
    for path in paths:
        data = bench.path(path).read_bytes()
        for _ in range(4):
            place, bit = bench.chance.randrange(len(data)), bench.chance.randrange(8)
            yield _file(bench, "tile.bit", f"{path} byte {place} bit {bit}", path, flipped(data, place, bit))
        yield _file(bench, "tile.cut", path, path, data[:-32])
        yield _file(bench, "tile.longer", path, path, data + bytes(32))
    for level, number, width in tiles.tiles_of(bench.log.size):
        path = tiles.tile_path(level, number, width)
        yield _file(bench, "tile.gone", path, path, None)
        yield _file(bench, "tile.zeros", path, path, bytes(32 * width))


def _file(bench: Bench, kind: str, name: str, path: str, data: bytes | None) -> Tampering:
    """Return a tampering with one file."""
    return Tampering(kind, name, bench.with_files({path: data}))
