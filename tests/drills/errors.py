"""Errors of the disk while writing: flushes that fail, writes that find no room, slow flushes (injected by strace).

strace's injections: https://man7.org/linux/man-pages/man1/strace.1.html
"""

import json
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
SECONDS = 6.0


def run(*, broken: bool = False, faults: dict[str, str] | None = None, seconds: float = SECONDS) -> bool:
    """Run the drill under each fault; return whether all passed."""
    if shutil.which("strace") is None:
        print(
            json.dumps({"drill": "errors", "note": "strace is not installed, so no error can be injected"}), flush=True
        )
        return not broken
    if broken:
        faults = {"no room": FAULTS["no room"]}
    results = [_under(name, fault, broken=broken, seconds=seconds) for name, fault in (faults or FAULTS).items()]
    return all(results)


def _under(name: str, fault: str, *, broken: bool, seconds: float) -> bool:
    """Write to a door whose disk has this fault."""
    with house.folder() as place:
        port = house.free_port()
        database = place / "patogh.sqlite3"
        server = [sys.executable, "-m", "tests.drills.kill9", "--serve", str(port)]
        watched = ["-P", str(database), "-P", f"{database}-wal"]
        command = [
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "--seccomp-bpf",
            "-e",
            "trace=fdatasync,fsync,pwrite64",
            *watched,
            "-e",
            f"inject={fault}",
            *server,
        ]
        env = house.environment(place, broken=broken, DRILL_KILLS="0", DRILL_LIFE_S=str(seconds + 6))
        process = subprocess.Popen(command, env=env, cwd=house.ROOT, stderr=subprocess.DEVNULL)
        try:
            house.wait_for(port)
            with house.Clients(port) as clients:
                time.sleep(seconds)
        finally:
            process.wait(60)
        more = {"fault": name, "refused": clients.refused, "retried": clients.retried, "broken": broken}
        return house.report("errors", set(clients.acked), house.present(database), **more)


if __name__ == "__main__":
    sys.exit(not run(broken="--broken" in sys.argv))
