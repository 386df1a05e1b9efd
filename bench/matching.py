"""One new record against everybody: how long the live index takes, and whether it finds who is known, at 1,000,000 records.

The records are the Persian corpus of `bench/people.py` (names as frequent as in life, in both scripts), several a person, with typing mistakes,
moves and households; `--kind held-out-persian` takes people spoilt in ways that no rule was tuned on. Every two-hundredth is kept out of the index
and asked for as somebody new: its time is the whole way from the words to the scored candidates, on the clock and in CPU (client and server).
Beside it stand the same questions with twenty-five times fewer records: a key must cost the same however many are there.

`--keep FOLDER` keeps what was made, so that the next run only asks. Every run reads the house's files once before it asks, as a house that has
been running; `--cold` asks a few hundred times more after its pages were put out of the machine's memory.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._site import ROOT, inside
from bench.machine import machine

P99_MS_MAX = 5.0
COLD_ASKED = 300
# For loading alone: a house that is interrupted is made anew.
HURRIED = [
    "-c",
    "listen_addresses=",
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "wal_level=minimal",
    "-c",
    "max_wal_senders=0",
    "-c",
    "max_wal_size=8GB",
]
DURABLE = ("-c", "listen_addresses=")


def step(env: dict[str, str], *words: object) -> dict[str, object]:
    """Run one step of `bench._matching` inside the house and return what it prints last."""
    return inside(env, "-m", "bench._matching", *words)


def environment(folder: Path, address: str = "") -> dict[str, str]:
    """Return the environment of a house; all of them hash with one secret, so that they share the files."""
    house = {
        "DJANGO_SETTINGS_MODULE": "bench.settings", "PATOGH_DATA": str(folder), "PYTHONPATH": str(ROOT),
        "PATOGH_SECRET_KEY": "measured" * 8, "PATOGH_DATABASE_URL": address,
    }  # fmt: skip
    return {**os.environ, **house}


def once(mark: Path, make: object) -> dict[str, object]:
    """Return what a step said, run now or kept from an earlier run."""
    if not mark.exists():
        mark.write_text(json.dumps(make()), encoding="utf-8")
    return dict(json.loads(mark.read_text(encoding="utf-8")))


def prepared(folder: Path, records: int, kind: str) -> dict[str, object]:
    """Return what was written of a corpus, once."""
    return once(folder / "made.json", lambda: step(environment(folder), "prepare", folder, records, kind))


def filled(env: dict[str, str], files: Path) -> dict[str, object]:
    """Make the tables of a house and load the files."""
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
    return step(env, "load", files)


def sqlite(house: Path, files: Path, options: argparse.Namespace, asked: int) -> dict[str, object]:
    """Measure a house on SQLite."""
    house.mkdir(exist_ok=True)
    env, file = environment(house), house / "patogh.sqlite3"
    if not (house / "loaded.json").exists():
        file.unlink(missing_ok=True)
    said = once(house / "loaded.json", lambda: filled(env, files))
    if options.made:
        return said
    size = read_through([file])
    said = {**said, "gb": size, **step(env, "ask", files, asked)}
    if options.cold:
        put_out([file])
        said["cold"] = step(env, "ask", files, COLD_ASKED)
    return said


def postgresql(house: Path, files: Path, options: argparse.Namespace, asked: int) -> dict[str, object]:
    """Measure a house on PostgreSQL with the durability of its defaults."""
    from tests.postgres import server

    house.mkdir(exist_ok=True)
    mark, cluster = house / "loaded.json", house / "cluster"

    def make() -> dict[str, object]:
        shutil.rmtree(cluster, ignore_errors=True)
        with server(*HURRIED, at=cluster) as address:
            return filled(environment(house, address), files)

    said = once(mark, make)
    if options.made:
        return said
    tables = [one for one in (cluster / "data" / "base").rglob("*") if one.is_file()]
    size = read_through(tables)
    with server(*DURABLE, at=cluster) as address:
        said = {**said, "gb": size, **step(environment(house, address), "ask", files, asked)}
    if options.cold:
        put_out(tables)
        with server(*DURABLE, at=cluster) as address:
            said["cold"] = step(environment(house, address), "ask", files, COLD_ASKED)
    return said


def read_through(files: list[Path]) -> float:
    """Read files once, as a house that has been running did; return their size in GB."""
    size = 0
    for file in files:
        with file.open("rb", buffering=0) as one:
            while said := one.read(1 << 22):
                size += len(said)
    return round(size / 1e9, 2)


def put_out(files: list[Path]) -> None:
    """Put the pages of files out of the machine's memory."""
    os.sync()
    for file in files:
        with file.open("rb") as one:
            os.posix_fadvise(one.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextlib.contextmanager
def folder_of(kept: str | None, name: str) -> Iterator[Path]:
    """Yield a folder that stays, or one that goes."""
    if kept:
        folder = Path(kept).resolve() / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def main(argv: list[str]) -> int:
    """Measure and print; 0 when one record is matched within the target."""
    parser = argparse.ArgumentParser(prog="patogh bench matching", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--records", type=int, default=1_000_000, help="records in the index")
    parser.add_argument("--asked", type=int, default=4_000, help="new records that are asked for")
    parser.add_argument("--kind", default="persian", help="persian, customers, held-out-persian or held-out-customers")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    parser.add_argument("--keep", help="a folder where what was made stays for the next run")
    parser.add_argument("--made", action="store_true", help="only make what --keep keeps")
    parser.add_argument("--cold", action="store_true", help="ask again with nothing in the machine's memory")
    options = parser.parse_args(argv)
    result: dict[str, object] = {"bench": "matching", "machine": machine()}
    measure = {"sqlite": sqlite, "postgresql": postgresql}
    few = max(40_000, options.records // 25)
    with folder_of(options.keep, f"{options.kind}-{options.records}") as files:
        result["files"] = prepared(files, options.records, options.kind)
        for name in [options.only] if options.only else measure:
            result[name] = measure[name](files / name, files, options, options.asked)
    if few < options.records and not options.made and options.only != "postgresql":
        with folder_of(options.keep, f"{options.kind}-{few}") as files:
            prepared(files, few, options.kind)
            result["sqlite_few"] = sqlite(files / "sqlite", files, options, 200)
    houses = [each for each in (result.get("sqlite"), result.get("postgresql")) if isinstance(each, dict)]
    is_ok = options.made or all(float(str(one["p99_ms"])) <= P99_MS_MAX for one in houses)
    result |= {"load_after": os.getloadavg()[0], "p99_ms_max": P99_MS_MAX, "ok": is_ok}
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, one in result.items():
            print(f"{name}: {one}")
    return 0 if is_ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
