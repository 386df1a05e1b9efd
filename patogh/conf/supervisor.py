"""Starts the processes of the house, watches them, restarts what falls and stops them all together.

Each child leads a process group of its own, so that a killed server cannot leave workers behind, and asks the
kernel to be told when we die ourselves.
"""

import contextlib
import ctypes
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

RESTART_DELAY_S_MIN = 0.3
RESTART_DELAY_S_MAX = 30.0
STEADY_S = 60.0
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
STARTS_MAX = 3
WATCH_S = 0.1
ASK_EVERY_S = 5.0
SILENT_TIMES_MAX = 5

# Slow and idle connections cost a page process only a little memory, so it may hold many. Threads are made when needed:
# most can only wait for slow bodies, since patogh.conf.gate lets few of them run at once.
PAGE_THREADS = 256
PAGE_BACKLOG = 4096
PAGE_CONNECTIONS_PER_WORKER_MAX = 4096
PAGE_HEADER_TIMEOUT_MS = 10_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    restart_at: float = 0.0
    falls: int = field(default=0)


@dataclass(frozen=True)
class Plan:
    """What runs, and where the pages are."""

    host: str
    port: int
    children: list[Child]


def planned(
    host: str, port: int, hub_port: int, workers: int | None, application: str = "patogh.conf.wsgi:application"
) -> Plan:
    """Return the processes of a house whose pages are at `port` and whose live hub is at `hub_port`.

    The worker is last and starts when the pages answer: nobody waits for it.
    """
    from patogh.activity.tokens import hub_key
    from patogh.conf import settings

    hosts = settings.ALLOWED_HOSTS if os.environ.get("PATOGH_HOSTS") else _hosts()
    shared = {
        **os.environ,
        "PATOGH_DATA": str(settings.DATA),
        "PATOGH_LIVE_PORT": os.environ.get("PATOGH_LIVE_PORT") or str(hub_port),
        "PATOGH_HUB_PUBLISH_URL": f"http://127.0.0.1:{hub_port}/publish",
        "PATOGH_HOSTS": " ".join(hosts),
        "PATOGH_SUPERVISED": str(os.getpid()),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),  # one heap a thread would double a process
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE.parent), os.environ.get("PYTHONPATH")])),
    }
    hub = {
        "PATOGH_HUB_KEY": hub_key(settings.SECRET_KEY).hex(),
        "PATOGH_HUB_HOST": host,
        "PATOGH_HUB_PORT": str(hub_port),
        "PATOGH_HUB_HOSTS": " ".join(name.strip("[]") for name in settings.ALLOWED_HOSTS + hosts),
    }
    children = [
        Child(
            "pages",
            [*_server(host, port, workers or settings.WORKERS or len(os.sched_getaffinity(0))), application],
            shared,
        ),
        Child("hub", [sys.executable, "-m", "patogh.activity.hub"], {**shared, **hub}),
        Child("worker", [sys.executable, "-m", "patogh.activity.worker"], shared),
    ]
    return Plan(host, port, children)


def _server(host: str, port: int, workers: int) -> list[str]:
    """Return the command of the page server."""
    options = {
        "--interface": "wsgi", "--http": "1", "--host": host, "--port": str(port), "--workers": str(workers),
        "--blocking-threads": str(PAGE_THREADS), "--backlog": str(PAGE_BACKLOG),
        "--backpressure": str(PAGE_CONNECTIONS_PER_WORKER_MAX),
        "--http1-header-read-timeout": str(PAGE_HEADER_TIMEOUT_MS),
        "--workers-kill-timeout": "5", "--respawn-interval": "0.5", "--log-level": "error",
    }  # fmt: skip
    words = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "granian", *words, "--respawn-failed-workers", "--no-ws"]


def _hosts() -> list[str]:
    """Return the names under which this machine itself is known."""
    return ["localhost", "127.0.0.1", "[::1]", socket.gethostname()]


