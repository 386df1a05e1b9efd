"""A disk that fills up: writes are refused with 507, nothing acknowledged is lost, work goes on when there is room.

The disk is a small tmpfs where we may mount one (root may). Else every process of the house is forbidden to make a file
grow beyond a size (RLIMIT_FSIZE), and allowed to again; SQLite calls that an I/O error, so writes are refused with 503.
The line says in `disk` which of the two it was; DRILL_NO_MOUNT=1 chooses the second.
"""

import contextlib
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.drills import house

DISK_MB = 120
LEFT_MB = 8
WEIGHT_BYTES = 20_000
FULL_ANSWERS = 20


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Fill the disk while clients write, free it, see them go on; broken on purpose it answers before it commits."""
    with tempfile.TemporaryDirectory(prefix="patogh-disk-") as name:
        size = ["-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", name]
        mount = subprocess.run(["mount", *size], check=False, capture_output=True) if _may_mount() else None
        if mount is None or mount.returncode:
            return _with_limited_files(Path(name), long=long, broken=broken)
        try:
            return _on_small_disk(Path(name), long=long, broken=broken)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def _may_mount() -> bool:
    return os.getuid() == 0 and not os.environ.get("DRILL_NO_MOUNT")


def _on_small_disk(place: Path, *, long: bool, broken: bool) -> house.Result:
    """Fill a tmpfs with ballast, again and again in the long drill."""
    house.made(place)
    ballast = place / "ballast"

    def fill() -> None:
        with contextlib.suppress(OSError):  # who writes meanwhile may have taken the room first: full is full
            ballast.write_bytes(b"x" * max(0, shutil.disk_usage(place).free - LEFT_MB * 1024 * 1024))

    port = house.free_port()
    with house.house(place, port, DRILL_BROKEN=str(int(broken))):
        return _filled(place, port, (fill, ballast.unlink), ("tmpfs", 3 if long else 1), broken=broken)


def _with_limited_files(place: Path, *, long: bool, broken: bool) -> house.Result:
    """Forbid every process of the house to make a file grow, and allow it again."""
    house.made(place)
    port = house.free_port()
    with house.house(place, port, DRILL_BROKEN=str(int(broken))) as supervisor:

        def limit(size: int) -> None:
            for pid in house.descendants(supervisor.pid):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        log = place / "patogh.sqlite3-wal"
        turns = (lambda: limit(log.stat().st_size + 100_000), lambda: limit(resource.RLIM_INFINITY))
        return _filled(place, port, turns, ("RLIMIT_FSIZE", 3 if long else 1), broken=broken)


def _filled(
    place: Path,
    port: int,
    turns: tuple[Callable[[], None], Callable[[], None]],
    how: tuple[str, int],
    *,
    broken: bool,
) -> house.Result:
    """Fill and free as often as said, and count."""
    (fill, free), (method, times), began = turns, how, time.monotonic()
    recovered, reads = [], []
    with house.Clients(port, threads=4, size_bytes=WEIGHT_BYTES, pause_s=0.01) as clients:
        for _ in range(times):
            full = _full(clients)
            house.until(lambda: bool(clients.acked), 60)
            fill()
            house.until(lambda before=full: _full(clients) > before + FULL_ANSWERS, 8 if broken else 90)
            reads.append(house.ask(port, "GET", "/healthz")[0])
            free()
            before = len(clients.acked)
            house.until(lambda before=before: len(clients.acked) > before + 20, 90)
            recovered.append(len(clients.acked) - before)
    time.sleep(0.5)
    there = house.present(place / "patogh.sqlite3")
    other = {status: count for status, count in clients.refused.items() if status not in {503, 507}}
    ok = min(recovered) > 0 and not other and set(reads) == {200} and _full(clients) > 0
    more = {"disk": method, "filled": times, "after_room": recovered, "other_answers": other}
    return house.counted("diskfull", set(clients.acked), there, _full(clients), began, ok=ok, **more)


def _full(clients: house.Clients) -> int:
    return clients.refused.get(507, 0) + clients.refused.get(503, 0)


if __name__ == "__main__":
    house.tell(drill)
