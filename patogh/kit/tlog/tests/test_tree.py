"""The Merkle tree against a naive one written straight from RFC 6962, and what it must refuse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit.tlog import tiles, tree
from patogh.kit.tlog.errors import BadProof, BadTile
from patogh.kit.tlog.tests.growing import Store, leaves_of


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else tree.EMPTY_ROOT
    half = _half(len(leaves))
    return tree.node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*naive_path(index, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_path(index - half, leaves[half:]), naive_root(leaves[:half])]


def naive_growth(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    half = _half(len(leaves))
    if old <= half:
        return [*naive_growth(old, leaves[:half], whole=whole), naive_root(leaves[half:])]
    return [*naive_growth(old - half, leaves[half:], whole=False), naive_root(leaves[:half])]


def _half(count: int) -> int:
    half = 1
    while half * 2 < count:
        half *= 2
    return half


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_trees_have_the_roots_and_proofs_of_the_rfc(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 700))
    leaves, store = leaves_of(size), Store()
    store.grow_by_chance(leaves, data.draw)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = naive_root(leaves)
    assert root == tree.root_of(leaves) == tiles.root(size, store)
    path, growth = tiles.inclusion(index, size, store), tiles.consistency(old, size, store)
    assert (path, growth) == (naive_path(index, leaves), naive_growth(old, leaves))
    tree.verify_inclusion(leaves[index], index, size, path, root)
    tree.verify_consistency(old, size, growth, naive_root(leaves[:old]), root)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_bit_in_a_proof_never_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    leaves, store = leaves_of(size), Store()
    store.add(leaves)
    root, old_root = tree.root_of(leaves), tree.root_of(leaves[:old])
    with pytest.raises(BadProof):
        tree.verify_inclusion(leaves[index], index, size, _flipped(tiles.inclusion(index, size, store), data), root)
    with pytest.raises(BadProof):
        tree.verify_consistency(old, size, _flipped(tiles.consistency(old, size, store), data), old_root, root)


def _flipped(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    turned = int.from_bytes(proof[at], "big") ^ (1 << bit)
    return [*proof[:at], turned.to_bytes(32, "big"), *proof[at + 1 :]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 90), max_size=6), st.integers(0, 200))
def test_a_frontier_taken_up_again_anywhere_has_the_same_root(parts: list[int], rest: int) -> None:
    leaves, frontier, at = leaves_of(sum(parts) + rest), tree.Frontier(), 0
    for part in parts:
        frontier.extend(iter(leaves[at : at + part]))
        frontier, at = tree.Frontier.from_state(frontier.size, frontier.state()), at + part
        assert frontier.root() == tree.root_of(leaves[:at])
    for leaf in leaves[at:]:
        frontier.append(leaf)
    assert (frontier.size, frontier.root()) == (len(leaves), tree.root_of(leaves))
    assert len(frontier.state()) == len(leaves).bit_count()


@pytest.mark.parametrize(("size", "hashes"), [(-1, []), (2, []), (3, [b"a" * 32]), (1, [b"short"])])
def test_a_frontier_of_another_size_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(BadProof):
        tree.Frontier.from_state(size, hashes)


@pytest.mark.parametrize("index", [4, 5, 2**63, -1])
def test_no_proof_holds_for_an_entry_outside_the_tree(index: int) -> None:
    leaves = leaves_of(4)
    with pytest.raises(BadProof, match="not in a tree of 4"):
        tree.verify_inclusion(leaves[0], index, 4, [], tree.root_of(leaves))


ODD = b"odd root, 17 byte"


@pytest.mark.parametrize(
    ("old", "new", "roots"),
    [
        (0, 4, (tree.EMPTY_ROOT, b"r" * 32)),
        (0, 0, (tree.EMPTY_ROOT, tree.EMPTY_ROOT)),
        (5, 4, (b"r" * 32, b"r" * 32)),
        (4, 4, (b"r" * 32, b"s" * 32)),
        (4, 4, (ODD, b"r" * 32)),
        (4, 4, (ODD, ODD[::-1])),
        (4, 2**63, (b"r" * 32, b"r" * 32)),
        (4, 5, (b"r" * 32, b"r" * 32)),
        (4, 5, (ODD, b"r" * 32)),
    ],
)
def test_no_growth_is_believed_without_its_proof(old: int, new: int, roots: tuple[bytes, bytes]) -> None:
    with pytest.raises(BadProof):
        tree.verify_consistency(old, new, [], *roots)


def test_a_proof_of_64_hashes_or_of_a_short_hash_is_refused() -> None:
    for proof, why in (([b"h" * 32] * 64, "at most 63"), ([b"h" * 31], "31 bytes")):
        with pytest.raises(BadProof, match=why):
            tree.verify_inclusion(b"l" * 32, 0, 2, proof, b"r" * 32)


def test_equal_trees_with_a_proof_between_them_are_refused() -> None:
    with pytest.raises(BadProof, match="must be empty"):
        tree.verify_consistency(3, 3, [b"h" * 32], b"r" * 32, b"r" * 32)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0)])
def test_no_proof_is_made_for_what_is_not_there(index: int, size: int) -> None:
    store = Store()
    store.add(leaves_of(5))
    with pytest.raises(BadProof):
        tiles.inclusion(index, size, store)
    with pytest.raises(BadProof):
        tiles.consistency(0, size, store)
    with pytest.raises(BadTile):
        tiles.node(1, 2, 5, store)
