"""Signed notes, keys and checkpoints: one spelling each, and everything hostile refused with its reason."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit.tlog import note as notes
from patogh.kit.tlog.checkpoint import Checkpoint, parse_checkpoint, parse_text
from patogh.kit.tlog.cosignature import CosignatureSigner, CosignatureVerifier
from patogh.kit.tlog.errors import BadCheckpoint, BadKey, BadNote
from patogh.kit.tlog.note import (
    COSIGNATURE_ML_DSA_44,
    Ed25519Signer,
    Ed25519Verifier,
    Signature,
    open_note,
    parse,
    sign_note,
)

LOG = Ed25519Signer.generate("book.example/شهر")
TEXT = Checkpoint("book.example/شهر", 3, b"r" * 32).text()
NOTE = sign_note(TEXT, LOG)
names = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="+"), min_size=1, max_size=12)
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(deadline=None)
@given(
    st.lists(lines, min_size=1, max_size=5),
    st.lists(st.tuples(names, st.binary(min_size=5, max_size=90)), min_size=1, max_size=4),
)
def test_any_note_is_read_back_as_it_was_written(text: list[str], signed: list[tuple[str, bytes]]) -> None:
    note = notes.Note(
        "".join(f"{line}\n" for line in text), tuple(Signature(name, raw[:4], raw[4:]) for name, raw in signed)
    )
    assert parse(note.serialised()) == parse(note.serialised().encode()) == note
    assert parse(note.serialised()).serialised() == note.serialised()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_note_with_a_flipped_bit_never_opens(data: st.DataObject) -> None:
    raw = bytearray(NOTE.serialised().encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadNote):
        open_note(bytes(raw), [Ed25519Verifier(LOG.vkey)])


LINE = NOTE.signatures[0].line()
CODE = LINE.split(" ")[2].strip()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "lacks its empty line"),
        (TEXT, "lacks its empty line"),
        (TEXT + "\n", "lacks its empty line and signature lines"),
        (TEXT + "\n" + LINE[:-1], "last newline"),
        (TEXT + "\n" + LINE + "garbage", "last newline"),
        (TEXT + "\n" + LINE + "garbage\n", "line 2 does not begin with a dash"),
        (TEXT.replace("\n", "\r\n") + "\n" + LINE, "control character"),
        (TEXT + "\x00\n\n" + LINE, "control character"),
        (TEXT.encode() + b"\xff\n\n" + LINE.encode(), "not UTF-8"),
        (TEXT + "\ud800\n\n" + LINE, "surrogate"),
        (TEXT + "x" * 1_000_000 + "\n\n" + LINE, "larger than 1000000 bytes"),
        (TEXT + "\n" + LINE * 101, "more than 100"),
        (TEXT + "\n" + LINE.replace(CODE, CODE[:-2]), "not base64"),
        (TEXT + "\n— a QUJDREVG\u00a0\n", "not base64"),
        (TEXT + "\n— a QUJDREVGRx==\n", "non-canonical"),
        (TEXT + "\n— a QUJD REVG\n", "not base64"),
        (TEXT + "\n— a QUJDRA==\n", "too short"),
        (TEXT + "\n— a+b QUJDREVG\n", "no proper key name"),
        (TEXT + "\n—  QUJDREVG\n", "no proper key name"),
        (TEXT + "\n- a QUJDREVG\n", "does not begin with a dash"),
    ],
)  # fmt: skip
def test_a_malformed_note_is_refused_with_its_reason(raw: bytes | str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        parse(raw)


def test_a_key_that_signed_twice_counts_once_and_a_wrong_second_line_spoils_the_note() -> None:
    twice = parse(TEXT + "\n" + LINE * 2)
    assert len(open_note(twice, [Ed25519Verifier(LOG.vkey)]).signatures) == 1
    wrong = Signature(LOG.name, LOG.key.key_id, b"w" * 64)
    with pytest.raises(BadNote, match="is wrong"):
        open_note(notes.Note(TEXT, (*NOTE.signatures, wrong)), [Ed25519Verifier(LOG.vkey)])


def test_a_stranger_with_the_same_name_or_the_same_id_is_ignored() -> None:
    stranger = Ed25519Signer.generate(LOG.name)
    same_id = Signature("other.example", LOG.key.key_id, b"w" * 64)
    note = notes.Note(TEXT, (stranger.sign(TEXT), same_id, *NOTE.signatures))
    assert open_note(note, [Ed25519Verifier(LOG.vkey)]).signatures == NOTE.signatures
    with pytest.raises(BadNote, match="no signature of a known key"):
        open_note(notes.Note(TEXT, (stranger.sign(TEXT), same_id)), [Ed25519Verifier(LOG.vkey)])


def test_newer_signatures_of_a_key_take_the_place_of_older_ones() -> None:
    witness = CosignatureSigner.generate("w.example")
    note = NOTE.with_signatures([witness.cosign(TEXT, 10)]).with_signatures([witness.cosign(TEXT, 20)])
    assert len(note.signatures) == 2
    assert CosignatureVerifier(witness.vkey).verify(note) == 20


WEAK = notes.Vkey.of("weak.example", 1, b"\x01" + b"\x00" * 31)


@pytest.mark.parametrize(
    ("vkey", "why"),
    [
        ("", "not of the form"),
        ("name", "not of the form"),
        (LOG.vkey.replace("+", " ", 1), "not of the form"),
        (LOG.vkey.replace(LOG.key.key_id.hex(), "00000000"), "says id 00000000"),
        (LOG.vkey.replace(LOG.key.key_id.hex(), "ABCDEFAB"), "lower case"),
        (LOG.vkey[:-1], "not base64"),
        ("n+00000000+" + base64.b64encode(b"\x01" + b"k" * 31).decode(), "31 bytes instead of 32"),
        ("n+00000000+" + base64.b64encode(b"\xff" + b"k" * 32).decode(), "type 0xff"),
        ("n+00000000+", "holds no key"),
        (str(WEAK), "anybody can sign"),
        ("n" * 9000, "larger than 8192"),
    ],
    ids=map(str, range(11)),  # the key is new in each worker, so it may not be in a test's name
)  # fmt: skip
def test_a_malformed_verifier_key_is_refused_with_its_reason(vkey: str, why: str) -> None:
    with pytest.raises(BadKey, match=why):
        notes.parse_vkey(vkey)


def test_keys_are_read_back_and_are_not_mixed_up() -> None:
    witness, quantum = (
        CosignatureSigner.generate("w.example"),
        CosignatureSigner.generate("q.example", COSIGNATURE_ML_DSA_44),
    )
    for signer in (LOG, witness, quantum):
        assert str(notes.parse_vkey(signer.vkey)) == signer.vkey
        assert type(signer).from_text(signer.skey + "\n").vkey == signer.vkey
        assert signer.skey not in repr(signer)
    for read, key in (
        (Ed25519Signer.from_text, witness.skey),
        (CosignatureSigner.from_text, LOG.skey),
        (CosignatureSigner.from_text, "x"),
    ):
        with pytest.raises(BadKey):
            read(key)
    for wrap, vkey in ((Ed25519Verifier, witness.vkey), (CosignatureVerifier, LOG.vkey)):
        with pytest.raises(BadKey):
            wrap(vkey)


def test_a_skey_with_another_id_or_length_is_refused() -> None:
    for skey in (LOG.skey.replace(LOG.key.key_id.hex(), "00000000"), LOG.skey[:-4]):
        with pytest.raises(BadKey):
            Ed25519Signer.from_text(skey)


@pytest.mark.parametrize("text", ["no newline", "a\x00b\n", "a\r\n", "x" * 1_000_001])
def test_no_signer_signs_what_no_note_can_carry(text: str) -> None:
    with pytest.raises(BadNote):
        LOG.sign(text)


@settings(deadline=None)
@given(names, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines.filter(bool), max_size=3))
def test_a_checkpoint_is_read_back(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_text(checkpoint.text()) == checkpoint
    assert parse_checkpoint(sign_note(checkpoint.text(), LOG).serialised())[0] == checkpoint


ROOT = base64.b64encode(b"r" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"o\n3\n{ROOT}", f"o\n03\n{ROOT}\n", f"o\n+3\n{ROOT}\n", f"o\n-3\n{ROOT}\n", f"o\n۳\n{ROOT}\n", f"o\n3 \n{ROOT}\n", f"o\n{2**63}\n{ROOT}\n", f"o\n{10**40}\n{ROOT}\n",
        f"o\n\n{ROOT}\n", f"\n3\n{ROOT}\n", "o\n3\nQUJD\n", f"o\n3\n{ROOT[:-2]}t=\n", f"o\n3\n {ROOT}\n", f"o\n3\n{ROOT}\n\n", "o\n3\n", f"{'o' * 256}\n3\n{ROOT}\n", f"o\n3\n{ROOT}\n" + "x\n" * 33,
    ],
)  # fmt: skip
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        parse_text(text)


@pytest.mark.parametrize("kind", [4, 6])
def test_a_cosignature_holds_for_its_text_and_its_time_only(kind: int) -> None:
    witness = CosignatureSigner.generate("w.example", kind)
    verifier, line = CosignatureVerifier(witness.vkey), witness.cosign(TEXT, 1_700_000_000)
    assert verifier.verify(NOTE.with_signatures([line])) == 1_700_000_000
    assert not verifier.check(TEXT.replace("3", "4", 1), line.raw)
    assert not verifier.check(TEXT, b"\x00" * 8 + line.raw[8:]), "a time of 0 says nothing"
    assert not verifier.check(TEXT, line.raw[:7] + b"\x01" + line.raw[8:])
    assert not verifier.check(TEXT, line.raw + b"\x00")
    with pytest.raises(BadNote, match="has not cosigned"):
        verifier.verify(NOTE)


@pytest.mark.parametrize("timestamp", [0, -1, 2**63])
def test_no_witness_signs_at_an_impossible_time(timestamp: int) -> None:
    with pytest.raises(BadNote):
        CosignatureSigner.generate("w.example").cosign(TEXT, timestamp)


def test_no_witness_signs_what_is_no_checkpoint() -> None:
    with pytest.raises(BadCheckpoint):
        CosignatureSigner.generate("w.example").cosign("hello\n", 1)


def test_a_witness_has_no_key_of_another_kind() -> None:
    with pytest.raises(BadKey):
        CosignatureSigner.generate("w.example", 1)
