"""What the witness never does: sign two histories, go back in size or in time, or forget."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from patogh.kit.tlog.cosignature import CosignatureVerifier, timestamp_of
from patogh.kit.tlog.note import parse_signatures
from patogh.ledger.tests.witnesses import SmallLog, ask, made, our_witness, our_witness_process, root_of, show
from patogh.ledger.witness import limits
from patogh.ledger.witness.errors import Refused, StoreFailed, Trouble
from patogh.ledger.witness.evidence import Evidence, Shelf
from patogh.ledger.witness.home import Home
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.protocol import Witness
from patogh.ledger.witness.wire import origin_hash

LOG = SmallLog()
ROOT = Path(__file__).resolve().parents[3]
DIES_BEFORE_IT_ANSWERS = """
import os, sys
from patogh.ledger.witness import server
from patogh.ledger.witness.commands import main
server._Handler._send = lambda *_given: os.kill(os.getpid(), 9)
main(["serve", sys.argv[1], "--port", "0"])
"""


def witness_of(folder, clock=lambda: 1_800_000_000):
    """A witness over a folder, without HTTP."""
    home = made(folder, [LOG.vkey], "witness.example/ours")
    signer, store = home.open()
    return Witness(signer, store, home.shelf, clock=clock, pace=Pace(1e6))


class Histories(RuleBasedStateMachine):
    """Any log with any number of histories, any old sizes, restarts and clocks: one history is cosigned."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.now, self.cosigned = 1_800_000_000, []
        self.witness = witness_of(Path(self.folder.name), clock=lambda: self.now)
        self.logs = [LOG, LOG.fork(0), LOG.fork(3), LOG.fork(6)]

    @rule(which=st.integers(0, 3), new=st.integers(0, 12), old=st.integers(0, 12), knows=st.booleans())
    def shown(self, which, new, old, knows):
        log = self.logs[which]
        seen = self.witness.store.seen(LOG.origin)
        old = (seen.size if seen else 0) if knows else old
        try:
            line = self.witness.add_checkpoint(log.request(min(old, new), new))
        except Refused:
            return
        (signature,) = parse_signatures(line)
        assert CosignatureVerifier(self.witness.vkey).check(log.text(new), signature.raw)
        self.cosigned.append((timestamp_of(signature.raw), new, log))

    @rule(step=st.integers(-3, 3))
    def time_passes(self, step):
        self.now += step

    @rule()
    def restarted(self):
        self.witness.store.close()
        self.witness = witness_of(Path(self.folder.name), clock=lambda: self.now)

    @invariant()
    def nothing_contradicts(self):
        for (at, size, log), (later, more, other) in zip(self.cosigned, self.cosigned[1:], strict=False):
            assert at <= later
            assert size <= more
            assert root_of(other.leaves(more)[:size]) == root_of(log.leaves(size))

    def teardown(self):
        self.witness.store.close()
        self.folder.cleanup()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_two_processes_over_one_memory_agree(tmp_path):
    one, other = witness_of(tmp_path), witness_of(tmp_path)
    one.add_checkpoint(LOG.request(0, 5))
    start, wins, lost = threading.Barrier(2), [], []

    def send(witness, size):
        start.wait(10)
        try:
            wins.append(witness.add_checkpoint(LOG.request(5, size)))
        except Refused as refused:
            lost.append((refused.status, refused.size))

    both = [threading.Thread(target=send, args=given) for given in ((one, 8), (other, 9))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(20)
    assert len(wins) == 1
    assert lost == [(409, one.store.seen(LOG.origin).size)]


def test_the_memory_itself_refuses_to_go_back_or_to_forget(tmp_path):
    witness = witness_of(tmp_path)
    witness.add_checkpoint(LOG.request(0, 5))
    rows = sqlite3.connect(tmp_path / "seen.sqlite")
    for sql in (
        "UPDATE seen SET size = 4",
        "UPDATE seen SET root = zeroblob(32)",
        "UPDATE seen SET at = 1",
        "DELETE FROM seen",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="a witness never"):
            rows.execute(sql)
    rows.close()


def test_killed_between_the_write_and_the_answer_it_goes_on_from_what_it_wrote(tmp_path):
    made(tmp_path, [LOG.vkey], "witness.example/ours")
    words = [sys.executable, "-c", DIES_BEFORE_IT_ANSWERS, str(tmp_path)]
    process = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    address = urlsplit(process.stdout.readline().decode().split()[-1])
    body = LOG.request(0, 5)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        assert connection.recv(100) == b""
    assert process.wait(20) == -signal.SIGKILL
    process.stdout.close()
    with our_witness_process(tmp_path, []) as again:
        assert show(again, LOG.fork(2), 0, 5)[::2] == (409, b"5\n")
        assert show(again, LOG.fork(2), 5, 5)[0] == 422
        assert show(again, LOG, 0, 5)[::2] == (409, b"5\n")
        assert show(again, LOG, 5, 5)[0] == 200


def test_killed_at_any_moment_it_never_signs_another_history(tmp_path):
    size, told = 0, 0
    for round_number in range(4):
        with our_witness_process(tmp_path, [] if round_number else [LOG.vkey]) as witness:
            threading.Timer(0.002 + 0.01 * round_number, witness.process.kill).start()
            told = size
            try:
                while True:
                    status, _headers, _answer = show(witness, LOG, told, told + 1)
                    told += status == 200
            except (OSError, HTTPException):
                witness.process.wait(20)
        home = Home(tmp_path)
        _signer, store = home.open()
        seen = store.seen(LOG.origin)
        size = seen.size if seen else 0
        store.close()
        assert size in (told, told + 1)
        assert not seen or seen.root == root_of(LOG.leaves(size))
    assert told > 0


def test_a_clock_that_went_back_signs_nothing(tmp_path):
    now = [1_800_000_000]
    witness = witness_of(tmp_path, clock=lambda: now[0])
    witness.add_checkpoint(LOG.request(0, 5))
    now[0] -= 100
    with pytest.raises(Refused, match="100 s behind") as refused:
        witness.add_checkpoint(LOG.request(5, 8))
    assert (refused.value.status, refused.value.retry_s) == (503, 100)
    now[0] += 100
    assert witness.add_checkpoint(LOG.request(5, 8))


def test_a_commit_that_fails_is_the_last_until_a_restart(tmp_path):
    witness = witness_of(tmp_path)
    witness.store._failed = True
    with pytest.raises(StoreFailed, match="restart"):
        witness.add_checkpoint(LOG.request(0, 5))


def test_what_contradicts_is_kept_as_evidence_once(tmp_path, capsys):
    with our_witness(tmp_path, [LOG.vkey]) as witness:
        show(witness, LOG, 0, 5)
        fork = LOG.fork(2)
        for old, new in [(5, 5), (5, 5), (5, 9), (2, 5)]:
            show(witness, fork, old, new)
        show(witness, LOG, 3, 4)
        found = witness.home.shelf.all()
    assert sorted(one.why.split(":")[0] for one in found) == [
        "the new tree does not contain the old one",
        "two roots of one size",
        "two roots of one size",
    ]
    assert all(
        one.cosigned_size == 5 and LOG.origin in one.request and LOG.origin in one.cosigned_note for one in found
    )
    assert "alarm: log.example/book signed a checkpoint that was refused" in capsys.readouterr().err


def test_a_stranger_leaves_no_evidence(tmp_path):
    with our_witness(tmp_path, [LOG.vkey]) as witness:
        show(witness, LOG, 0, 5)
        show(witness, SmallLog(LOG.origin).fork(2), 5, 9)
        assert witness.home.shelf.all() == []


def test_the_shelf_of_evidence_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "EVIDENCE_FILES_MAX", 3)
    shelf = Shelf(tmp_path)
    kept = [shelf.keep(Evidence(1, LOG.origin, "why", f"request {number}", 5, "")) for number in range(5)]
    assert kept == [True, True, True, False, False]
    assert shelf.keep(Evidence(1, "other.example", "why", "request", 5, ""))


