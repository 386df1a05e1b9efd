"""Everything that `make test` runs, as many parts at once as keep the machine busy; exits non-zero if any part failed.

The walks and the drills wait most of the time (for a browser, for a process that was killed to come back), so they run
beside the tests that compute, and before them in the queue for a processor: they have clocks, the others have none.
"""

import argparse
import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STATIC: dict[str, list[object]] = {
    "catalogues": [sys.executable, "-m", "patogh.kit.catalogue", "--check"],
    "lint": [BIN / "ruff", "check", "--quiet", "."],
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "stairs": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "patogh"],
    "types": [BIN / "mypy", "patogh"],
}
WORKERS = os.environ.get("PATOGH_TEST_WORKERS", str(max(2, os.cpu_count() or 2)))
PATIENT = ["nice", "-n", "5"] if shutil.which("nice") else []
PYTEST: list[object] = [sys.executable, "-m", "pytest", "-q"]
BY_FILE: list[object] = ["--dist", "loadfile", "--no-loadscope-reorder"]  # conftest.py says what a file is
SHARED: list[object] = ["-n", WORKERS, *BY_FILE]
COUNTED = re.compile(r"(\d+) (passed|failed|errors?)\b")
# The hundreds of processes that the tests start compile nothing twice, even where the environment says to keep nothing.
BYTECODE = {"PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}


@dataclass
class Part:
    """One command of the run; afterwards how many tests passed and failed, its seconds, and those of a processor.

    A busy machine stretches the former, never the latter; processes that outlive whoever began them are not in them.
    """

    name: str
    command: list[object]
    env: Mapping[str, str] = field(default_factory=dict)
    passed: int = 0
    failed: int = 0
    secs: float = 0.0
    cpu: float = 0.0

    def run(self) -> "Part":
        """Run it, keeping what it says until its end, so that parts do not talk at once."""
        began = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            command = [str(word) for word in self.command]
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self.env}, stdout=said, stderr=said)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            text = said.read()
        self.secs, self.cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
        self._count(text, process.returncode)
        words = text.strip() if self.failed else "".join(text.strip().splitlines()[-1:])
        verdict = f"FAILED ({process.returncode})" if self.failed else "ok"
        print(
            f"== {self.name}: {verdict}, {self.secs:.0f} s, {self.cpu:.0f} of a processor\n{words}".strip(), flush=True
        )
        return self

    def _count(self, text: str, code: int) -> None:
        """Count the tests by pytest's last line; a command without one is one test, and so is an exit without a failure."""
        last = (text.strip().splitlines() or [""])[-1]
        for number, kind in COUNTED.findall(last):
            if kind == "passed":
                self.passed += int(number)
            else:
                self.failed += int(number)
        if code and not self.failed:
            self.failed = 1
        elif not code and not self.passed:
            self.passed = 1


def static() -> list[Part]:
    """Return the checks that run nothing of the house."""
    return [Part(name, command) for name, command in STATIC.items()]


def lanes(data: Path, address: str) -> Iterator[list[Part]]:
    """Yield what runs beside each other: drills, walks, the tests on SQLite, and the tests on a PostgreSQL of our own."""

    def env(name: str, **more: str) -> dict[str, str]:
        return {"PATOGH_DATA": str(data / name), "PATOGH_TESTING": "1", **more}

    real = [*PYTEST, "-p", "no:schemathesis"]  # what judges the description is loaded where it is asked
    walking = [*real, "-n", "2", *BY_FILE, "tests/browser"]
    yield [Part("walks", walking, env("walks", PATOGH_CHROMIUM=chromium.find()))]
    yield [Part("drills", [*real, "-n", "0", "tests/drills"], env("drills"))]
    unit = [*PATIENT, *PYTEST, *SHARED]
    yield [Part("tests on SQLite", [*unit, "-m", "not browser and not drill"], env("sqlite"))]
    other = [*unit, "-p", "tests.databases", "-m", "not browser and not sqlite"]
    own = env("postgres", PATOGH_DATABASE_URL=address)
    yield [*static(), Part("tests on PostgreSQL", other, own)]


def everything(data: Path) -> list[Part]:
    """Run all parts, each lane in its order, the lanes beside each other."""
    with postgres.server() as address:
        rows = list(lanes(data, address))
        with ThreadPoolExecutor(len(rows)) as pool:
            return [part for lane in pool.map(lambda parts: [part.run() for part in parts], rows) for part in lane]


def table(parts: list[Part], secs: float) -> str:
    """Return what ran, as one table with its sum."""
    rows = [(part.name, str(part.passed), str(part.failed), f"{part.secs:.0f}", f"{part.cpu:.0f}") for part in parts]
    counts = (str(sum(part.passed for part in parts)), str(sum(part.failed for part in parts)))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # the server of the tests too
    sums = ("all of it", *counts, f"{secs:.0f}", f"{used.ru_utime + used.ru_stime:.0f}")
    lines = [("part", "passed", "failed", "seconds", "of a processor"), *rows, sums]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(line[column].rjust(widths[column]) for column in (1, 2, 3, 4))])
        for line in lines
    )


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--static", action="store_true", help="lint, types and stairs only")
    arguments = parser.parse_args()
    began, data = time.monotonic(), Path(tempfile.mkdtemp(prefix="patogh-test-"))
    os.environ.update({"PATOGH_DATA": str(data), **BYTECODE})
    with contextlib.ExitStack() as leaving:
        leaving.callback(shutil.rmtree, data, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "patogh.kit.catalogue"], cwd=ROOT, check=True)
        parts = [part.run() for part in static()] if arguments.static else everything(data)
    print(f"\n{table(parts, time.monotonic() - began)}", flush=True)
    if any(part.failed for part in parts):
        raise SystemExit("tests: something failed; see the lines with FAILED above.")


if __name__ == "__main__":
    main()
