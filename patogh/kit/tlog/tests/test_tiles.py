"""Tiles and bundles: addresses, what a proof reads, and forgeries that other clients let through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit.tlog import tiles, tree
from patogh.kit.tlog.errors import BadProof, BadTile
from patogh.kit.tlog.tests.growing import Store, leaves_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        ((0, 0, 256), "tile/0/000"),
        ((0, 1067, 8), "tile/0/x001/067.p/8"),
        ((63, 1_234_067, 256), "tile/63/x001/x234/067"),
        (("entries", 999, 255), "tile/entries/999.p/255"),
    ],
)
def test_a_tile_has_one_address_and_it_is_read_back(tile: tuple[tiles.Level, int, int], path: str) -> None:
    assert tiles.tile_path(*tile) == path
    assert tiles.parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/001/067",
        "tile/-1/000", "tile/0/000/", "/tile/0/000", "tile/entries/000.p/", "tile/0/../000", "tile/0/٠٠٠", "tile/0/000\n", "tile/0/" + "x999/" * 30 + "000",
    ],
)  # fmt: skip
def test_every_other_spelling_of_an_address_is_refused(path: str) -> None:
    with pytest.raises(BadTile):
        tiles.parse_tile_path(path)


@pytest.mark.parametrize("tile", [(64, 0, 256), (-1, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)])
def test_no_address_is_made_for_a_tile_that_cannot_be(tile: tuple[int, int, int]) -> None:
    with pytest.raises(BadTile):
        tiles.tile_path(*tile)


def test_the_spec_s_tree_of_70_000_has_the_spec_s_tiles() -> None:
    found = list(tiles.tiles_of(70_000))
    assert len([one for one in found if one[0] == 0 and one[2] == 256]) == 273
    assert found[-4:] == [(0, 273, 112), (1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles.tiles_of(257, since=256)) == [(0, 1, 1)]


def test_a_proof_at_200_000_entries_reads_at_most_two_tiles_a_level() -> None:
    store = Store()
    store.add(leaves_of(200_000))
    levels = 3
    for index in (0, 255, 256, 65_535, 131_072, 199_999):
        store.read.clear()
        tiles.inclusion(index, store.size, store)
        assert len(store.read) <= 2 * levels
        assert len(store.read) == len(set(store.read))
    store.read.clear()
    tiles.consistency(123_456, store.size, store)
    assert len(store.read) <= 2 * levels


@pytest.fixture
def log() -> Store:
    store = Store()
    store.add(leaves_of(600))
    return store


def test_a_forged_entry_with_a_matching_leaf_tile_is_caught_under_the_unchanged_root(log: Store) -> None:
    root, forged = tiles.root(600, log), tree.leaf_hash(b"a forged entry")
    log.tiles[0, 0, 256] = forged + log.tiles[0, 0, 256][32:]
    assert tiles.root(600, log) == root, "the right edge does not see it: that is how others were deceived"
    with pytest.raises(BadTile, match="tile 0 of level 0 does not lead to the signed root"):
        tiles.CheckedTiles(600, root, log)(0, 0, 256)
    with pytest.raises(BadProof):
        tree.verify_inclusion(forged, 0, 600, tiles.inclusion(0, 600, log), root)


@pytest.mark.parametrize("tile", [(0, 0, 256), (0, 1, 256), (0, 2, 88), (1, 0, 2)])
def test_a_flipped_bit_in_any_tile_is_caught(log: Store, tile: tuple[int, int, int]) -> None:
    root = tiles.root(600, log)
    log.tiles[tile] = bytes([log.tiles[tile][0] ^ 1]) + log.tiles[tile][1:]
    with pytest.raises(BadTile):
        checked = tiles.CheckedTiles(600, root, log)
        [checked(*one) for one in tiles.tiles_of(600)]


def test_checked_tiles_forget_the_oldest_and_serve_only_this_tree(log: Store) -> None:
    checked = tiles.CheckedTiles(600, tiles.root(600, log), log, kept_max=1)
    assert [checked(*one) for one in tiles.tiles_of(600)] * 2 == [
        checked(*one) for _ in "12" for one in tiles.tiles_of(600)
    ]
    for wrong in ((0, 2, 87), (0, 3, 256), (0, 0, 255), (2, 0, 1)):
        with pytest.raises(BadTile):
            checked(*wrong)


def test_a_tile_cut_short_is_named(log: Store) -> None:
    log.tiles[0, 2, 88] = log.tiles[0, 2, 88][:-1]
    with pytest.raises(BadTile, match="2815 bytes instead of 2816"):
        tiles.root(600, log)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=256))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert tiles.entries_of(tiles.bundle_of(entries), len(entries)) == entries


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x00" * 257])
def test_a_bundle_that_is_cut_or_too_wide_is_refused(bundle: bytes) -> None:
    with pytest.raises(BadTile):
        tiles.entries_of(bundle)


def test_a_bundle_takes_no_257th_and_no_overlong_entry() -> None:
    with pytest.raises(BadTile, match="at most 256"):
        tiles.bundle_of([b""] * 257)
    with pytest.raises(BadTile, match="65535"):
        tiles.bundle_of([b"x" * 65_536])
    with pytest.raises(BadTile, match="3 were expected"):
        tiles.entries_of(tiles.bundle_of([b"a"]), 3)
