"""Everything that `make test` runs, in the order in which a mistake is cheapest to find; exits non-zero if any part failed."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STATIC = {
    "catalogues": [sys.executable, "-m", "patogh.kit.catalogue", "--check"],
    "lint": [BIN / "ruff", "check", "--quiet", "."],
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "stairs": [BIN / "lint-imports"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "patogh"],
    "types": [BIN / "mypy", "patogh"],
}
WORKERS = os.environ.get("PATOGH_TEST_WORKERS", str(max(2, os.cpu_count() or 2)))


def step(name: str, command: list[object], **env: str) -> bool:
    """Run one part and say how it went and how long it took."""
    began = time.monotonic()
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env={**os.environ, **env}, check=False)
    verdict = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
    print(f"== {name}: {verdict}, {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode == 0


def suites(data: Path) -> list[bool]:
    """Run the tests on SQLite with the browser walks, then on a PostgreSQL of our own without them."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", WORKERS, "--dist", "loadgroup"]
    results = [
        step(
            "tests on SQLite",
            pytest,
            PATOGH_DATA=str(data / "sqlite"),
            PATOGH_CHROMIUM=chromium.find(),
            PATOGH_TESTING="1",
        )
    ]
    with postgres.server() as address:
        env = {"PATOGH_DATA": str(data / "postgres"), "PATOGH_DATABASE_URL": address, "PATOGH_TESTING": "1"}
        results.append(
            step("tests on PostgreSQL", [*pytest, "-p", "tests.databases", "-m", "not browser and not sqlite"], **env)
        )
    return results


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--static", action="store_true", help="lint, types and stairs only")
    arguments = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="patogh-test-"))
    os.environ["PATOGH_DATA"] = str(data)
    try:
        subprocess.run([sys.executable, "-m", "patogh.kit.catalogue"], cwd=ROOT, check=True)
        results = [step(name, command) for name, command in STATIC.items()]
        if not arguments.static:
            results += suites(data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    if not all(results):
        raise SystemExit("tests: something failed; see the lines with FAILED above.")


if __name__ == "__main__":
    main()
