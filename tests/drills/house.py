"""What the drills share: a house in a folder of its own, clients that retry with their keys, and the count after."""

import atexit
import contextlib
import functools
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests import template

ROOT = Path(__file__).resolve().parents[2]
RETRY_S, RETRY_S_MAX = 0.03, 0.2  # who finds a closed door waits longer: knocking takes time from those who open it


def environment(folder: Path, *, broken: bool = False, **more: str) -> dict[str, str]:
    """Return the environment of processes that work in `folder`."""
    own = {
        "PATOGH_DATA": str(folder),
        "PATOGH_DATABASE_URL": "",
        "PYTHONPATH": str(ROOT),
        "DRILL_BROKEN": str(int(broken)),
    }
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "patogh.conf.settings", **more}


@contextlib.contextmanager
def empty() -> Iterator[Path]:
    """Make an empty folder, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="patogh-drill-") as name:
        yield Path(name)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Make a folder with a fresh database, gone at the end."""
    with empty() as place:
        made(place)
        yield place


def made(place: Path) -> None:
    """Make the database in a folder: a copy of one that this process made once."""
    shutil.copytree(_bare(), place, dirs_exist_ok=True)


def peopled(place: Path) -> dict[str, Any]:
    """Make the database in a folder with a community in it; return its topic and the cookies of its members."""
    shutil.copytree(_peopled(), place, dirs_exist_ok=True)
    found: dict[str, Any] = json.loads((place / "town.json").read_text())
    return found


@functools.cache
def _bare() -> Path:
    place = _kept("bare")
    template.begun(place / "patogh.sqlite3", lambda: output("patogh", "migrate", env=environment(place)))
    _settle(place)
    return place


@functools.cache
def _peopled() -> Path:
    place = _kept("town")
    made(place)
    (place / "town.json").write_text(output("tests.drills.town", env=environment(place)))
    _settle(place)
    return place


def _kept(name: str) -> Path:
    place = Path(tempfile.mkdtemp(prefix=f"patogh-drill-{name}-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _settle(place: Path) -> None:
    """Bring what is in the log into the database file, so that it may be copied; the copies keep a log too."""
    with contextlib.closing(sqlite3.connect(place / "patogh.sqlite3")) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def output(module: str, *words: str, env: dict[str, str]) -> str:
    """Run a module to its end and return what it printed."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"drill: {module} failed: {done.stderr[-2000:]}")
    return done.stdout


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def house(place: Path, port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the supervisor with the drill's page server; stopped as an operator would stop it."""
    command = [sys.executable, "-m", "tests.drills.serve", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} if not os.environ.get("DRILL_LOUD") else {}
    process = subprocess.Popen(command, env=environment(place, **more), cwd=ROOT, start_new_session=True, **quiet)
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait(90)
        if left := in_session(process.pid):
            raise SystemExit(f"drill: processes were left behind: {left}")


def wait_for(port: int, seconds: float = 180.0) -> None:
    """Wait until the pages answer."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port, "GET", "/healthz")[0] == 200:
                return
        if time.monotonic() > deadline:
            raise SystemExit(f"drill: nothing answers at port {port}")
        time.sleep(0.05)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, timeout: float = 10.0, **headers: str
) -> tuple[int, str]:
    """Make one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[1]) == pid and words[0] != "Z":
                child = int(stat.parent.name)
                found += [child, *descendants(child)]
    return found


def in_session(supervisor: int) -> list[int]:
    """Return the processes whose supervisor was `supervisor` (they carry its number in their environment)."""
    mark = f"PATOGH_SUPERVISED={supervisor}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


@dataclass
class Clients:
    """Threads that write under a key each and repeat it until it is acknowledged."""

    port: int
    threads: int = 8
    size_bytes: int = 0
    pause_s: float = 0.0
    acked: dict[str, str] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    retried: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.running = [threading.Thread(target=self.work, daemon=True) for _ in range(self.threads)]
        for thread in self.running:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        for thread in self.running:
            thread.join(20)

    def work(self) -> None:
        """Write until told to stop."""
        while not self.stopping.is_set():
            key, wait_s = str(uuid.uuid4()), RETRY_S
            while not self.try_once(key) and not self.stopping.is_set():
                self.retried += 1
                time.sleep(wait_s)
                wait_s = min(1.5 * wait_s, RETRY_S_MAX)
            time.sleep(self.pause_s)

    def try_once(self, key: str) -> bool:
        """Make one try; note what was acknowledged."""
        try:
            status, said = ask(self.port, "POST", "/write", str(self.size_bytes).encode(), Idempotency_Key=key)
        except (OSError, http.client.HTTPException):
            return False
        if status == 200:
            self.acked[key] = said
        else:
            self.refused[status] = self.refused.get(status, 0) + 1
        return status == 200


def present(database: Path) -> dict[str, int]:
    """Return how often each key is on the road of a database file."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        opened.create_function("REGEXP", 2, lambda pattern, value: bool(re.search(pattern, str(value))))
        verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
        assert verdict == "ok", verdict
        sql = "SELECT json_extract(data, '$.key'), count(*) FROM activity_activity WHERE verb = ? GROUP BY 1"
        return dict(opened.execute(sql, ["activity.drill_written"]))


@dataclass(frozen=True)
class Result:
    """What a drill counted. It passed when something was acknowledged, nothing of it lost, nothing doubled and `ok`."""

    drill: str
    faults: int
    acked: int
    lost: int
    duplicates: int
    secs: float
    ok: bool = True
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing was lost or doubled (and there was something to lose)."""
        return bool(self.acked) and not self.lost and not self.duplicates and self.ok

    def line(self) -> str:
        """Return the one line of JSON."""
        facts = {name: value for name, value in vars(self).items() if name not in {"more", "ok"}}
        return json.dumps({**facts, "passed": self.passed, **self.more}, ensure_ascii=False)


def counted(
    drill: str, acked: set[str], there: dict[str, int], faults: int, began: float, *, ok: bool = True, **more: Any
) -> Result:
    """Compare what was acknowledged with how often it is there."""
    lost = len(acked - there.keys())
    doubled = sum(1 for count in there.values() if count > 1)
    return Result(drill, faults, len(acked), lost, doubled, round(time.monotonic() - began, 1), ok, more)


def tell(drill: Any) -> None:
    """Run a drill as the words of the command line want it, print its line and leave with its verdict."""
    result = drill(long="--long" in sys.argv, broken="--broken" in sys.argv)
    print(result.line(), flush=True)
    sys.exit(not result.passed)


def rows(place: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read the database of a house from outside."""
    with contextlib.closing(sqlite3.connect(place / "patogh.sqlite3", timeout=20)) as opened:
        return opened.execute(sql).fetchall()


def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so, or for so long."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)


def kill(pid: int) -> None:
    """Kill -9; a process that is gone already is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
