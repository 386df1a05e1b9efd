"""A second implementation, written by others (aics-tlog), judges ours, and ours judges theirs."""

import aics_tlog as theirs
import pytest
from aics_tlog.cosign import verify_cosignature
from aics_tlog.note import SignatureLine
from aics_tlog.note import sign_note as their_signature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patogh.kit.tlog import tiles, tree
from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner, CosignatureVerifier
from patogh.kit.tlog.errors import BadTile
from patogh.kit.tlog.note import Ed25519Signer, Note, Signature, open_note, parse, sign_note
from patogh.kit.tlog.note import Ed25519Verifier as Verifier
from patogh.kit.tlog.policy import Policy
from patogh.kit.tlog.proof import TlogProof, verify
from patogh.kit.tlog.tests.growing import Store

SIZE = 1_000
ENTRIES = [b'{"n":%d}' % number for number in range(SIZE)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture
def store() -> Store:
    store = Store()
    for start in range(0, SIZE, 130):
        store.add(LEAVES[start : start + 130])
    return store


def published(store: Store) -> dict[str, bytes]:
    """The static files of our log at its size."""
    files = {tiles.tile_path(*tile): store.tiles[tile] for tile in tiles.tiles_of(SIZE)}
    for start in range(0, SIZE, 256):
        part = ENTRIES[start : start + 256]
        files[tiles.tile_path("entries", start // 256, len(part))] = tiles.bundle_of(part)
    return files


def test_both_publish_the_same_files_byte_for_byte(store: Store) -> None:
    assert theirs.tiles.materialise_tiles(ENTRIES) == published(store)


def test_they_audit_our_whole_tree_and_reject_the_forged_tile(store: Store) -> None:
    files, root = published(store), tiles.root(SIZE, store)
    report = theirs.audit_tiles(theirs.MemoryTileReader(files), SIZE, root)
    assert (report.size, report.tiles, report.bundles) == (SIZE, 5, 4)
    bundle = tiles.entries_of(files["tile/entries/000"])
    files["tile/entries/000"] = tiles.bundle_of([b"a forged entry", *bundle[1:]])
    files["tile/0/000"] = tree.leaf_hash(b"a forged entry") + files["tile/0/000"][32:]
    assert theirs.tree_root_from_tiles(theirs.MemoryTileReader(files), SIZE) == root
    with pytest.raises(theirs.TileVerificationError):
        theirs.audit_tiles(theirs.MemoryTileReader(files), SIZE, root)
    with pytest.raises(BadTile):
        tiles.CheckedTiles(SIZE, root, lambda *tile: files[tiles.tile_path(*tile)])(0, 0, 256)


def test_proofs_hold_across_both(store: Store) -> None:
    foreign, root = theirs.MerkleTree(ENTRIES), tiles.root(SIZE, store)
    assert foreign.root() == root
    for index in (0, 1, 255, 256, 767, 768, 998, 999):
        path = tiles.inclusion(index, SIZE, store)
        assert path == foreign.inclusion_proof(index)
        assert theirs.verify_inclusion(LEAVES[index], index, SIZE, path, root)
        old, growth = index + 1, tiles.consistency(index + 1, SIZE, store)
        assert growth == foreign.consistency_proof(old)
        assert theirs.verify_consistency(old, SIZE, foreign.root(old), root, growth)
        tree.verify_consistency(old, SIZE, growth, foreign.root(old), root)


def test_they_read_our_checkpoint_and_count_our_witnesses(store: Store) -> None:
    log, witnesses = (
        Ed25519Signer.generate("book.example"),
        [CosignatureSigner.generate(f"w{n}.example") for n in "123"],
    )
    checkpoint = Checkpoint("book.example", SIZE, tiles.root(SIZE, store))
    note = sign_note(checkpoint.text(), log).with_signatures(
        one.cosign(checkpoint.text(), 1_700_000_000) for one in witnesses
    )
    keys = [theirs.parse_vkey(one.vkey) for one in witnesses]
    answer = theirs.verify_checkpoint(theirs.parse_note(note.serialised()), theirs.parse_vkey(log.vkey), keys, 3)
    assert (answer.ok, answer.size, answer.cosignature_count, answer.error) == (True, SIZE, 3, None)
    assert theirs.parse_note(note.serialised()).serialise() == note.serialised()


def test_we_read_their_checkpoint_their_cosignature_and_their_proof() -> None:
    log, witness, foreign = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), theirs.MerkleTree(ENTRIES)
    theirs_text = theirs.Checkpoint("book.example", SIZE, foreign.root()).text()
    _, cosigned = theirs.sign_cosignature(witness, "w.example", 1_700_000_000, "book.example", SIZE, foreign.root())
    note = theirs.Note(theirs_text, (their_signature(theirs_text, log, "book.example"), cosigned)).serialise()
    log_vkey = theirs.format_vkey(theirs.vkey_from_ed25519("book.example", log.public_key()))
    witness_vkey = theirs.format_vkey(theirs.cosignature_vkey("w.example", witness.public_key()))
    checkpoint, parsed = parse_checkpoint(note)
    assert (checkpoint.size, CosignatureVerifier(witness_vkey).verify(parsed)) == (SIZE, 1_700_000_000)
    assert open_note(note, [Verifier(log_vkey)]).text == theirs_text
    policy = Policy.parse(f"log {log_vkey}\nwitness w {witness_vkey}\nquorum w\n")
    proof = TlogProof(700, tuple(foreign.inclusion_proof(700)), note)
    assert verify(TlogProof.parse(proof.serialised()), ENTRIES[700], policy).quorum_met


def test_both_refuse_the_same_altered_cosignature() -> None:
    witness, root = CosignatureSigner.generate("w.example"), b"r" * 32
    line = witness.cosign(Checkpoint("book.example", 9, root).text(), 7)
    for blob in (
        line.raw,
        line.raw[:-1] + bytes([line.raw[-1] ^ 1]),
        b"\x00" * 7 + b"\x08" + line.raw[8:],
        line.raw[:-1],
    ):
        ours = CosignatureVerifier(witness.vkey).check(Checkpoint("book.example", 9, root).text(), blob)
        assert ours == verify_cosignature(blob, "w.example", witness.key.material, "book.example", 9, root)


def test_both_spell_a_line_alike() -> None:
    line = Signature("w.example", b"abcd", b"signature")
    note = theirs.Note("text\n", (SignatureLine("w.example", b"abcd", b"signature"),))
    assert Note("text\n", (line,)).serialised() == note.serialise()
    assert parse(note.serialise()).signatures == (line,)
