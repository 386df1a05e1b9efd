"""The live hub under 10,000 listeners: memory, fan-out, and everybody coming back at once.

One hub process as `patogh up` starts it, one client process (epoll, plain sockets) on this machine. The reference in the
same run is the usual ASGI way to do it: a queue and a waiting task for each client, on the same server.
"""

import argparse
import json
import os
import resource
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.machine import cpu_seconds, free_port, machine, percentile, wait_for_port
from patogh.activity.tokens import sign

KEY = b"k" * 32
CHANNEL = "topic:1"

USUAL = """
import asyncio, json
clients = set()
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown": return
    if scope["path"] == "/publish":
        body = b""
        while True:
            message = await receive(); body += message.get("body", b"")
            if not message.get("more_body"): break
        for event in json.loads(body):
            for queue in clients: queue.put_nowait(f"event: {event['event']}\\ndata: {event['data']}\\n\\n".encode())
        await send({"type": "http.response.start", "status": 204, "headers": []}); await send({"type": "http.response.body"}); return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    await send({"type": "http.response.body", "body": b":\\n\\n", "more_body": True})
    await receive()
    queue = asyncio.Queue(); clients.add(queue)
    gone = asyncio.create_task(receive())
    while not gone.done():
        turn = asyncio.create_task(queue.get())
        await asyncio.wait({turn, gone}, return_when=asyncio.FIRST_COMPLETED)
        if turn.done(): await send({"type": "http.response.body", "body": turn.result(), "more_body": True})
    clients.discard(queue)
    turn.cancel()
    await send({"type": "http.response.body", "body": b""})
"""


def start(name: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start our hub or the usual one."""
    env = {
        **os.environ,
        "PATOGH_HUB_KEY": KEY.hex(),
        "PATOGH_HUB_HOST": "127.0.0.1",
        "PATOGH_HUB_PORT": str(port),
        "PATOGH_HUB_HOSTS": "127.0.0.1",
    }
    (folder / "usual.py").write_text(USUAL, encoding="utf-8")
    usual = [
        "uvicorn",
        "usual:app",
        "--port",
        str(port),
        "--log-level",
        "error",
        "--no-access-log",
        "--backlog",
        "16384",
        "--app-dir",
        str(folder),
    ]
    command = [sys.executable, "-m", *(["patogh.activity.hub"] if name == "hub" else usual)]
    process = subprocess.Popen(command, env=env)
    wait_for_port(port)
    return process


def connect(port: int, count: int) -> tuple[list[socket.socket], float]:
    """Open `count` listeners and wait until each has its first bytes; returns them and the seconds it took."""
    token = sign(KEY, CHANNEL, int(time.time()) + 3600)
    request = f"GET /live?channels={CHANNEL}&token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    began, poll, listeners = time.perf_counter(), select.epoll(), []
    waiting: dict[int, socket.socket] = {}
    for start_at in range(0, count, 500):
        for _ in range(min(500, count - start_at)):
            one = socket.create_connection(("127.0.0.1", port), timeout=20)
            one.setblocking(False)
            one.send(request)
            poll.register(one, select.EPOLLIN)
            waiting[one.fileno()] = one
            listeners.append(one)
        while len(waiting) > 400:
            _first_bytes(poll, waiting)
    while waiting:
        _first_bytes(poll, waiting)
    poll.close()
    return listeners, time.perf_counter() - began


def _first_bytes(poll: select.epoll, waiting: dict[int, socket.socket]) -> None:
    for number, _ in poll.poll(10):
        if number in waiting:
            said = waiting[number].recv(4096)
            if b"200 OK" not in said and b"retry" not in said and b"HTTP/1.1 200" not in said:
                raise SystemExit(f"live: a listener was refused: {said[:120]!r}")
            poll.unregister(number)
            del waiting[number]


def broadcast(port: int, listeners: list[socket.socket], secret: bytes) -> list[float]:
    """Publish one event of about 230 bytes and return when each listener had it, in milliseconds."""
    for one in listeners:
        _drain(one)
    poll = select.epoll()
    for one in listeners:
        poll.register(one, select.EPOLLIN)
    body = json.dumps(
        [{"channel": CHANNEL, "event": "post", "data": json.dumps({"number": 31, "by": "mina", "pad": "x" * 180})}]
    ).encode()
    head = (
        b"POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Patogh-Secret: "
        + secret
        + b"\r\nContent-Length: "
        + str(len(body)).encode()
        + b"\r\nConnection: close\r\n\r\n"
    )
    speaker = socket.create_connection(("127.0.0.1", port), timeout=20)
    began, arrived, by_number = time.perf_counter(), [], {one.fileno(): one for one in listeners}
    speaker.sendall(head + body)
    while len(arrived) < len(listeners):
        events = poll.poll(15, 2048)
        if not events:
            raise SystemExit(f"live: {len(listeners) - len(arrived)} listeners never heard the event")
        for number, _ in events:
            said = by_number[number].recv(4096)
            if b"event: post" in said:
                arrived.append((time.perf_counter() - began) * 1000)
                poll.unregister(number)
    speaker.close()
    poll.close()
    return arrived


def _drain(one: socket.socket) -> None:
    try:
        while one.recv(4096):
            pass
    except BlockingIOError:
        return


def pss_kb(pid: int) -> int:
    """Proportional memory of a process, in kilobytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measured(name: str, count: int, rounds: int) -> dict[str, object]:
    """Connect, broadcast, storm; return the figures."""
    import hmac

    secret = hmac.new(KEY, b"publish", "sha256").hexdigest().encode()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = start(name, port, Path(folder))
        try:
            before = pss_kb(process.pid)
            listeners, first_s = connect(port, count)
            kb = (pss_kb(process.pid) - before) / count
            cpu, times = cpu_seconds([process.pid]), []
            for _ in range(rounds):
                times += broadcast(port, listeners, secret)
            cpu_each = (cpu_seconds([process.pid]) - cpu) / rounds
            for one in listeners:
                one.close()
            listeners, storm_s = connect(port, count)
            for one in listeners:
                one.close()
        finally:
            process.kill()
            process.wait()
    return {
        "listeners": count, "connect_s": round(first_s, 2), "storm_s": round(storm_s, 2), "kb_each": round(kb, 1),
        "p50_ms": round(statistics.median(times), 1), "p99_ms": round(percentile(times, 99), 1), "cpu_s_per_broadcast": round(cpu_each, 3),
    }  # fmt: skip


def main(argv: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="patogh bench live", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--listeners", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(options.listeners, hard - 500)
    ours, usual = measured("hub", count, options.rounds), measured("usual", count, options.rounds)
    ratio = {
        "memory_usual_to_ours": round(usual["kb_each"] / ours["kb_each"], 1), "p99_usual_to_ours": round(usual["p99_ms"] / ours["p99_ms"], 1),
        "cpu_usual_to_ours": round(usual["cpu_s_per_broadcast"] / ours["cpu_s_per_broadcast"], 1),
    }  # fmt: skip
    result = {"bench": "live", "hub": ours, "usual_queue_per_client": usual, "ratio": ratio, "machine": machine()}
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"live: {count:,} listeners on one hub: {ours['kb_each']} KB each, connected in {ours['connect_s']} s, p99 {ours['p99_ms']} ms, storm {ours['storm_s']} s"
        )
        print(
            f"      a queue and a task per client: {usual['kb_each']} KB each, p99 {usual['p99_ms']} ms: {ratio['p99_usual_to_ours']}x later, {ratio['memory_usual_to_ours']}x the memory"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
