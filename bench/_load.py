"""A small load generator: keep-alive connections in one process of its own, requests ready as bytes."""

import bisect
import contextlib
import itertools
import multiprocessing
import os
import random
import selectors
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back: how many answers by status, the times they took (seconds), the bytes."""

    statuses: dict[int, int] = field(default_factory=dict)
    times_s: list[float] = field(default_factory=list)
    bytes: int = 0
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """Answers in all."""
        return sum(self.statuses.values())

    def ms(self, share: float) -> float:
        """The time within which `share` of the answers came, in milliseconds."""
        ordered = sorted(self.times_s) or [0.0]
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)


def zipf(count: int, exponent: float = 1.0) -> list[float]:
    """Return the running sums of Zipf weights of `count` ranks."""
    return list(itertools.accumulate(1 / rank**exponent for rank in range(1, count + 1)))


def picker(sums: list[float], seed: int = 7):
    """Return a function that draws a rank."""
    chance = random.Random(seed)
    return lambda: bisect.bisect_left(sums, chance.random() * sums[-1])


def get(path: str, port: int, headers: str = "") -> bytes:
    """Return the bytes of a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode()


def run(
    port: int, requests: list[bytes], seconds: float, *, connections: int = 8, zipf_exponent: float | None = 1.0
) -> Result:
    """Send these requests for so many seconds, drawn by Zipf over their order (or in turn), from a process of its own."""
    here, there = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(
        target=_work, args=(there, port, requests, seconds, connections, zipf_exponent)
    )
    worker.start()
    found: Result = here.recv()
    worker.join()
    return found


def _work(pipe, port, requests, seconds, connections, exponent) -> None:
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    draw = (
        picker(zipf(len(requests), exponent))
        if exponent is not None
        else itertools.cycle(range(len(requests))).__next__
    )
    result, waiting = Result(), selectors.DefaultSelector()
    began = time.perf_counter()
    for _ in range(connections):
        line = Line(socket.create_connection(("127.0.0.1", port)))
        waiting.register(line.socket, selectors.EVENT_READ, line)
        line.send(requests[draw()])
    left = connections
    while left:
        for key, _events in waiting.select(5):
            line = key.data
            status = line.read()
            if status is None:
                continue
            result.statuses[status] = result.statuses.get(status, 0) + 1
            result.times_s.append(line.took_s)
            result.bytes += line.got
            if time.perf_counter() - began < seconds:
                line.send(requests[draw()])
            else:
                waiting.unregister(line.socket)
                line.socket.close()
                left -= 1
    result.seconds = time.perf_counter() - began
    pipe.send(result)


class Line:
    """One connection."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket, self.head, self.got, self.wanted, self.sent_s, self.took_s, self.status = (
            connected,
            b"",
            0,
            -1,
            0.0,
            0.0,
            0,
        )
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Ask."""
        self.head, self.got, self.wanted, self.sent_s = b"", 0, -1, time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> int | None:
        """Take what is there; the status once the answer is whole."""
        piece = self.socket.recv(262144)
        if not piece:
            raise SystemExit("bench: the server closed a connection")
        self.got += len(piece)
        if self.wanted < 0:
            self.head += piece
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.status = int(self.head[9:12])
            at = self.head[:end].lower().find(b"content-length:")
            length = int(self.head[at + 15 : self.head.find(b"\r\n", at)]) if at >= 0 else 0
            self.wanted = end + 4 + length
        if self.got < self.wanted:
            return None
        self.took_s = time.perf_counter() - self.sent_s
        return self.status
