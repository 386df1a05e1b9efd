"""Durable events over HTTP as Segment's clients send them: batches of a hundred and single ones, on SQLite and on PostgreSQL.

Real server processes (one a core, as `patogh up` starts them), real clients on sockets, answers only after the commit
(`synchronous=FULL`; PostgreSQL with its own defaults). `paced` sends 2,000 events a second and measures how long each request
takes; `full` sends as fast as answers come. Beside it stands a bare endpoint that commits one row a request. Half-way through
a last round the server is killed with -9; afterwards every acknowledged event is looked for, and everything is sent again.
"""

import argparse
import base64
import contextlib
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.machine import cpu_seconds, family, free_port, machine, percentile, rss_mb, wait_for_port
from bench.replies import postgres, python

PER_S_MIN, P99_MS_MAX = 2_000, 50
PEOPLE, NEW = 4_000, 0.05  # so many who come again and again, and the share of events of somebody new
NAMES = ("Product Viewed", "Product Added", "Asked for help", "Video Played", "Searched")

BUILD = """
import json, django
django.setup()
from patogh.api.intake.actions.sources import SourceWords, add_source
from patogh.people.models import Brand
Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
print(json.dumps(add_source(SourceWords("Bench"), by=None)[1]))
"""
COUNT = """
import json, sys, django
django.setup()
from django.db import connection
from patogh.activity.models import Activity
keys = set(json.load(sys.stdin))
found = list(Activity.objects.filter(source__startswith="intake:").values_list("key", flat=True))
print(json.dumps({"lost": len(keys - set(found)), "doubled": len(found) - len(set(found)), "rows": len(found)}))
"""


def event(chance: random.Random) -> dict[str, object]:
    """Return one event of somebody, with an id of its own."""
    key = str(uuid.uuid4())
    return {
        "type": "track", "userId": f"n-{key}" if chance.random() < NEW else f"u-{chance.randrange(PEOPLE)}", "messageId": key, "event": chance.choice(NAMES),
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "context": {"library": {"name": "bench", "version": "1"}},
        "properties": {"sku": f"L-{chance.randrange(500)}", "price": chance.randrange(10**7), "currency": "IRR", "note": "چراغ جلو، نور سفید"},
    }  # fmt: skip


