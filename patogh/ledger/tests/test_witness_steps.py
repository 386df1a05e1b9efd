"""The HTTP steps of c2sp.org/tlog-witness, one by one, with our witness and with a foreign one."""

import base64
import hashlib
import threading

import pytest

from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.cosignature import CosignatureVerifier
from patogh.kit.tlog.note import Note, Signature, parse, parse_signatures
from patogh.ledger.tests.witnesses import SmallLog, ask, consistency, foreign_witness, our_witness, root_of, show
from patogh.ledger.witness.wire import origin_hash, request_body

LOGS = [SmallLog(f"log{number}.example/book") for number in range(40)]


@pytest.fixture(scope="module", params=["ours", "foreign"])
def witness(request, tmp_path_factory):
    """A witness that knows LOGS, ours or the foreign one."""
    make = our_witness if request.param == "ours" else foreign_witness
    with make(tmp_path_factory.mktemp(request.param), [log.vkey for log in LOGS]) as standing:
        standing.fresh = iter(LOGS)
        yield standing


@pytest.fixture
def log(witness):
    """A log that this witness knows and has not seen yet."""
    return next(witness.fresh)


def post(witness, body):
    """Send a body: (status, headers, body)."""
    return ask(witness, "POST", "/add-checkpoint", body)


def cosigned_at(witness, note_text, answer):
    """Check a cosignature by the published key and return its time."""
    return CosignatureVerifier(witness.vkey).verify(Note(note_text, tuple(parse_signatures(answer.decode()))))


def test_the_first_checkpoint_is_cosigned(witness, log):
    status, _headers, answer = show(witness, log, 0, 5)
    assert status == 200
    assert cosigned_at(witness, log.text(5), answer) > 1_700_000_000


def test_growth_with_a_proof_is_cosigned(witness, log):
    show(witness, log, 0, 5)
    status, _headers, answer = show(witness, log, 5, 13)
    assert status == 200
    assert cosigned_at(witness, log.text(13), answer)


def test_the_same_size_again_is_cosigned_anew(witness, log):
    show(witness, log, 0, 5)
    assert show(witness, log, 5, 5)[0] == 200


def test_an_empty_log_is_cosigned(witness, log):
    assert show(witness, log, 0, 0)[0] == 200
    assert show(witness, log, 0, 3)[0] == 200


@pytest.mark.parametrize("old", [0, 3, 6])
def test_another_old_size_is_answered_with_the_size_that_was_seen(witness, log, old):
    show(witness, log, 0, 5)
    status, headers, answer = show(witness, log, old, 8)
    assert (status, headers["Content-Type"], answer) == (409, "text/x.tlog.size", b"5\n")


def test_an_old_size_above_the_checkpoint_is_a_bad_request(witness, log):
    show(witness, log, 0, 5)
    assert post(witness, request_body(6, [], log.checkpoint(5)))[0] == 400


def test_an_unknown_log_is_not_found(witness):
    assert show(witness, SmallLog("stranger.example/book"), 0, 5)[0] == 404


def test_a_signature_by_a_stranger_is_forbidden(witness, log):
    assert show(witness, SmallLog(log.origin), 0, 5)[0] == 403


def test_a_wrong_signature_under_the_right_key_is_forbidden(witness, log):
    line = parse(log.checkpoint(4)).signatures[0]
    note = Note(log.text(5), (line,)).serialised()
    assert post(witness, request_body(0, [], note))[0] == 403


def test_a_right_signature_beside_a_wrong_one_of_the_same_key_is_forbidden(witness, log):
    good = parse(log.checkpoint(5)).signatures[0]
    bad = Signature(good.name, good.key_id, bytes(64))
    for lines in ((good, bad), (bad, good)):
        assert post(witness, request_body(0, [], Note(log.text(5), lines).serialised()))[0] == 403


def test_unknown_signatures_are_ignored(witness, log):
    lines = (SmallLog("other.example").signer.sign(log.text(5)), log.signer.sign(log.text(5)))
    status, _headers, answer = post(witness, request_body(0, [], Note(log.text(5), lines).serialised()))
    assert status == 200
    assert cosigned_at(witness, log.text(5), answer)


def test_a_proof_that_does_not_hold_is_refused(witness, log):
    show(witness, log, 0, 5)
    proof = [bytes(32), *consistency(5, log.leaves(13))[1:]]
    assert post(witness, request_body(5, proof, log.checkpoint(13)))[0] == 422
    assert show(witness, log, 5, 13)[0] == 200


