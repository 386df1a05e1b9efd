"""Backups while clients write: each copy holds everything that was acknowledged before it began, and restores whole."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.drills import house

COPIES = 2
COPIES_LONG = 8


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Copy and restore under writes; broken on purpose it copies the database file as it lies there."""
    copies = COPIES_LONG if long else COPIES
    missing, checked, seconds, began = 0, 0, 0.0, time.monotonic()
    with house.folder() as place:
        port = house.free_port()
        with house.house(place, port), house.Clients(port) as clients:
            for number in range(copies):
                time.sleep(0.5)
                before = set(clients.acked)
                target = place.parent / f"{place.name}-copy-{number}"
                (copy_as_it_lies if broken else copy_by_command)(place, target)
                missing += len(before - house.present(target / "patogh.sqlite3").keys())
                checked += len(before)
                if number == copies - 1 and not broken:
                    started = time.monotonic()
                    missing += restored(target, before)
                    seconds = round(time.monotonic() - started, 2)
                shutil.rmtree(target, ignore_errors=True)
        there = house.present(place / "patogh.sqlite3")
    more = {"checked_in_copies": checked, "missing_in_copies": missing, "restore_s": seconds}
    return house.counted("copying", set(clients.acked), there, copies, began, ok=not missing, **more)


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
    house.tell(drill)
