"""Witnesses for tests and drills: ours served for real, a foreign one, and those that are away, slow or lying.

Each is a context manager that yields a `Standing`. A small log in memory (`SmallLog`) shows them its checkpoints.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from patogh.kit.tlog.cosignature import CosignatureSigner
from patogh.kit.tlog.note import Ed25519Signer, Note
from patogh.ledger.witness.commands import main as witness_main
from patogh.ledger.witness.home import Home
from patogh.ledger.witness.pace import Pace
from patogh.ledger.witness.protocol import Witness
from patogh.ledger.witness.server import Server
from patogh.ledger.witness.wire import origin_hash, request_body

ROOT = Path(__file__).resolve().parents[3]
START_S_MAX = 20.0


@dataclass
class Standing:
    """A witness that stands somewhere: its address, its key, and what the test needs of it."""

    url: str
    vkey: str
    asked: list[bytes] = field(default_factory=list)
    home: Home | None = None
    process: subprocess.Popen | None = None
    server: Any = None

    @property
    def name(self) -> str:
        """The name in its key."""
        return self.vkey.split("+", 1)[0]

    def kill(self) -> None:
        """End its process as a power cut would."""
        self.process.kill()
        self.process.wait(10)


# A log to witness


def leaf(index: int, history: str = "") -> bytes:
    """The leaf hash of the entry `index`; another history has other entries."""
    return hashlib.sha256(b"\0" + f"{history}entry {index}".encode()).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962 2.1, as written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of RFC 6962 2.1.2, as written there."""
    if old in (0, len(leaves)):
        return [] if whole else [root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*consistency(old, leaves[:half], whole), root_of(leaves[half:])]
    return [*consistency(old - half, leaves[half:], whole=False), root_of(leaves[:half])]


class SmallLog:
    """A log of numbered entries that signs any of its sizes; `fork` begins another history at a size."""

    def __init__(self, origin: str = "log.example/book") -> None:
        self.origin = origin
        self.signer = Ed25519Signer.generate(origin)
        self.forked_at: int | None = None

    @property
    def vkey(self) -> str:
        """Its public key."""
        return self.signer.vkey

    def fork(self, at: int) -> "SmallLog":
        """The same key, another history from entry `at` on."""
        other = SmallLog(self.origin)
        other.signer, other.forked_at = self.signer, at
        return other

    def leaves(self, size: int) -> list[bytes]:
        """The leaf hashes of the first `size` entries."""
        cut = size if self.forked_at is None else self.forked_at
        return [leaf(index, "" if index < cut else "other ") for index in range(size)]

    def text(self, size: int, root: bytes | None = None) -> str:
        """The text of a checkpoint."""
        shown = base64.b64encode(root_of(self.leaves(size)) if root is None else root).decode()
        return f"{self.origin}\n{size}\n{shown}\n"

    def checkpoint(self, size: int, root: bytes | None = None) -> str:
        """A signed checkpoint."""
        text = self.text(size, root)
        return Note(text, (self.signer.sign(text),)).serialised()

    def request(self, old: int, new: int) -> bytes:
        """An add-checkpoint body."""
        return request_body(old, consistency(old, self.leaves(new)), self.checkpoint(new))


