"""A disk that fills up: writes are refused with 507, nothing acknowledged is lost, work goes on when there is room.

The disk is a small tmpfs, which takes root; without it the drill `errors` makes writes fail instead.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.drills import house

DISK_MB = 120
LEFT_MB = 8
WEIGHT_BYTES = 20_000


def run(*, broken: bool = False) -> bool:
    """Run the drill; return whether it passed."""
    with tempfile.TemporaryDirectory(prefix="patogh-disk-") as name:
        place = Path(name)
        mounted = os.getuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", name], check=False, capture_output=True
        ).returncode == 0  # fmt: skip
        if not mounted:
            print(
                '{"drill": "diskfull", "note": "no tmpfs without root; the drill `errors` makes writes fail instead"}'
            )
            return not broken
        try:
            return _on_small_disk(place, broken=broken)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def _on_small_disk(place: Path, *, broken: bool) -> bool:
    """Fill the disk while clients write; free it; see them go on."""
    house.made(place)
    ballast = place / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(place).free - LEFT_MB * 1024 * 1024))
    port = house.free_port()
    with house.house(place, port, DRILL_BROKEN=str(int(broken))):
        with house.Clients(port, threads=4, size_bytes=WEIGHT_BYTES, pause_s=0.01) as clients:
            _until(lambda: clients.refused.get(507, 0) > 20, 12 if broken else 40)
            full = dict(clients.refused)
            reads = house.ask(port, "GET", "/healthz")[0]
            ballast.unlink()
            before = len(clients.acked)
            _until(lambda: len(clients.acked) > before + 20, 20)
            recovered = len(clients.acked) - before
        time.sleep(0.5)
    there = house.present(place / "patogh.sqlite3")
    other = {status: count for status, count in clients.refused.items() if status not in {503, 507}}
    more = {
        "refused_while_full": full,
        "reads_while_full": reads,
        "after_room": recovered,
        "other_answers": other,
        "broken": broken,
    }
    return house.report("diskfull", set(clients.acked), there, **more) and recovered > 0 and not other


def _until(true, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(not run(broken="--broken" in sys.argv))
