"""Verifying logs from outside: what is proved, what is said not to be, exit statuses, and logs of other people."""

import functools
import http.server
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from patogh.conf.cli.base import main
from patogh.kit.tlog.errors import BadEntry
from patogh.kit.tlog.tree import leaf_hash, root_of
from patogh.ledger import schemas
from patogh.ledger.tests.making import House, Log, Writer, small_book
from patogh.ledger.verify import words
from patogh.ledger.verify.errors import CannotRead
from patogh.ledger.verify.ids import Ids
from patogh.ledger.verify.log import Question, verify
from patogh.ledger.verify.money import lines_in, lines_of
from patogh.ledger.verify.packing import pack, packed
from patogh.ledger.verify.patterns import matching
from patogh.ledger.verify.report import Report
from patogh.ledger.verify.sources import Web
from patogh.ledger.verify.spine import Spine

SHARED = Path(os.environ.get("PATOGH_SHARED", Path(__file__).resolve().parents[4] / "shared"))
MIRROR = SHARED / "vectors/sunlight/cmd/skylight/testdata/witness/mirror"
VKEY = House().signer.vkey


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small sealed book in a folder."""
    return small_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def policy(tmp_path):
    """The policy of the house, as a file."""
    path = tmp_path / "policy"
    path.write_text(House().policy())
    return str(path)


def run(*arguments):
    """Run a command of `patogh book`."""
    return CliRunner().invoke(main, ["book", *map(str, arguments)])


def codes(claims):
    """Return the codes of what was claimed."""
    return {claim.code for claim in claims}


def test_an_honest_book_is_proved_and_its_limits_are_told(book):
    report = verify(Question(str(book.folder), VKEY, House().policy().encode()))
    assert report.status == 0
    assert codes(report.proved) == {
        "ok.signature", "ok.quorum", "ok.root", "ok.tiles", "ok.schemas", "ok.ids", "ok.money", "ok.polls"
    }  # fmt: skip
    assert {"limit.truth", "limit.witnesses", "limit.members", "limit.polls", "limit.history"} <= codes(report.unproved)


@pytest.mark.parametrize(("seen", "status"), [(5, 0), (4, 0), (3, 3), (0, 3)])
def test_the_exit_status_says_whether_enough_witnesses_saw_it(tmp_path, policy, seen, status):
    log = small_book(tmp_path / "log", transfers=10, seen=seen)
    assert run("verify", log.folder, "--vkey", VKEY, "--policy", policy).exit_code == status


@pytest.mark.parametrize("arguments", [
    ["nowhere", "--vkey", VKEY], [".", "--vkey", VKEY], ["BOOK"], ["BOOK", "--vkey", "a+b"], ["BOOK", "--vkey", "no-such-file"],
    ["BOOK", "--vkey", VKEY, "--policy", "missing"], ["http://127.0.0.1:1/", "--vkey", VKEY], ["file:///etc", "--vkey", VKEY],
])  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_line_with_status_2(book, arguments):
    found = run("verify", *[str(book.folder) if word == "BOOK" else word for word in arguments], "--lang", "fa")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)


def test_a_kept_checkpoint_must_be_continued(tmp_path):
    state, writer = str(tmp_path / "state"), Writer()
    log = Log(tmp_path / "log").append(writer.award() for _ in range(300))
    log.seal()
    assert verify(Question(str(log.folder), VKEY, state=state)).status == 0
    log.append(writer.award() for _ in range(260)).seal()
    grown = verify(Question(str(log.folder), VKEY, state=state))
    assert "ok.consistent" in codes(grown.proved)
    other = Log(tmp_path / "other").append([Writer(9).award(), *log.entries[1:]])
    other.seal()
    assert verify(Question(str(other.folder), VKEY, state=state)).counts == {"state.forked": 1}


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format":"patogh-verify-state/v1","size":"x"}', b"\xff"])
def test_a_damaged_state_is_no_reason_to_begin_anew_in_silence(book, tmp_path, content):
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(CannotRead):
        verify(Question(str(book.folder), VKEY, state=str(tmp_path / "state")))


def test_several_processes_find_what_one_finds(tmp_path):
    log, writer = Log(tmp_path), Writer()
    log.append(writer.award() for _ in range(256 * 32 * 4 + 5)).seal()
    one, two = (verify(Question(str(tmp_path), VKEY, processes=count)) for count in (1, 2))
    assert one.as_json() == two.as_json()
    assert one.size == 32_773


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 512, 700])
def test_the_spine_has_the_root_of_the_leaves(size):
    leaves = [leaf_hash(bytes([n % 251])) for n in range(size)]
    spine = Spine()
    spine.add_leaves(leaves)
    again = Spine.from_state(json.loads(json.dumps(spine.state())))
    assert spine.root() == again.root() == root_of(leaves)


def test_the_fast_yes_is_never_said_where_the_schema_says_no():
    writer, chance, yes = Writer(), random.Random(8), 0
    samples = [writer.award(), writer.balance(3, 45), writer.moderation(), *writer.poll()]
    assert [b"poll.opened" in one for one in samples if not matching(one)] == [True]
    for _ in range(4_000):
        sample = bytearray(chance.choice(samples))
        sample[chance.randrange(len(sample))] = chance.choice(b'0123456789abcdef"{}[],:-xz. ')
        if matching(bytes(sample)):
            yes += 1
            schemas.check(bytes(sample))
    assert yes > 100


def test_lines_are_the_same_read_quickly_and_slowly():
    writer = Writer()
    for entry in [writer.award(n + 1) for n in range(20)]:
        assert lines_in(entry.decode()) == lines_of(json.loads(entry)) and matching(entry)[1]["unit"] == b'"pt"'


def test_numbers_at_their_bounds_are_left_to_the_slow_way():
    good = Writer().award()
    for number in (2**53 - 1, 2**53, 10**15):
        large = good.replace(b'"n":15', b'"n":%d' % number)
        assert matching(large) is None
    with pytest.raises(BadEntry):
        schemas.check(good.replace(b'"n":15', b'"n":%d' % 2**53))


def test_equal_ids_are_found_also_beyond_memory(monkeypatch):
    monkeypatch.setattr("patogh.ledger.verify.ids._IN_MEMORY_BYTES_MAX", 100)
    ids, report = Ids(), Report("x")
    for index in (*range(300), 7):
        ids.add(index.to_bytes(16, "big") + len(ids._recent).to_bytes(8, "big"))
    ids.conclude(report)
    assert report.counts == {"entry.id_twice": 1}


def test_an_unknown_type_is_counted_and_said_not_to_be_proved(tmp_path):
    log = Log(tmp_path).append([b'{"t":"other.thing.v1"}', b"free bytes of somebody else"])
    log.seal()
    report = verify(Question(str(tmp_path), VKEY))
    assert report.status == 0
    assert report.facts["kinds_unknown"] == {"other.thing.v1": 1, "?": 1}
    assert "limit.unknown" in codes(report.unproved)


def test_the_seal_of_a_mirror_that_sunlight_wrote_is_read_and_its_made_up_bundles_are_not():
    told = json.loads((MIRROR / "mirror.v0.json").read_text())
    folder = next(path for path in MIRROR.iterdir() if path.is_dir())
    report = verify(Question(str(folder), told["verifier_keys"][0]))
    assert (codes(report.proved), set(report.counts)) == ({"ok.signature"}, {"bundle.damaged"})
    assert (report.size, "limit.cosigner" in codes(report.unproved)) == (300, True)


def test_a_log_that_aics_wrote_is_verified_and_aics_verifies_ours(tmp_path, book):
    import aics_tlog

    store = aics_tlog.DirectoryTileStore(tmp_path, fsync=False)
    writer, foreign = Writer(), aics_tlog.IncrementalTileWriter(store)
    for count in (3, 252, 1, 90):
        foreign.append([writer.award() for _ in range(count)])
    store.write_checkpoint(House().sealed(foreign.size, foreign.root()).encode())
    report = verify(Question(str(tmp_path), VKEY, House().policy().encode()))
    assert (report.status, report.size) == (0, 346)
    note = aics_tlog.parse_note((book.folder / "checkpoint").read_bytes())
    assert aics_tlog.verify_note(note, [aics_tlog.parse_vkey(VKEY)])
    size, root = book.size, root_of([leaf_hash(entry) for entry in book.entries])
    audited = aics_tlog.audit_tiles(aics_tlog.FileSystemTileReader(book.folder), size, root)
    assert (audited.size, audited.bundles) == (size, 2)


class _Server:
    """A web server for a folder, on a free port; `answer` may be set to misbehave."""

    def __init__(self, folder, handler=http.server.SimpleHTTPRequestHandler):
        quiet = type("Quiet", (handler,), {"log_message": lambda *_: None})
        make = (
            functools.partial(quiet, directory=str(folder))
            if handler is http.server.SimpleHTTPRequestHandler
            else quiet
        )
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), make)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.enable_socket
def test_a_log_behind_an_address_is_verified_and_kept(book, tmp_path):
    with _Server(book.folder) as address:
        first = verify(Question(address, VKEY, keep=str(tmp_path)))
        assert first.status == 0
    assert (tmp_path / "tile/entries/000").read_bytes() == (book.folder / "tile/entries/000").read_bytes()


class _Hostile(http.server.BaseHTTPRequestHandler):
    """Leads elsewhere, answers too much, or fails."""

    def do_GET(self):
        """Answer by the path."""
        kind = self.path.split("/")[1]
        status, target = {"away": (302, "http://example.invalid/"), "round": (302, "/round/checkpoint")}.get(
            kind, (200, "")
        )
        self.send_response(500 if kind == "fails" else status)
        if target:
            self.send_header("Location", target)
        self.end_headers()
        self.wfile.write(b"x" * (400_000 if kind == "large" else 10))


@pytest.mark.enable_socket
@pytest.mark.parametrize("kind", ["away", "round", "large", "fails"])
def test_an_address_that_misbehaves_is_refused(kind):
    with _Server("", _Hostile) as address, pytest.raises(CannotRead) as refused:
        Web(f"{address}/{kind}/").read("checkpoint", 256 * 1024)
    assert refused.value.code in {"source.refused", "source.too_large"}


def test_a_proof_and_a_receipt_are_verified_by_command(book, tmp_path, policy):
    (tmp_path / "one.tlog-proof").write_text(book.proof(17))
    (tmp_path / "entry").write_bytes(book.entries[17])
    told = run("proof", "verify", tmp_path / "one.tlog-proof", "--policy", policy, "--entry", tmp_path / "entry")
    assert (told.exit_code, "line 17 of 316" in told.stdout) == (0, True)
    assert run("proof", "verify", tmp_path / "one.tlog-proof", "--policy", policy).exit_code == 2
    (tmp_path / "entry").write_bytes(book.entries[18])
    wrong = run(
        "proof", "verify", tmp_path / "one.tlog-proof", "--policy", policy, "--entry", tmp_path / "entry", "--json"
    )
    assert (wrong.exit_code, json.loads(wrong.stdout)["wrong"][0]["code"]) == (1, "proof.wrong")


def test_a_monitor_keeps_what_it_saw_and_alarms_by_command(book, tmp_path, policy):
    state, heard = tmp_path / "state", tmp_path / "heard"
    arguments = ["--vkey", VKEY, "--policy", policy, "--state", state]
    assert run("monitor", book.folder, *arguments).exit_code == 0
    forked = Log(tmp_path / "fork").append([*book.entries[:-1], Writer(3).award()])
    forked.seal()
    told = run("monitor", forked.folder, *arguments, "--command", f"tee {heard}")
    assert (told.exit_code, json.loads(told.stdout.splitlines()[0])["alarms"]) == (1, ["fork"])
    assert json.loads(heard.read_text())["event"] == "alarm"
    assert (len(list((state / "checkpoints").iterdir())), len(list((state / "evidence").iterdir()))) == (2, 2)
    assert json.loads(run("monitor", tmp_path / "gone", *arguments).stdout)["alarms"] == ["unreachable"]


def test_a_silent_log_alarms(book, tmp_path):
    from patogh.ledger.verify.monitor import Monitor
    from patogh.ledger.verify.trust import Trust

    now = [1_800_000_000]
    watcher = Monitor(str(book.folder), Trust.of(VKEY), tmp_path, clock=lambda: now[0])
    assert watcher.look().alarms == []
    now[0] += 6 * 3600
    assert watcher.look().alarms == ["silent"]


def test_the_single_file_runs_alone_and_is_the_same_each_time(book, tmp_path, policy):
    size, _ = pack(tmp_path / "verify.pyz")
    assert size < 200_000
    assert packed() == packed()
    command = [
        sys.executable,
        "-P",
        str(tmp_path / "verify.pyz"),
        "verify",
        str(book.folder),
        "--vkey",
        VKEY,
        "--policy",
        policy,
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "300 transfers each sum to zero" in done.stdout


def test_the_verifier_loads_no_django():
    program = "import sys, patogh.ledger.verify.alone; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_sentence_takes_the_same_values_in_both_languages():
    import string

    for code in words.codes():
        english, persian = words.WORDS.get(code) or words._OBJECTIONS[code]
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, persian)]
        assert names[0] == names[1], code
