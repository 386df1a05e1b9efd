"""One real house for the walks: `patogh up` over a copy of the small demo, and the command beside it."""

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests import template

ROOT = Path(__file__).resolve().parents[2]
START_S_MAX = 240
WALKERS = ("arash", "ardalan", "hamid", "leila", "mina", "navid", "omid", "reza", "sara", "yasaman")
GIVEN = os.environ.get("PATOGH_WALK_DATA", "")  # a demo that is loaded already


class House:
    """A served hangout: its address, its data folder, and `patogh` acting on that folder."""

    def __init__(self, data: Path, port: int, environment: dict[str, str]) -> None:
        self.data, self.port, self.environment = data, port, environment
        self.base = f"http://localhost:{port}"
        self._cookies: dict[str, str] = {}

    def patogh(self, *words: str) -> str:
        """Run a command over this house's data and return what it prints; CalledProcessError when it refuses."""
        command = [sys.executable, "-m", "patogh", *words, "--data", str(self.data)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def python(self, source: str) -> str:
        """Run a few lines inside this house's Django and return what they print: looking only, a walk acts as people do."""
        before = "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'patogh.conf.settings'\ndjango.setup()\n"
        environment = {**self.environment, "PATOGH_DATA": str(self.data)}
        done = subprocess.run(
            [sys.executable, "-c", before + source],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def cookies(self, handle: str) -> list[dict[str, str]]:
        """Return the cookies that act as a demo member, as a browser takes them."""
        if not self._cookies:
            self._cookies = self._given(sorted({handle, *WALKERS}))
        if handle not in self._cookies:
            self._cookies |= self._given([handle])
        pairs = [pair.split("=", 1) for pair in self._cookies[handle].split("; ")]
        return [{"name": name, "value": value, "url": self.base} for name, value in pairs]

    def _given(self, handles: list[str]) -> dict[str, str]:
        """Ask `patogh user cookie` for several members in one process: most of it is its start."""
        asked = (
            f"from click.testing import CliRunner; from patogh.conf.cli import main\nfor one in {handles!r}:\n"
            f"    done = CliRunner().invoke(main, ['user', 'cookie', one, '--data', {str(self.data)!r}], catch_exceptions=False)\n"
            "    assert done.exit_code == 0, (one, done.output)\n    print(one, done.output.strip().partition(': ')[2], sep='\\t')"
        )
        return dict(line.split("\t", 1) for line in self.python(asked).splitlines())

    def forget(self, handle: str) -> None:
        """Let the next walk of this member begin with a session of its own."""
        self._cookies.pop(handle, None)


@contextmanager
def served(**settings: str) -> Iterator[House]:
    """Serve a fresh copy of the demo until the block ends; `settings` are environment variables of the house."""
    folder = Path(tempfile.mkdtemp(prefix="patogh-walk-"))
    data = folder / "data"
    shutil.copytree(demo(), data)
    port = free_port()
    environment = {**os.environ, **settings, "PATOGH_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
    environment.pop("PATOGH_DATABASE_URL", None)
    log = (folder / "log").open("w+")
    command = [
        sys.executable,
        "-m",
        "patogh",
        "up",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--workers",
        "1",
        "--data",
        str(data),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    house = House(data, port, environment)
    try:
        wait_for(house.base + "/readyz", process, Path(log.name))
        yield house
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def demo() -> Path:
    """Return a folder with the small demo, loaded once for this code and this day and shared by all workers."""
    if GIVEN:
        return Path(GIVEN)
    home = Path(tempfile.gettempdir()) / f"patogh-demos-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    kept = home / fingerprint()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in home.glob("*-*"):
                shutil.rmtree(old, ignore_errors=True)
            _load(kept)
    return kept


def _load(kept: Path) -> None:
    half = kept.with_name(f"{kept.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    environment = {**os.environ, "PATOGH_DATA": str(half), "PYTHONPATH": str(ROOT)}
    environment.pop("PATOGH_DATABASE_URL", None)

    def patogh(*words: str) -> None:
        command = [sys.executable, "-m", "patogh", *words, "--data", str(half)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"`patogh {words[0]}` failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")

    half.mkdir()
    template.begun(half / "patogh.sqlite3", lambda: patogh("migrate"))
    patogh("demo", "--size", "small")
    half.rename(kept)


def fingerprint() -> str:
    """Return a name that changes when the demo might: its words, its loader, models, migrations or today's date."""
    digest = hashlib.sha256()
    for pattern in (
        "conf/demo/**/*",
        "*/migrations/*.py",
        "*/models*/**/*.py",
        "*/actions/**/*.py",
        "*/models.py",
        "kit/**/*.py",
        "search/*.py",
    ):
        for path in sorted(
            path for path in (ROOT / "patogh").glob(pattern) if path.is_file() and path.suffix in {".py", ".toml"}
        ):
            digest.update(path.read_bytes())
    return f"{datetime.now(UTC):%Y%m%d}-{digest.hexdigest()[:16]}"


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until an address answers 200; raises with the end of the log when it does not."""
    end = time.monotonic() + START_S_MAX
    asked = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(asked, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.1)
    raise RuntimeError(f"the house did not open:\n{log.read_text()[-4000:]}")
