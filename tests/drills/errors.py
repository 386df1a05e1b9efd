"""Errors of the disk while writing: flushes that fail, writes that find no room, slow flushes (injected by strace).

strace's injections: https://man7.org/linux/man-pages/man1/strace.1.html
"""

import shutil
import subprocess
import sys
import time

from tests.drills import house

FAULTS = {
    "flush fails": "fdatasync,fsync:error=EIO:when=5+10",
    "no room": "pwrite64:error=ENOSPC:when=300+50",
    "flush is slow": "fdatasync,fsync:delay_enter=30000",
}
SECONDS = 2.0
SECONDS_LONG = 6.0


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Write under each fault (the short drill: under one); broken on purpose it answers before it commits."""
    if shutil.which("strace") is None:
        note = "strace is not installed, so no error can be injected"
        return house.Result("errors", 0, 0, 0, 0, 0.0, more={"note": note})
    began = time.monotonic()
    chosen = FAULTS if long and not broken else {"no room": FAULTS["no room"]}
    acked: set[str] = set()
    there: dict[str, int] = {}
    refused: dict[str, dict[int, int]] = {}
    for name, fault in chosen.items():
        clients, found = _under(fault, broken=broken, seconds=SECONDS_LONG if long else SECONDS)
        acked, there, refused[name] = acked | set(clients.acked), there | found, clients.refused
    faults = sum(sum(answers.values()) for answers in refused.values())
    return house.counted("errors", acked, there, faults, began, refused=refused)


def _under(fault: str, *, broken: bool, seconds: float) -> tuple[house.Clients, dict[str, int]]:
    """Write to a door whose disk has this fault."""
    with house.folder() as place:
        port = house.free_port()
        database = place / "patogh.sqlite3"
        server = [sys.executable, "-m", "tests.drills.kill9", "--serve", str(port)]
        watched = ["-P", str(database), "-P", f"{database}-wal"]
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", "trace=fdatasync,fsync,pwrite64"]
        env = house.environment(place, broken=broken, DRILL_KILLS="0", DRILL_LIFE_S=str(seconds + 6))
        process = subprocess.Popen(
            [*trace, *watched, "-e", f"inject={fault}", *server], env=env, cwd=house.ROOT, stderr=subprocess.DEVNULL
        )
        try:
            house.wait_for(port)
            with house.Clients(port) as clients:
                time.sleep(seconds)
        finally:
            process.wait(60)
        return clients, house.present(database)


if __name__ == "__main__":
    house.tell(drill)