def test_a_proof_from_nothing_is_refused(witness, log):
    assert post(witness, request_body(0, [bytes(32)], log.checkpoint(5)))[0] == 422


def test_a_proof_between_equal_sizes_is_refused(witness, log):
    show(witness, log, 0, 5)
    assert post(witness, request_body(5, [root_of(log.leaves(5))], log.checkpoint(5)))[0] == 422


def test_another_root_of_the_same_size_is_refused(witness, log):
    show(witness, log, 0, 5)
    assert show(witness, log.fork(2), 5, 5)[0] == 422


def test_another_history_is_refused(witness, log):
    show(witness, log, 0, 5)
    assert show(witness, log.fork(2), 5, 9)[0] == 422
    assert show(witness, log.fork(5), 5, 9)[0] == 200


def test_an_empty_log_with_another_root_is_refused(witness, log):
    note = log.checkpoint(0, root=hashlib.sha256(b"something").digest())
    assert post(witness, request_body(0, [], note))[0] == 422


@pytest.mark.parametrize(
    "broken",
    [
        lambda log: b"",
        lambda log: b"\n",
        lambda log: log.request(0, 5).replace(b"old 0\n", b""),
        lambda log: log.request(0, 5).replace(b"old 0\n", b"old 00\n"),
        lambda log: log.request(0, 5).replace(b"old 0\n", b"old  0\n"),
        lambda log: log.request(0, 5).replace(b"old 0\n", b"old -1\n"),
        lambda log: log.request(0, 5).replace(b"old 0\n", b"old 0\r\n"),
        lambda log: log.request(0, 5).replace(b"old 0\n", "old ۰\n".encode()),
        lambda log: log.request(0, 5).replace(b"old 0\n", b"old 99999999999999999999999\n"),
        lambda log: request_body(2, [], log.checkpoint(5)).replace(b"\n\n", b"\nbm90IGEgaGFzaA==\n\n", 1),
        lambda log: request_body(2, [], log.checkpoint(5)).replace(b"\n\n", b"\n%%%\n\n", 1),
        lambda log: request_body(2, [bytes(32)] * 64, log.checkpoint(5)),
        lambda log: log.request(0, 5)[:-1],
        lambda log: log.request(0, 5).replace(b"\n5\n", b"\n05\n"),
        lambda log: log.request(0, 5).replace(b"\n5\n", b"\nfive\n"),
        lambda log: log.request(0, 5) + b"\xff\n",
        lambda log: b"\0" * 1000,
    ],
)
def test_a_malformed_request_is_a_bad_request(witness, broken):
    status, _headers, answer = post(witness, broken(LOGS[-1]))
    assert status == 400
    assert answer.endswith(b"\n")


def test_the_newest_checkpoint_is_shown_with_both_signatures(witness, log):
    path = f"/{origin_hash(log.origin)}/checkpoint"
    assert ask(witness, "GET", path)[0] == 404
    answer = show(witness, log, 0, 5)[2]
    status, _headers, shown = ask(witness, "GET", path)
    checkpoint, note = parse_checkpoint(shown)
    assert (status, checkpoint.size, checkpoint.root) == (200, 5, root_of(log.leaves(5)))
    assert {line.name for line in note.signatures} == {log.origin, witness.name}
    assert answer in shown


def test_of_two_at_once_from_the_same_size_one_wins(witness, log):
    show(witness, log, 0, 5)
    start, answers = threading.Barrier(2), []

    def send(size):
        start.wait(10)
        answers.append(show(witness, log, 5, size)[0])

    both = [threading.Thread(target=send, args=(size,)) for size in (8, 13)]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert sorted(answers) == [200, 409]


def test_a_fork_is_never_cosigned_whatever_old_size_it_claims(witness, log):
    show(witness, log, 0, 5)
    fork = log.fork(2)
    refused = {show(witness, fork, old, new)[0] for old, new in [(0, 5), (2, 5), (5, 5), (0, 9), (5, 9), (2, 9)]}
    assert refused <= {409, 422}


def test_base64_with_stray_bits_is_a_bad_request(witness, log):
    show(witness, log, 0, 3)
    line = base64.b64encode(bytes(32)).decode()
    body = request_body(3, [bytes(32)], log.checkpoint(5)).replace(line.encode(), line[:-2].encode() + b"B=")
    assert post(witness, body)[0] == 400