class Client:
    """Connections that send at once and remember what was acknowledged."""

    def __init__(self, port: int, key: str, size: int) -> None:
        self.port, self.size = port, size
        word = base64.b64encode(f"{key}:".encode()).decode()
        self.head = {"Authorization": f"Basic {word}", "Content-Type": "application/json", "Connection": "keep-alive"}
        self.lock = threading.Lock()
        self.acked: list[str] = []
        self.sent: list[list[dict[str, object]]] = []
        self.ms: list[float] = []
        self.bad: list[object] = []

    def run(self, connections: int, seconds: float, per_s: float = 0) -> float:
        """Send for some seconds from so many connections, as fast as answers come or so many events a second; returns seconds."""
        began = time.monotonic()
        turns = itertools.count()
        gap = self.size / per_s if per_s else 0.0

        def one(number: int) -> None:
            chance, wire = random.Random(f"{number}{began}"), self.wire()
            while True:
                at = began + next(turns) * gap if gap else time.monotonic()
                if max(at, time.monotonic()) - began > seconds:
                    return
                events = [event(chance) for _ in range(self.size)]
                body = json.dumps({"batch": events, "sentAt": events[0]["timestamp"]}, ensure_ascii=False).encode()
                time.sleep(max(0.0, at - time.monotonic()))
                wire = self.send(wire, events, body, time.perf_counter())

        threads = [threading.Thread(target=one, args=(number,)) for number in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - began

    def wire(self) -> HTTPConnection:
        """Return a connection that sends at once."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.suppress(OSError):
            wire.connect()
            wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return wire

    def send(self, wire: HTTPConnection, events: list[dict[str, object]], body: bytes, began: float) -> HTTPConnection:
        """Send one batch and remember what came of it."""
        said: object = None
        try:
            wire.request("POST", "/v1/batch", body, self.head)
            answer = wire.getresponse()
            said = json.loads(answer.read()) if answer.status == 200 else answer.read() and answer.status
        except (OSError, HTTPException, ValueError) as error:
            said = repr(error)
            wire.close()
            wire = self.wire()
        took = (time.perf_counter() - began) * 1000
        with self.lock:
            self.ms.append(took)
            self.sent.append(events)
            if isinstance(said, dict) and said["accepted"] + said["duplicates"] == len(events):
                self.acked += [str(one["messageId"]) for one in events]
            else:
                self.bad.append(said)
        return wire


@contextlib.contextmanager
def house(
    env: dict[str, str], application: str = "patogh.conf.wsgi:application", port: int = 0
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve with a process a core on a free port; yields the port and the process."""
    port = port or free_port()
    words = f"--interface wsgi --http 1 --host 127.0.0.1 --port {port} --workers 2 --blocking-threads 4 --backpressure 4096 --no-ws --log-level error"
    command = [sys.executable, "-m", "granian", *words.split(), application]
    process = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        wait_for_port(port)
        yield port, process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def measured(client: Client, connections: int, seconds: float, per_s: float, pids: list[int]) -> dict[str, object]:
    """Send for a while and say how it went."""
    before, count = cpu_seconds(pids), len(client.acked)
    client.ms.clear()
    wall = client.run(connections, seconds, per_s)
    cpu, took = cpu_seconds(pids) - before, len(client.acked) - count
    return {
        "events": took, "per_s": round(took / wall), "per_cpu_s": round(took / cpu) if cpu else 0, "requests": len(client.ms),
        "p50_ms": round(statistics.median(client.ms), 1), "p99_ms": round(percentile(client.ms, 99), 1), "refused": len(client.bad),
    }  # fmt: skip


def rounds(env: dict[str, str], key: str, seconds: float, postgres_pids: list[int]) -> dict[str, object]:
    """Measure batches and single events on one house; then kill it and look for what was acknowledged."""
    found: dict[str, object] = {}
    every: list[Client] = []
    with house(env) as (port, process):
        pids = family(process.pid) + postgres_pids
        for name, size, connections, per_s in (
            ("batch_paced", 100, 4, PER_S_MIN), ("batch_full", 100, 4, 0), ("single_paced", 1, 8, 200), ("single_full", 1, 16, 0),
        ):  # fmt: skip
            client = Client(port, key, size)
            client.run(connections, 1, per_s)
            found[name] = measured(client, connections, seconds, per_s, pids)
            found[name]["bad"] = sorted({str(bad)[:80] for bad in client.bad})[:3]
            every.append(client)
        found["rss_mb"] = max(rss_mb(one) for one in family(process.pid))
    found["killed"] = killed(env, key)
    keys = [one for client in every for one in client.acked]
    return found | json.loads(python(COUNT, env, given=json.dumps(keys)))


def killed(env: dict[str, str], key: str) -> dict[str, object]:
    """Kill the house while it writes; then send everything once more to a new one: nothing lost, nothing twice."""
    with house(env) as (port, process):
        client = Client(port, key, 20)
        threading.Timer(1.5, lambda: os.killpg(process.pid, 9)).start()
        with contextlib.suppress(SystemExit):
            client.run(4, 2)
    acked = set(client.acked)
    after = json.loads(python(COUNT, env, given=json.dumps(sorted(acked))))
    with house(env) as (port, _):
        again = Client(port, key, 20)
        for events in client.sent:
            body = json.dumps({"batch": events}).encode()
            again.send(again.wire(), events, body, time.perf_counter())
    twice = json.loads(
        python(COUNT, env, given=json.dumps([str(one["messageId"]) for events in client.sent for one in events]))
    )
    return {
        "acknowledged": len(acked),
        "lost": after["lost"],
        "lost_after_resend": twice["lost"],
        "doubled": twice["doubled"],
    }


def bare(env: dict[str, str], seconds: float, postgres_pids: list[int]) -> dict[str, object]:
    """Measure an endpoint that does nothing but commit one row a request."""
    subprocess.run([sys.executable, "-c", "from bench.bare_commit import prepare; prepare()"], env=env, check=True)
    with house(env, "bench.bare_commit:application") as (port, process):
        client = Client(port, "bare", 1)
        client.run(16, 1)
        return measured(client, 16, seconds, 0, family(process.pid) + postgres_pids)


def measure_house(seconds: float, extra: dict[str, str], postgres_pids: list[int]) -> dict[str, object]:
    """Build a house, measure it and the bare endpoint beside it on the same engine."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        root = str(Path(__file__).resolve().parent.parent)
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PATOGH_DATA": folder,
            "PYTHONPATH": root,
            **extra,
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        key = json.loads(python(BUILD, env))
        found = rounds(env, key, seconds, postgres_pids)
        found["bare"] = bare({**env, "PATOGH_BARE": f"{folder}/bare.sqlite3"}, min(seconds, 3), postgres_pids)
    single, one = found["single_full"]["per_cpu_s"], found["bare"]["per_cpu_s"]
    found["ratio_single_to_bare"] = round(one / single, 2) if single else 0
    found["ratio_batch_to_bare"] = round(one / found["batch_full"]["per_cpu_s"], 2)
    return found


def is_good(found: dict[str, object]) -> bool:
    """Whether the targets are met and nothing was lost."""
    paced, full, killed_one = found["batch_paced"], found["batch_full"], found["killed"]
    whole = not (
        found["lost"]
        or found["doubled"]
        or killed_one["lost"]
        or killed_one["doubled"]
        or killed_one["lost_after_resend"]
    )
    return whole and full["per_s"] >= PER_S_MIN and paced["per_s"] >= PER_S_MIN * 0.98 and paced["p99_ms"] <= P99_MS_MAX


def main(argv: list[str]) -> int:
    """Measure and print; 0 when nothing was lost and the targets are met."""
    parser = argparse.ArgumentParser(prog="patogh bench intake", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args(argv)
    houses: dict[str, dict[str, object]] = {}
    if options.only != "postgresql":
        houses["sqlite"] = measure_house(options.seconds, {}, [])
    if options.only != "sqlite":
        with postgres() as (address, pids):
            houses["postgresql"] = measure_house(options.seconds, {"PATOGH_DATABASE_URL": address}, pids)
    result = {"bench": "intake", **houses, "machine": machine()}
    if options.json:
        print(json.dumps(result))
    else:
        for name, found in houses.items():
            for part in ("batch_paced", "batch_full", "single_paced", "single_full", "bare"):
                row = found[part]
                print(
                    f"intake: {name:10} {part:12} {row['per_s']:>6}/s {row['per_cpu_s']:>6}/cpu-s p50 {row['p50_ms']} ms p99 {row['p99_ms']} ms refused {row['refused']} {row.get('bad', '')}"
                )
            print(
                f"        lost {found['lost']} doubled {found['doubled']}; killed {found['killed']}; {found['rss_mb']} MB; bare to single {found['ratio_single_to_bare']}x, to batch {found['ratio_batch_to_bare']}x"
            )
        print(f"        on {result['machine']}")
    return 0 if all(is_good(found) for found in houses.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
