"""A receiver of webhooks that answers 429, 500, garbage, hangs, redirects inside, loses its answer or says that it is gone.

Meanwhile members reply and the worker is killed over and over. Every acknowledged reply must arrive, signed so that the
independent verifier takes it, and under one id: the same message twice is allowed (an answer may get lost), two messages
of one reply are not. Nobody may follow the redirect. Broken on purpose nothing is tried again.
"""

import contextlib
import itertools
import json
import random
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Self

from standardwebhooks.webhooks import Webhook

from tests.drills import house

REPLIES, REPLIES_LONG = 40, 400
KILLS, KILLS_LONG = 3, 15
SICK_SHARE = 0.6
FAULTS = ("busy", "error", "garbage", "hang", "redirect", "lost", "reset", "huge")


class Receiver(socketserver.StreamRequestHandler):
    """Reads one request and does what the state of the receiver says."""

    def handle(self) -> None:
        """Answer one request."""
        state: State = self.server.state  # type: ignore[attr-defined]
        line, headers = self.rfile.readline().decode(), {}
        while header := self.rfile.readline().strip().decode():
            name, _, value = header.partition(": ")
            headers[name.lower()] = value
        body = self.rfile.read(int(headers.get("content-length", 0)))
        with contextlib.suppress(OSError):
            state.answer(line.split(" ")[1] if line else "", headers, body, self)