def test_a_lost_memory_is_not_begun_anew(tmp_path):
    home = made(tmp_path / "witness", [LOG.vkey], "witness.example/ours")
    home.database.unlink()
    with pytest.raises(Trouble, match="retire its key"):
        home.witness()
    with pytest.raises(Trouble, match="Retire that key"):
        home.make("witness.example/ours")


def test_the_memory_of_another_key_is_refused(tmp_path):
    one, other = made(tmp_path / "one", [], "one.example"), made(tmp_path / "other", [], "other.example")
    one.key.write_bytes(other.key.read_bytes())
    with pytest.raises(Trouble, match="not the one that its memory belongs to"):
        one.witness()


def test_a_key_that_others_can_read_is_refused(tmp_path):
    home = made(tmp_path / "witness", [], "one.example")
    assert home.key.stat().st_mode & 0o777 == 0o600
    home.key.chmod(0o644)
    with pytest.raises(Trouble, match="chmod 600"):
        home.witness()


def test_a_log_learnt_while_it_serves_is_known_at_once(tmp_path):
    other = SmallLog("other.example/book")
    with our_witness(tmp_path, [LOG.vkey]) as witness:
        assert show(witness, other, 0, 5)[0] == 404
        made(tmp_path, [other.vkey], "")
        assert show(witness, other, 0, 5)[0] == 200


def test_a_log_rotates_its_key_with_two_signatures(tmp_path):
    newer = SmallLog(LOG.origin)
    with our_witness(tmp_path, [LOG.vkey, newer.vkey]) as witness:
        assert show(witness, LOG, 0, 5)[0] == 200
        assert show(witness, newer, 5, 8)[0] == 200
        shown = ask(witness, "GET", f"/{origin_hash(LOG.origin)}/checkpoint")[2].decode()
    assert shown.count(f"— {LOG.origin} ") == 1


def test_evidence_is_json_that_others_can_read(tmp_path):
    shelf = Shelf(tmp_path)
    shelf.keep(Evidence(1, LOG.origin, "why", LOG.request(0, 3).decode(), 5, "note"))
    (path,) = tmp_path.glob("*/*.json")
    assert json.loads(path.read_text())["origin"] == LOG.origin