class Supervisor:
    """Keeps the children of a plan alive until it is told to stop."""

    def __init__(self, plan: Plan, say: Callable[[str], object]) -> None:
        """Take a plan and where to print."""
        self.plan = plan
        self.say = say
        self.stopping = threading.Event()
        self.exit_code = 0

    def run(self) -> int:
        """Serve until a signal says stop; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        _raise_file_limit()
        began = time.monotonic()
        try:
            for child in self.plan.children[:-1]:
                self.start(child)
            if self.wait_for_pages():
                self.greet(time.monotonic() - began)
                threading.Thread(target=self.ask_now_and_then, daemon=True).start()
            while not self.stopping.wait(WATCH_S):
                self.watch(self.plan.children)
        finally:
            self.stop()
        return self.exit_code

    def start(self, child: Child) -> None:
        """Start one child in a group of its own."""
        child.process = subprocess.Popen(  # noqa: S603 - our own commands
            child.command,
            env=child.environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, its library loaded beforehand
            stdin=subprocess.DEVNULL,
        )
        child.started_at = time.monotonic()

    def watch(self, children: list[Child]) -> None:
        """Clear away what fell, and start what is not running when its pause is over."""
        now = time.monotonic()
        for child in children:
            if child.process is None:
                if now >= child.restart_at:
                    self.start(child)
            elif child.process.poll() is not None:
                self.clear_away(child, now)
            elif child.falls and now - child.started_at > STEADY_S:
                child.falls = 0

    def clear_away(self, child: Child, now: float) -> None:
        """Kill what a fallen child left behind and say when it starts again."""
        assert child.process is not None  # noqa: S101 - watch() looked
        code = child.process.returncode
        _kill_group(child.process.pid, signal.SIGKILL)
        child.process = None
        delay = min(RESTART_DELAY_S_MIN * 2**child.falls, RESTART_DELAY_S_MAX) * random.uniform(0.8, 1.2)  # noqa: S311
        child.falls += 1
        child.restart_at = now + delay
        self.say(f"patogh: {child.name} fell ({_how(code)}); it starts again in {delay:.1f} s.")

    def wait_for_pages(self) -> bool:
        """Wait until the first page can be had; False when told to stop or when the pages do not come up."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.stopping.is_set():
            if self.pages_answer():
                return True
            self.watch(self.plan.children[:-1])
            if time.monotonic() > deadline or any(child.falls >= STARTS_MAX for child in self.plan.children):
                self.say("patogh: the processes do not come up; the lines above say why.")
                self.exit_code = 1
                self.stopping.set()
            time.sleep(0.02)
        return False

    def pages_answer(self) -> bool:
        """Return whether /healthz answers."""
        question = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection((_own(self.plan.host), self.plan.port), timeout=2) as asking:
                asking.sendall(question)
                return asking.recv(64).startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4"))
        except OSError:
            return False

    def ask_now_and_then(self) -> None:
        """Kill pages that live but have not answered several times in a row; watch() starts them again."""
        silent = 0
        while not self.stopping.wait(ASK_EVERY_S):
            silent = 0 if self.pages_answer() else silent + 1
            pages = self.plan.children[0].process
            if silent >= SILENT_TIMES_MAX and pages is not None:
                self.say("patogh: the pages do not answer any more.")
                _kill_group(pages.pid, signal.SIGKILL)
                silent = 0

    def greet(self, seconds: float) -> None:
        """Say where the hangout is, and in the demo with what names one may enter."""
        from patogh.conf import settings

        address = settings.SITE_URL or f"http://{_own(self.plan.host)}:{self.plan.port}"
        self.say(f"Patogh is open at {address}/ (started in {seconds:.1f} s; Ctrl-C stops it)")
        logins = Path(settings.DATA) / "demo"
        if settings.DEMO and logins.is_file():
            self.say(logins.read_text(encoding="utf-8").strip())

    def stop(self) -> None:
        """Ask every child to end, wait, then kill whatever is left of their groups."""
        running = [child.process for child in self.plan.children if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in running:
            _kill_group(process.pid, signal.SIGKILL)
            process.wait()


def _own(host: str) -> str:
    """Return an address by which this machine reaches itself when it listens at `host`."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound


def _kill_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a whole group; nobody left is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _how(code: int) -> str:
    """Say how a process ended."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _die_with_parent() -> None:
    """Ask the kernel to send SIGTERM when the supervisor itself is killed (Linux; elsewhere nothing happens)."""
    with contextlib.suppress(OSError, AttributeError):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _raise_file_limit() -> None:
    """Let the children open as many files as the system allows: each open page is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