class State:
    """What the receiver has been told, and how ill it is."""

    def __init__(self, trap: str) -> None:
        self.trap, self.secret, self.sick, self.gone = trap, "", True, 0
        self.taken: defaultdict[int, list[str]] = defaultdict(list)
        self.faults: defaultdict[str, int] = defaultdict(int)
        self.turns = itertools.cycle(FAULTS)
        self.forged, self.trapped, self.lock, self.chance = 0, 0, threading.Lock(), random.Random(7)

    def answer(self, path: str, headers: dict[str, str], body: bytes, to: socketserver.StreamRequestHandler) -> None:
        """Take a message, or be ill."""
        with self.lock:
            fault = next(self.turns) if self.sick and self.chance.random() < SICK_SHARE else ""
            if path.startswith("/trap"):
                self.trapped += 1
            if self.gone:
                self.gone, fault = self.gone - 1, "gone"
            if fault:
                self.faults[fault] += 1
            if fault in {"", "lost"}:
                self._take(headers, body)
        getattr(self, f"_{fault or 'well'}")(to)

    def _take(self, headers: dict[str, str], body: bytes) -> None:
        try:
            said: Any = Webhook(self.secret).verify(body, headers)
        except Exception:  # whatever the independent verifier does not take
            self.forged += 1
            return
        self.taken[int(said["data"]["subject"]["id"])].append(headers["webhook-id"])

    def _well(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 204 -\r\n\r\n")

    def _busy(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 429 -\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")

    def _error(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 500 -\r\nRetry-After: never\r\nContent-Length: 4\r\n\r\noops")

    def _gone(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 410 -\r\nContent-Length: 0\r\n\r\n")

    def _garbage(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(bytes(self.chance.randrange(256) for _ in range(500)))

    def _huge(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(b"HTTP/1.1 503 -\r\n\r\n" + b"x" * 500_000)

    def _hang(self, _to: socketserver.StreamRequestHandler) -> None:
        time.sleep(1.5)

    def _redirect(self, to: socketserver.StreamRequestHandler) -> None:
        to.wfile.write(f"HTTP/1.1 302 -\r\nLocation: {self.trap}\r\nContent-Length: 0\r\n\r\n".encode())

    def _lost(self, _to: socketserver.StreamRequestHandler) -> None:
        """Say nothing: the message is taken, and nobody hears of it."""

    def _reset(self, to: socketserver.StreamRequestHandler) -> None:
        to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


class Server(socketserver.ThreadingTCPServer):
    """The receiver's server."""

    allow_reuse_address = daemon_threads = True
    state: State


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Tell a sick receiver everything, with a worker that is killed again and again."""
    count, kills, began = REPLIES_LONG if long else REPLIES, KILLS_LONG if long else KILLS, time.monotonic()
    with house.empty() as place, Server(("127.0.0.1", 0), Receiver) as server:
        port = server.server_address[1]
        server.state = state = State(f"http://127.0.0.1:{port}/trap")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        more = {"PATOGH_WEBHOOKS_INSIDE": f"127.0.0.1:{port}", "DRILL_RETRIES": "0" if broken else "7"}
        env = house.environment(place, **more)
        town = house.peopled(place)
        made = teller(env, "endpoint", f"http://127.0.0.1:{port}/in")[0]
        state.secret = made["secret"]
        with Workers(env) as workers:
            acked = _ill(env, state, (town["topic"], count), made["id"], (workers, kills))
            state.sick = False
            _well_again(env, state, acked, made["id"], broken=broken)
        server.shutdown()
    return _counted(state, acked, kills, began)


def _ill(
    env: dict[str, str], state: State, what: tuple[int, int], endpoint_id: int, deaths: tuple["Workers", int]
) -> set[int]:
    """Reply while the receiver is ill and the worker dies; once the receiver says that it is gone."""
    (topic, count), (workers, kills) = what, deaths
    command = [sys.executable, "-m", "tests.drills.teller", "replies", str(topic), str(count)]
    writing = subprocess.Popen(command, env=env, cwd=house.ROOT, stdout=subprocess.PIPE, text=True)
    for number in range(kills):
        house.until(lambda: bool(state.taken) or bool(state.faults), 90)
        time.sleep(random.uniform(0.2, 1.2))
        if number == kills // 2:
            state.gone = 1
            house.until(lambda: not state.gone, 60)
        workers.kill()
        if number == kills // 2:
            teller(env, "resume", str(endpoint_id))
    said, _ = writing.communicate(timeout=300)
    enough = count // 4
    house.until(lambda: set(FAULTS) <= state.faults.keys() and sum(state.faults.values()) >= enough, 180)
    return {int(line) for line in said.split()}


def _well_again(env: dict[str, str], state: State, acked: set[int], endpoint_id: int, *, broken: bool) -> None:
    """Wait until nothing waits; then send again what was given up."""
    waiting = "SELECT count(*) FROM api_webhookdelivery WHERE state = 'waiting'"
    place = Path(env["PATOGH_DATA"])
    house.until(lambda: house.rows(place, waiting) == [(0,)] or acked <= state.taken.keys(), 180)
    teller(env, "resume", str(endpoint_id))
    if not broken:
        teller(env, "replay", str(endpoint_id))
        house.until(lambda: acked <= state.taken.keys(), 180)


def _counted(state: State, acked: set[int], kills: int, began: float) -> house.Result:
    there = {key: len(set(told)) for key, told in state.taken.items()}
    again = sum(len(told) - len(set(told)) for told in state.taken.values())
    more = {"worker_kills": kills, "faults_by_kind": dict(state.faults), "same_message_again": again,
            "forged": state.forged, "followed_inside": state.trapped}  # fmt: skip
    names, found = {str(key) for key in acked}, {str(key): times for key, times in there.items()}
    ok = not state.forged and not state.trapped and set(FAULTS) <= state.faults.keys()
    return house.counted("webhooks", names, found, kills + sum(state.faults.values()), began, ok=ok, **more)


class Workers:
    """The worker of the house, which is killed and comes back."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        house.kill(self.process.pid)
        self.process.wait()

    def start(self) -> None:
        """Begin."""
        command = [sys.executable, "-m", "tests.drills.teller", "worker"]
        log = Path(self.env["PATOGH_DATA"]) / "worker.log"
        with log.open("ab") as sink:
            self.process = subprocess.Popen(command, env=self.env, cwd=house.ROOT, stdout=sink, stderr=sink)

    def kill(self) -> None:
        """Kill -9, and begin again."""
        house.kill(self.process.pid)
        self.process.wait()
        self.start()


def teller(env: dict[str, str], *words: str) -> list[Any]:
    """Run a part that needs Django; return the lines that it printed."""
    return [json.loads(line) for line in house.output("tests.drills.teller", *words, env=env).splitlines()]


if __name__ == "__main__":
    house.tell(drill)
