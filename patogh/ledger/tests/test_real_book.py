"""A real house's book, published and seen by three of our witnesses: its folder, its addresses and its proofs verify."""

import json
import threading
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import aics_tlog
import pytest
from click.testing import CliRunner
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from patogh.conf.cli.base import main
from patogh.kit.tlog.proof import TlogProof
from patogh.ledger.actions import sealing
from patogh.ledger.actions.book import Secret, enter
from patogh.ledger.actions.keeping import init_log, rotate_key
from patogh.ledger.actions.points import award, take_back
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.models import Witness
from patogh.ledger.queries import book
from patogh.ledger.replaying import replay
from patogh.ledger.signing.publishing import folder
from patogh.ledger.tasks import balance
from patogh.ledger.tests.witnesses import our_witness
from patogh.ledger.wanted import Line

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
ORIGIN = "test.example/book"


@pytest.fixture
def watched(settings, tmp_path):
    """Keep the book in a folder of its own, and have three witnesses on real sockets ask for it."""
    settings.DATA, settings.BOOK_ORIGIN, settings.WITNESSES_INSIDE = tmp_path / "house", ORIGIN, ""
    settings.DATA.mkdir()
    sealing.forget_comparison()
    vkey = init_log().vkey
    with ExitStack() as stack:
        for number in range(3):
            name = f"witness.example/w{number}"
            standing = stack.enter_context(our_witness(tmp_path / f"w{number}", [vkey], name))
            settings.WITNESSES_INSIDE += f" {urlsplit(standing.url).netloc}"
            Witness.objects.create(name=name, vkey=standing.vkey, url=standing.url, added_at=timezone.now())
        yield vkey


def lived(member, other, transfers=300):
    """Let things happen in a house: points earned, taken back and moved, a moderation, a trial balance; seal twice."""
    for number in range(20):
        award("accepted_answer", member, idem=f"answer:{number}", subject=("hangout.post", str(number)))
    take_back("accepted_answer", "answer:1")
    words = {"words": Secret("off topic here", other)}
    enter("moderation.action.v1", {"what": "hide", "reason": "off_topic"}, key="hide:1", secrets=words, owner=other)
    append_waiting()
    seal()
    for number in range(transfers):
        lines = [Line("issuance:pt", -2), Line(f"member:{other.pk}:pt", 2)]
        transfer(f"grant:{number}", "grant", "pt", lines)
    balance()
    append_waiting()
    return seal()


def told(*arguments):
    """Run a command and return its exit status and its JSON."""
    done = CliRunner().invoke(main, ["book", *map(str, arguments), "--json"])
    assert done.output.startswith("{"), done.output
    return done.exit_code, json.loads(done.output.splitlines()[0])


@contextmanager
def served(run):
    """Answer requests of the house's addresses in this thread, where the test's rows are seen, while `run(url)` asks."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_told):
            """Say nothing."""

    found = []
    request_finished.disconnect(close_old_connections)  # the rows of a test live in its one connection
    request_started.disconnect(close_old_connections)
    with make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet) as server:
        server.timeout = 0.02
        asking = threading.Thread(target=lambda: found.append(run(f"http://127.0.0.1:{server.server_port}/book/log")))
        asking.start()
        while asking.is_alive():
            server.handle_request()
    request_finished.connect(close_old_connections)
    request_started.connect(close_old_connections)
    yield found[0]


def test_the_published_folder_is_proved_by_us_and_by_others(watched, member, other_member):
    row = lived(member, other_member)
    assert (row.quorum_met, row.witnessed_count) == (True, 3)
    status, found = told("verify", folder(), "--vkey", folder() / "vkey", "--policy", folder() / "policy")
    whole = replay()
    assert whole.is_whole, whole.told()
    assert {one.name: one.checked for one in whole.findings}["L4"] > 300
    assert (status, found["size"], found["root"]) == (0, row.size, bytes(row.root).hex()), found
    note = aics_tlog.parse_note((folder() / "checkpoint").read_bytes())
    assert aics_tlog.verify_note(note, [aics_tlog.parse_vkey(watched)])
    aics_tlog.audit_tiles(aics_tlog.FileSystemTileReader(folder()), row.size, bytes(row.root))  # raises


def test_a_rotated_key_is_followed_by_who_kept_the_old_one(watched, member, other_member):
    lived(member, other_member, 3)
    rotate_key()
    append_waiting()
    row = seal()
    for key in (watched, folder() / "vkey"):
        status, found = told("verify", folder(), "--vkey", key, "--policy", folder() / "policy")
        assert (status, found["size"]) == (0, row.size), found


def test_the_book_is_proved_from_the_addresses_of_the_house(watched, member, other_member):
    row = lived(member, other_member)
    policy = folder() / "policy"
    with served(lambda url: told("verify", url, "--vkey", watched, "--policy", policy, "--processes", 1)) as answer:
        status, found = answer
    assert (status, found["size"]) == (0, row.size), found
    root = bytes(row.root)
    with served(lambda url: aics_tlog.audit_tiles(aics_tlog.HttpTileReader(url), row.size, root)) as audited:
        assert audited.size == row.size
    with served(lambda url: {n: urlopen(f"{url}/{n}").read() for n in ("checkpoint", "policy", "vkey")}) as files:
        assert files == {name: (folder() / name).read_bytes() for name in files}


def test_each_proof_of_the_house_is_proved_by_command_and_by_others(watched, member, other_member, tmp_path):
    row = lived(member, other_member, 260)
    policy, file, entry = folder() / "policy", tmp_path / "one.tlog-proof", tmp_path / "entry"
    some = (0, 1, 21, 255, 256, row.size - 1)
    with served(lambda url: [urlopen(f"{url}/proof/{one}.tlog-proof").read() for one in some]) as proofs:
        pass
    for index, proof in zip(some, proofs, strict=True):
        file.write_bytes(proof)
        body = book.entry_at(row.log_id, index)
        entry.write_bytes(body)
        status, found = told("proof", "verify", file, "--policy", policy, "--entry", entry)
        assert (status, found["facts"]["index"]) == (0, index), found
        hashes = TlogProof.parse(proof).hashes
        assert aics_tlog.verify_leaf_inclusion(body, index, row.size, hashes, bytes(row.root))
        entry.write_bytes(body.replace(b'"at":1', b'"at":2'))
        assert told("proof", "verify", file, "--policy", policy, "--entry", entry)[0] == 1
