"""Policies and proofs to take home: who counts, how many are enough, and what never verifies."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patogh.kit.tlog import proof as proofs
from patogh.kit.tlog import tiles, tree
from patogh.kit.tlog.checkpoint import Checkpoint
from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.errors import BadNote, BadPolicy, BadProof, TlogError
from patogh.kit.tlog.note import Ed25519Signer, Note, Signature, sign_note
from patogh.kit.tlog.policy import Policy
from patogh.kit.tlog.proof import TlogProof
from patogh.kit.tlog.tests.growing import Store

ENTRIES = [b"entry %d" % number for number in range(5)]
LOG = Ed25519Signer.generate("book.example")
WITNESSES = [CosignatureSigner.generate(f"w{number}.example") for number in range(5)]
SEATS = "".join(f"witness W{number} {one.vkey}\n" for number, one in enumerate(WITNESSES))
FOUR_OF_FIVE = f"log {LOG.vkey}\n{SEATS}group all-of-them 4 W0 W1 W2 W3 W4\nquorum all-of-them\n"


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.add([tree.leaf_hash(entry) for entry in ENTRIES])
    return store


@pytest.fixture(scope="module")
def note(store: Store) -> Note:
    return sign_note(Checkpoint(LOG.name, 5, tiles.root(5, store)).text(), LOG)


def cosigned(note: Note, count: int, at: int = 1_700_000_000) -> Note:
    return note.with_signatures(one.cosign(note.text, at + seat) for seat, one in enumerate(WITNESSES[:count]))


@pytest.mark.parametrize(("count", "enough"), [(0, False), (3, False), (4, True), (5, True)])
def test_four_of_five_witnesses_are_enough_and_three_are_not(note: Note, count: int, enough: bool) -> None:
    verdict = Policy.parse(FOUR_OF_FIVE).check(cosigned(note, count))
    assert (verdict.quorum_met, verdict.witnessed, verdict.k, verdict.n) == (enough, count, 4, 5)
    assert verdict.witnesses == {f"W{seat}": 1_700_000_000 + seat for seat in range(count)}
    assert verdict.log == LOG.vkey


def test_a_witness_counts_once_however_often_it_signs(note: Note) -> None:
    line = WITNESSES[0].cosign(note.text, 5)
    verdict = Policy.parse(FOUR_OF_FIVE).check(Note(note.text, (*note.signatures, *[line] * 4)))
    assert (verdict.witnessed, verdict.quorum_met) == (1, False)


def test_the_brands_own_witness_counts_only_where_the_author_listed_it(note: Note) -> None:
    own = CosignatureSigner.generate("own.book.example")
    verdict = Policy.parse(FOUR_OF_FIVE).check(cosigned(note, 3).with_signatures([own.cosign(note.text, 9)]))
    assert (verdict.witnessed, verdict.quorum_met) == (3, False)


def test_a_wrong_cosignature_of_a_listed_witness_spoils_the_checkpoint(note: Note) -> None:
    forged = Signature(WITNESSES[4].name, WITNESSES[4].key.key_id, b"\x00" * 7 + b"\x01" + b"f" * 64)
    with pytest.raises(BadNote, match=r"cosignature of w4\.example is wrong"):
        Policy.parse(FOUR_OF_FIVE).check(cosigned(note, 4).with_signatures([forged]))


def test_a_cosignature_from_the_future_does_not_count(note: Note) -> None:
    policy, now = Policy.parse(FOUR_OF_FIVE), 1_700_000_000
    assert policy.check(cosigned(note, 4, now + 290), now=now).quorum_met
    assert policy.check(cosigned(note, 4, now + 301), now=now).witnessed == 0


def test_a_checkpoint_of_another_log_or_without_its_signature_is_refused(note: Note) -> None:
    policy = Policy.parse(FOUR_OF_FIVE)
    with pytest.raises(BadNote, match=r"knows no log named other\.example"):
        policy.check(sign_note(note.text.replace("book.example", "other.example"), LOG))
    with pytest.raises(BadNote, match="no signature of a known key"):
        policy.check(Note(note.text, cosigned(note, 5).signatures[1:]))


GROUPS = SEATS + "group A 2 W0 W1 W2\ngroup B any W3 W4\ngroup both all A B\n"


@pytest.mark.parametrize(
    ("quorum", "seats", "met", "k", "n"),
    [("both", (0, 1, 4), True, 3, 5), ("both", (0, 1, 2), False, 3, 5), ("B", (3,), True, 1, 2), ("W1", (1,), True, 1, 1), ("none", (), True, 0, 0)],
)  # fmt: skip
def test_groups_of_groups_are_counted(
    note: Note, quorum: str, seats: tuple[int, ...], met: bool, k: int, n: int
) -> None:
    signed = note.with_signatures(WITNESSES[seat].cosign(note.text, 1) for seat in seats)
    verdict = Policy.parse(f"log {LOG.vkey}\n{GROUPS}quorum {quorum}").check(signed)
    assert (verdict.quorum_met, verdict.k, verdict.n) == (met, k, n)


def test_a_policy_is_read_back_whatever_its_spacing() -> None:
    loose = FOUR_OF_FIVE.replace(" ", " \t ").replace("\n", "\n\n  # گواه\n") + "\t"
    policy = Policy.parse(loose.encode())
    assert policy == Policy.parse(FOUR_OF_FIVE) == Policy.parse(policy.text())


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), unique=True), st.integers(1, 5), st.binary(max_size=4))
def test_random_policies_are_read_back(seats: list[int], k: int, octets: bytes) -> None:
    name = b"g" + bytes(octet | 0x80 for octet in octets)
    rows = [f"witness W{seat} {WITNESSES[seat].vkey} url{seat}".encode() for seat in seats]
    if 1 <= k <= len(seats):
        rows.append(b"group %s %d %s" % (name, k, b" ".join(b"W%d" % seat for seat in seats)))
    rows.append(b"quorum " + (name if len(rows) > len(seats) else b"none"))
    policy = Policy.parse(b"\n".join(rows))
    assert Policy.parse(policy.text()) == policy


W0, W1 = WITNESSES[0].vkey, WITNESSES[1].vkey


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no quorum line"),
        ("quorum none\nquorum none", "line 2 of the policy is a second"),
        ("quorum W0", "no line before it defines"),
        ("hello", "unknown word"),
        ("quorum\tnone\r\n", "control character"),
        ("quorum none\x7f", "control character"),
        ("log", "is not: log"),
        (f"log {LOG.vkey}\nlog {LOG.vkey}", "a second time"),
        (f"witness a {W0}\nwitness b {W0}", "a second time"),
        (f"witness a {W0}\nwitness a {W1}", "a name that is taken"),
        (f"witness none {W0}", "a name that is taken"),
        (f"witness a {LOG.vkey}", "not for cosignatures"),
        ("witness a b+c+d", "line 1 of the policy: the verifier key"),
        ("witness a", "is not: witness"),
        ("group g any", "is not: group"),
        ("group g any a", "no line before it defines"),
        ("group g any none", "no line before it defines"),
        (f"witness a {W0}\ngroup g 2 a", "needs 2 of 1"),
        (f"witness a {W0}\ngroup g 0 a", "needs 0 of 1"),
        (f"witness a {W0}\ngroup g 01 a", "threshold"),
        (f"witness a {W0}\ngroup g any a a", "in a group already"),
        (f"witness a {W0}\ngroup g any a\ngroup h any a", "in a group already"),
        (f"witness a {W0}\ngroup a any a", "a name that is taken"),
        ("#" * 262_145, "larger than 262144"),
    ],
    ids=map(str, range(24)),  # the keys are new in each worker, so they may not be in a test's name
)  # fmt: skip
def test_a_malformed_policy_is_refused_with_the_line_at_fault(text: str, why: str) -> None:
    with pytest.raises(BadPolicy, match=why):
        Policy.parse(text)


def test_a_policy_has_a_bound_on_its_names() -> None:
    seats = "".join(f"group g{number} any g{number - 1}\n" for number in range(1, 257))
    with pytest.raises(BadPolicy, match="more than 256"):
        Policy.parse(f"witness g0 {W0}\n{seats}quorum g9")


def proof_of(index: int, store: Store, note: Note) -> TlogProof:
    return TlogProof(index, tuple(tiles.inclusion(index, 5, store)), cosigned(note, 4).serialised(), b"hint")


def test_a_proof_is_read_back_and_verifies_its_entry_only(store: Store, note: Note) -> None:
    policy = Policy.parse(FOUR_OF_FIVE)
    for index, entry in enumerate(ENTRIES):
        proof = TlogProof.parse(proof_of(index, store, note).serialised().encode())
        assert proof == proof_of(index, store, note)
        assert proofs.verify(proof, entry, policy).quorum_met
        assert proofs.verify_leaf(proof, tree.leaf_hash(entry), policy).checkpoint.size == 5
        with pytest.raises(BadProof):
            proofs.verify(proof, entry + b"!", policy)


def test_a_proof_with_four_witnesses_stays_below_two_kilobytes(store: Store, note: Note) -> None:
    deep = TlogProof(0, (b"h" * 32,) * 24, cosigned(note, 4).serialised())
    assert len(deep.serialised()) < 2048


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_proof_with_a_flipped_bit_never_verifies(data: st.DataObject, store: Store, note: Note) -> None:
    bare = TlogProof(3, tuple(tiles.inclusion(3, 5, store)), cosigned(note, 4).serialised())
    raw = bytearray(bare.serialised().encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        met = proofs.verify(TlogProof.parse(bytes(raw)), ENTRIES[3], Policy.parse(FOUR_OF_FIVE)).quorum_met
    except TlogError:
        met = False
    assert not met


HASH = base64.b64encode(b"h" * 32).decode()
HEAD = "c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("c2sp.org/tlog-proof@v2\nindex 0\n", "does not begin"),
        (HEAD, "no index line"),
        (HEAD + "index 00\n", "the index"),
        (HEAD + "index -1\n", "the index"),
        (HEAD + "index  1\n", "the index"),
        (HEAD + "index 1\nQUJD\n", "hash 1 of the proof is 3 bytes"),
        (HEAD + f"index 1\n{HASH} \n", "hash 1 of the proof is not base64"),
        (HEAD + "index 1\n" + f"{HASH}\n" * 64, "more than 63"),
        (HEAD + "extra \nindex 1\n", "empty or too long"),
        (HEAD + "extra QQ=\nindex 1\n", "not base64"),
        (HEAD + "extra QR==\nindex 1\n", "non-canonical"),
        (HEAD + "index 1\nextra QUJD\n", "hash 1 of the proof is not base64"),
    ],
)  # fmt: skip
def test_a_malformed_proof_is_refused_with_its_reason(head: str, why: str, note: Note) -> None:
    with pytest.raises(BadProof, match=why):
        TlogProof.parse(head + "\n" + note.serialised())


def test_a_proof_without_a_proper_checkpoint_is_refused(note: Note) -> None:
    for tail, fault in (
        ("", BadProof),
        ("\nnothing\n", BadNote),
        (f"\n{note.serialised()}garbage", BadNote),
        (f"\n{'x' * 1_200_000}", BadProof),
    ):
        with pytest.raises(fault):
            TlogProof.parse(HEAD + "index 0\n" + tail)
