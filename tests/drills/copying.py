"""Backups while clients write: each copy holds everything that was acknowledged before it began, and restores whole."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.drills import house

COPIES = 8


def run(*, broken: bool = False, copies: int = COPIES) -> bool:
    """Run the drill; broken on purpose it copies the database file as it lies there."""
    missing, seconds, acked = 0, 0.0, 0
    with house.folder() as place:
        port = house.free_port()
        with house.house(place, port), house.Clients(port) as clients:
            for number in range(copies):
                time.sleep(0.5)
                before = set(clients.acked)
                target = place.parent / f"{place.name}-copy-{number}"
                try:
                    (copy_as_it_lies if broken else copy_by_command)(place, target)
                    missing += len(before - house.present(target / "patogh.sqlite3").keys())
                    acked += len(before)
                finally:
                    last = target if number == copies - 1 and not broken else None
                    if last:
                        began = time.monotonic()
                        missing += restored(last, before)
                        seconds = round(time.monotonic() - began, 2)
                    shutil.rmtree(target, ignore_errors=True)
        there = house.present(place / "patogh.sqlite3")
        more = {
            "copies": copies,
            "checked": acked,
            "missing_in_copies": missing,
            "restore_s": seconds,
            "broken": broken,
        }
        return house.report("copying", set(clients.acked), there, **more) and not missing


def copy_by_command(place: Path, target: Path) -> None:
    """Use `patogh backup`."""
    command = [sys.executable, "-m", "patogh", "backup", str(target)]
    subprocess.run(command, env=house.environment(place), check=True, cwd=house.ROOT, capture_output=True)


def copy_as_it_lies(place: Path, target: Path) -> None:
    """Copy the file alone, as people do: what is in its log is missing."""
    target.mkdir()
    shutil.copy2(place / "patogh.sqlite3", target)


def restored(target: Path, expected: set[str]) -> int:
    """Restore a copy into a new folder with `patogh restore`; return how many acknowledged writes are missing there."""
    fresh = target.with_name(f"{target.name}-restored")
    command = [sys.executable, "-m", "patogh", "restore", str(target), "--data", str(fresh)]
    try:
        subprocess.run(command, env=house.environment(fresh), check=True, cwd=house.ROOT, capture_output=True)
        return len(expected - house.present(fresh / "patogh.sqlite3").keys())
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(not run(broken="--broken" in sys.argv))