def ask(standing: Standing, method: str, path: str, body: bytes = b"", headers: dict | None = None) -> tuple:
    """One request on the wire: (status, headers, body)."""
    address = urlsplit(standing.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def show(standing: Standing, log: SmallLog, old: int, new: int) -> tuple:
    """Send a checkpoint: (status, headers, body)."""
    return ask(standing, "POST", "/add-checkpoint", log.request(old, new))


# Witnesses that do their work


@contextmanager
def our_witness(
    folder: Path, logs: tuple[str, ...] | list[str], name: str = "witness.example/ours", **given: Any
) -> Iterator[Standing]:
    """Our witness in this process, on a real socket; `clock=` and `pace=` may be given."""
    home = made(folder, logs, name)
    signer, store = home.open()
    free = {"pace": Pace(1e6), **given}
    server = Server(("127.0.0.1", 0), Witness(signer, store, home.shelf, **free), pace=Pace(1e6))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Standing(server.url, signer.vkey, home=home, server=server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
        store.close()


@contextmanager
def our_witness_process(
    folder: Path, logs: tuple[str, ...] | list[str], name: str = "witness.example/ours"
) -> Iterator[Standing]:
    """Our witness as partners run it, a process of its own; may be entered again over the same folder."""
    home = made(folder, logs, name)
    words = [sys.executable, "-m", "patogh.ledger.witness", "serve", str(folder), "--port", "0", "--per-second", "1e5"]
    with _process(words, {"PYTHONPATH": str(ROOT)}, rb"listens at (http://\S+)", "stdout") as (process, found):
        yield Standing(found, home.signer().vkey, home=home, process=process)


@contextmanager
def foreign_witness(
    folder: Path, logs: tuple[str, ...] | list[str], name: str = "foreign.example/witness"
) -> Iterator[Standing]:
    """The witness of somebody else (aics-witness), a process of its own."""
    config = folder / "foreign.json"
    folder.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "aics_witness"]
    port = free_port()
    if not config.exists():
        _foreign(words, "init", config, "--name", name, "--listen", f"127.0.0.1:{port}")
    for vkey in logs:
        _foreign(words, "add-log", config, "--origin", vkey.split("+", 1)[0], "--vkey", vkey)
    said = json.loads(_foreign(words, "status", config, "--json"))
    serving = [*words, "serve", "--config", str(config), "--listen", f"127.0.0.1:{port}"]
    with _process(serving, {}, None, "stderr") as (process, _found):
        _wait_for(port, process)
        yield Standing(f"http://127.0.0.1:{port}", said["witness"]["vkey"], process=process)


def made(folder: Path, logs: tuple[str, ...] | list[str], name: str) -> Home:
    """A home of our witness that knows these logs."""
    home = Home(folder)
    if not home.database.exists():
        home.make(name)
    for vkey in logs:
        home_words = ["add-log", str(folder), "--vkey", vkey]
        assert witness_main(home_words) == 0
    return home


# Witnesses that do not


@contextmanager
def offline_witness(name: str = "witness.example/away") -> Iterator[Standing]:
    """A key whose address nobody answers."""
    yield Standing(f"http://127.0.0.1:{free_port()}", _signer(name).vkey)


@contextmanager
def slow_witness(name: str = "witness.example/slow", delay_s: float = 60.0) -> Iterator[Standing]:
    """An honest signer that answers after `delay_s`, or when the test is over."""
    signer, over = _signer(name), threading.Event()

    def answer(handler: Any, body: bytes) -> None:
        over.wait(delay_s)
        reply(handler, 200, cosigned(signer, note_text(body), int(time.time())))

    with _answering(signer, answer) as standing:
        try:
            yield standing
        finally:
            over.set()


@contextmanager
def lying_witness(lie: str, name: str = "witness.example/liar") -> Iterator[Standing]:
    """A witness with one of the LIES; `.asked` holds the bodies it got."""
    signer = _signer(name)
    with _answering(signer, lambda handler, body: LIES[lie](handler, signer, note_text(body))) as standing:
        yield standing


def note_text(body: bytes) -> str:
    """The text of the checkpoint in an add-checkpoint body."""
    note = body.partition(b"\n\n")[2].decode()
    return note[: note.rindex("\n\n") + 1]


def cosigned(signer: CosignatureSigner, text: str, at: int) -> bytes:
    """A line of a cosignature."""
    return signer.cosign(text, at).line().encode()


def reply(handler: Any, status: int, body: bytes, **headers: str) -> None:
    """Answer over HTTP."""
    handler.send_response(status)
    for key, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(key.replace("_", "-"), value)
    handler.end_headers()
    with suppress(OSError):
        handler.wfile.write(body)


def _other_root(text: str) -> str:
    origin, size, _root = text.splitlines()[:3]
    return f"{origin}\n{size}\n{base64.b64encode(hashlib.sha256(b'lie').digest()).decode()}\n"


def _now() -> int:
    return int(time.time())


Lie = Callable[[Any, CosignatureSigner, str], None]
LIES: dict[str, Lie] = {
    "signs_anything": lambda to, signer, text: reply(to, 200, cosigned(signer, text, _now())),
    "signs_another_root": lambda to, signer, text: reply(to, 200, cosigned(signer, _other_root(text), _now())),
    "signs_the_future": lambda to, signer, text: reply(to, 200, cosigned(signer, text, _now() + 3600)),
    "signs_the_far_future": lambda to, signer, text: reply(to, 200, cosigned(signer, text, 2**62)),
    "signs_the_past": lambda to, signer, text: reply(to, 200, cosigned(signer, text, _now() - 86400 * 30)),
    "signs_with_another_key": lambda to, signer, text: reply(to, 200, cosigned(_signer(signer.name), text, _now())),
    "signs_twice": lambda to, signer, text: reply(to, 200, cosigned(signer, text, _now()) * 2),
    "says_garbage": lambda to, _signer, _text: reply(to, 200, secrets.token_bytes(500)),
    "says_nothing": lambda to, _signer, _text: reply(to, 200, b""),
    "says_a_web_page": lambda to, _signer, _text: reply(to, 200, b"<html>Welcome</html>", Content_Type="text/html"),
    "sends_a_huge_body": lambda to, _signer, _text: reply(to, 200, b"x" * 8 * 1024 * 1024),
    "redirects_inside": lambda to, _signer, _text: reply(
        to, 307, b"", Location="http://169.254.169.254/latest/meta-data"
    ),
    "claims_a_larger_size": lambda to, _signer, _text: reply(to, 409, b"99999999\n", Content_Type="text/x.tlog.size"),
    "claims_no_size": lambda to, _signer, _text: reply(to, 409, b"-1 or so\n", Content_Type="text/x.tlog.size"),
    "breaks_off": lambda to, signer, text: reply(to, 200, cosigned(signer, text, _now())[:-9], Content_Length="500"),
    "fails": lambda to, _signer, _text: reply(to, 500, b"panic"),
}


@contextmanager
def _answering(signer: CosignatureSigner, answer: Callable[[Any, bytes], None]) -> Iterator[Standing]:
    standing = Standing("", signer.vkey)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            standing.asked.append(body)
            with suppress(OSError):
                answer(self, body)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    standing.url, standing.server = f"http://127.0.0.1:{server.server_port}", server
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield standing
    finally:
        server.shutdown()
        server.server_close()


def _signer(name: str) -> CosignatureSigner:
    return CosignatureSigner(name, Ed25519PrivateKey.generate())


# Processes


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _foreign(words: list[str], command: str, config: Path, *more: str) -> str:
    done = subprocess.run(
        [*words, command, "--config", str(config), *more], check=False, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, f"the foreign witness (requirements-foreign.lock) did not `{command}`: {done.stderr}"
    return done.stdout


@contextmanager
def _process(
    words: list[str], more: dict[str, str], sign: bytes | re.Pattern | None, channel: str
) -> Iterator[tuple[subprocess.Popen, str]]:
    quiet = {"stdout": subprocess.PIPE if sign else subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(words, env={**os.environ, **more}, **quiet)
    try:
        found = re.search(sign, getattr(process, channel).readline()) if sign else None
        assert found or not sign, f"{words} did not start"
        yield process, found[1].decode() if found else ""
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + START_S_MAX
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("the foreign witness did not start")


__all__ = ["LIES", "SmallLog", "Standing", "ask", "foreign_witness", "lying_witness", "offline_witness", "origin_hash"]
__all__ += ["our_witness", "our_witness_process", "show", "slow_witness"]
