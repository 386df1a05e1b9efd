"""The vectors that others made, each counted: a file that shrinks or a check that is left out fails here."""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from patogh.kit.tlog import tiles, tree
from patogh.kit.tlog.canonical import canonical
from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.errors import BadNote, BadProof
from patogh.kit.tlog.note import Ed25519Signer, Ed25519Verifier, open_note, sign_note

VECTORS = Path(__file__).resolve().parents[5] / "shared" / "vectors"
SKYLIGHT = VECTORS / "sunlight" / "cmd" / "skylight" / "testdata"
MIRRORED = SKYLIGHT / "witness" / "mirror" / "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"


def loaded(name: str) -> Any:
    path = VECTORS / name
    assert path.is_file(), f"the vectors are missing: {path} (the folder `shared` lies beside the project)"
    return json.loads(path.read_text("utf-8"))


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_the_reference_tree_of_certificate_transparency_comes_out_in_all_its_24_hashes() -> None:
    facts = loaded("rfc6962_reference.json")
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in facts["leaf_inputs"]]
    got = [[tree.root_of(leaves[at : at + (1 << up)]).hex() for at in range(0, 8, 1 << up)] for up in range(4)]
    nodes = [(ours, theirs) for ours, theirs in zip(got, facts["node_hashes"], strict=True)]
    assert [ours for ours, _ in nodes] == [theirs for _, theirs in nodes]
    assert [tree.root_of(leaves[:size]).hex() for size in range(len(facts["roots"]))] == facts["roots"]
    assert sum(map(len, facts["node_hashes"])) + len(facts["roots"]) == 24


def _accepted(case: dict[str, Any]) -> bool:
    proof = [raw(step) for step in case["proof"] or []]
    span = (case.get("start", 0), case.get("end", 0))
    checks = {
        "inclusion": lambda: tree.verify_inclusion(
            raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"])
        ),
        "consistency": lambda: tree.verify_consistency(
            case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"])
        ),
        "subtreeinclusion": lambda: tree.verify_subtree_inclusion(
            raw(case["leafHash"]), case["leafIdx"], span, proof, raw(case["root"])
        ),
        "subtreeconsistency": lambda: tree.verify_subtree_consistency(
            span, case["size"], proof, raw(case["root1"]), raw(case["root2"])
        ),
    }
    try:
        checks[case["kind"]]()
    except BadProof:
        return False
    return True


def test_518_proofs_of_rfc_6962_are_told_right_from_wrong() -> None:
    cases = loaded("rfc6962_proofs.json")["cases"]
    wrongly_judged = [case["file"] for case in cases if _accepted(case) == case["wantErr"]]
    counted = Counter(case["kind"] for case in cases)
    assert wrongly_judged == []
    assert counted == {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}


def test_15_signed_notes_are_told_right_from_wrong() -> None:
    cases = loaded("signed_note.json")["cases"]
    for case in cases:
        verifiers = [Ed25519Verifier(vkey) for vkey in case["vkeys"]]
        if case["accept"]:
            assert open_note(raw(case["note_b64"]), verifiers).signatures
        else:
            with pytest.raises(BadNote):
                open_note(raw(case["note_b64"]), verifiers)
    assert len(cases) == 15


def test_a_note_is_signed_byte_for_byte_as_gos_own_library_signs_it() -> None:
    facts = loaded("signed_note.json")["signer"]
    signer = Ed25519Signer.from_text(facts["skey"])
    assert sign_note(facts["text"], signer).serialised() == facts["signed"]
    assert signer.skey == facts["skey"]


def test_a_real_checkpoint_of_sum_golang_org_is_read() -> None:
    notes = [raw(case["note_b64"]) for case in loaded("signed_note.json")["cases"] if case["accept"]]
    real = next(note for note in notes if note.startswith(b"go.sum database tree\n"))
    assert parse_checkpoint(real)[0].size == 35_225_469


@pytest.mark.parametrize(
    ("about", "path"),
    [
        ("witness/witness.v0.json", "witness/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"),
        ("witness2/witness.v0.json", "witness2/88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482"),
        ("witness/mirror/mirror.v0.json", f"witness/mirror/{MIRRORED.name}"),
    ],
)
def test_sunlights_cosignatures_verify(about: str, path: str) -> None:
    _, note = parse_checkpoint((SKYLIGHT / path / "checkpoint").read_bytes())
    (vkey,) = json.loads((SKYLIGHT / about).read_text("utf-8"))["verifier_keys"]
    assert CosignatureVerifier(vkey).verify(note) == 1_767_139_200


def _mirrored(level: tiles.Level, number: int, width: int) -> bytes:
    return (MIRRORED / tiles.tile_path(level, number, width)).read_bytes()


def test_sunlights_mirror_of_300_entries_leads_to_its_cosigned_root() -> None:
    checkpoint, _ = parse_checkpoint((MIRRORED / "checkpoint").read_bytes())
    assert (checkpoint.size, tiles.root(300, _mirrored)) == (300, checkpoint.root)
    checked = tiles.CheckedTiles(300, checkpoint.root, _mirrored)
    assert [len(checked(*tile)) // 32 for tile in tiles.tiles_of(300)] == [256, 44, 1]


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_json_comes_out_canonical_as_rfc_8785_wants_it(name: str) -> None:
    folder = VECTORS / "jcs" / "testdata"
    value = json.loads((folder / "input" / f"{name}.json").read_text("utf-8"))
    assert canonical(value) == (folder / "output" / f"{name}.json").read_bytes()
    assert canonical(value).hex() == "".join((folder / "outhex" / f"{name}.txt").read_text().split())


def test_the_proofs_of_sigsum_have_the_hashes_that_their_places_need() -> None:
    proofs = loaded("sigsum_proofs.json")["proofs"]
    for text in proofs:
        facts = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        steps = [bytes.fromhex(line.removeprefix("node_hash=")) for line in text.splitlines() if "node_hash" in line]
        root = bytes.fromhex(facts["root_hash"])
        with pytest.raises(BadProof, match="does not lead"):
            tree.verify_inclusion(tree.leaf_hash(b""), int(facts.get("leaf_index", 0)), int(facts["size"]), steps, root)
    assert len(proofs) == 4
