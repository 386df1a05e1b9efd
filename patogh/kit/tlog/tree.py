"""The Merkle tree of RFC 6962: hashes, roots, and the checking of inclusion and consistency (RFC 9162, 2.1.3.2 and 2.1.4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from patogh.kit.tlog.errors import BadProof
from patogh.kit.tlog.limits import HASH_BYTES, PROOF_HASHES_MAX, TREE_SIZE_MAX

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, level by level; the empty tree has SHA-256 of nothing."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def _parents(level: list[bytes]) -> list[bytes]:
    sha = sha256
    above = [sha(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) & 1:
        above.append(level[-1])
    return above


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash stands at `index` of the tree of `size` leaves with this root; raise BadProof if not."""
    if not 0 <= index < size <= TREE_SIZE_MAX:
        raise BadProof(f"entry {index} is not in a tree of {size} entries")
    _check_hashes(proof, leaf, root)
    _check_subtree((index, index + 1), size, proof, leaf, root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves; raise BadProof if not.

    The empty tree has no consistency proof by RFC 6962: `old` must be at least 1. Who starts from nothing (a witness
    asked for the first time) has nothing to check but that the proof is empty.
    """
    if not 1 <= old <= new <= TREE_SIZE_MAX:
        raise BadProof(f"there is no consistency proof from {old} to {new} entries")
    if old == new:
        if proof:
            raise BadProof("a proof between trees of one size must be empty")
        if old_root != new_root:
            raise BadProof(f"two different roots are shown for {old} entries")
        return
    _check_hashes(proof, old_root, new_root)
    _check_subtree((0, old), new, proof, old_root, new_root)


def is_subtree(start: int, end: int) -> bool:
    """Tell whether leaves start..end are a subtree: `start` is a multiple of the power of two that holds them."""
    return 0 <= start <= end <= TREE_SIZE_MAX and start & ((1 << max(0, end - start - 1).bit_length()) - 1) == 0


def verify_subtree_inclusion(
    leaf: bytes, index: int, bounds: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash stands at `index` of the subtree start..end with this root; raise BadProof if not."""
    start, end = bounds
    if not is_subtree(start, end) or not start <= index < end:
        raise BadProof(f"there is no entry {index} in a subtree from {start} to {end}")
    verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_subtree_consistency(
    bounds: tuple[int, int], size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Check that the tree of `size` leaves holds the subtree start..end; raise BadProof if not.

    draft-ietf-plants-merkle-tree-certs, 4.4.3: an inclusion proof and a consistency proof are its two special cases.
    An empty subtree is in every tree, and its root is that of the empty tree.
    """
    start, end = bounds
    if not is_subtree(start, end) or not end <= size <= TREE_SIZE_MAX:
        raise BadProof(f"there is no subtree from {start} to {end} in {size} entries")
    if start == end:
        if proof or subtree_root != EMPTY_ROOT:
            raise BadProof("an empty subtree has the root of the empty tree and needs no proof")
        return
    if proof:
        _check_hashes(proof, subtree_root, root)
    _check_subtree(bounds, size, proof, subtree_root, root)


def _check_subtree(
    bounds: tuple[int, int], size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    (first, end), of_all = bounds, size - 1
    last = end - 1
    while first != last and (last == of_all or last & 1):
        first, last, of_all = first >> 1, last >> 1, of_all >> 1
    steps = list(proof) if first != last else [subtree_root, *proof]
    if not steps:
        raise BadProof("the proof is empty")
    inner = outer = steps.pop(0)
    for step, (left, inside) in zip(steps, _sides(first, last, of_all, len(steps)), strict=True):
        inner = node_hash(step, inner) if inside else inner
        outer = node_hash(step, outer) if left else node_hash(outer, step)
    if inner != subtree_root:
        raise BadProof(f"the proof does not lead to the older root, that of entries {bounds[0]} to {end}")
    if outer != root:
        raise BadProof(f"the proof does not lead to the root of {size} entries")


def _sides(first: int, last: int, end: int, steps: int) -> list[tuple[bool, bool]]:
    """Tell for each step whether its hash stands left, and whether it is of the older tree too; raise BadProof."""
    sides = []
    for _ in range(steps):
        if end == 0:
            raise BadProof("the proof is longer than the size of the tree allows")
        left = bool(last & 1) or last == end
        sides.append((left, left and first < last))
        while left and not last & 1:
            first, last, end = first >> 1, last >> 1, end >> 1
        first, last, end = first >> 1, last >> 1, end >> 1
    if end:
        raise BadProof("the proof is too short for the size of the tree")
    return sides


def _check_hashes(proof: Sequence[bytes], *roots: bytes) -> None:
    if len(proof) > PROOF_HASHES_MAX:
        raise BadProof(f"a proof has at most {PROOF_HASHES_MAX} hashes; this one has {len(proof)}")
    for value in (*roots, *proof):
        if len(value) != HASH_BYTES:
            raise BadProof(f"a hash of {len(value)} bytes stands where {HASH_BYTES} are needed")


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest first. Memory is O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def from_state(cls, size: int, hashes: Sequence[bytes]) -> Frontier:
        """Take up again from `size` and what `state` returned; raise BadProof when they cannot belong together."""
        if not 0 <= size <= TREE_SIZE_MAX or len(hashes) != size.bit_count():
            raise BadProof(f"a frontier of {len(hashes)} hashes cannot belong to {size} entries")
        _check_hashes((), *hashes)
        frontier = cls()
        frontier.size, frontier._peaks = size, list(hashes)
        return frontier

    def state(self) -> list[bytes]:
        """Return the hashes of the perfect subtrees, largest first."""
        return list(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        sha, peaks, size = sha256, self._peaks, self.size
        for leaf in leaves:
            here, bits = leaf, size
            while bits & 1:
                here, bits = sha(b"\x01" + peaks.pop() + here).digest(), bits >> 1
            peaks.append(here)
            size += 1
            self.size = size

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        here = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            here = node_hash(peak, here)
        return here
