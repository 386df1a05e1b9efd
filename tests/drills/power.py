"""Power cuts: record writes, flushes and acknowledgements in order, then replay cuts that drop or tear the unflushed.

The writes are those of the door on a real file, recorded by strace. At each cut every write since the last flush of its
file is kept, lost, or torn at a sector. A cut fails when the database does not open whole, or when something that was
acknowledged before it is gone. Broken on purpose it records `synchronous=OFF`.
"""

import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.drills import house

CUTS, CUTS_LONG = 60, 300
WRITES, WRITES_LONG = 60, 200
THREADS = 4
SECTOR_BYTES = 512
LINE = re.compile(
    r"^(?P<pid>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\(\d+<(?P<path>[^>]*)>(?P<rest>.*))"
)
WRITTEN = re.compile(r'^, "(?P<data>(?:\\x[0-9a-f]{2})*)", \d+(?:, (?P<offset>\d+))?')


@dataclass
class File:
    """One file as it surely is on the disk, and what was written since its last flush."""

    sure: bytearray = field(default_factory=bytearray)
    unsure: list[tuple[int, bytes | None]] = field(default_factory=list)

    def flush(self, count: int) -> None:
        """Make the first `count` unsure writes sure."""
        for offset, data in self.unsure[:count]:
            put(self.sure, offset, data)
        del self.unsure[:count]

    def after_cut(self, chance: random.Random) -> bytes:
        """Return what a cut may leave."""
        left = bytearray(self.sure)
        for offset, data in self.unsure:
            fate = chance.random()
            if data is None or fate < 0.4:
                if fate < 0.4:
                    put(left, offset, data)
            elif fate < 0.7:
                put(
                    left,
                    offset,
                    data[: chance.randrange(0, len(data), SECTOR_BYTES)] if len(data) > SECTOR_BYTES else data,
                )
        return bytes(left)


def put(body: bytearray, offset: int, data: bytes | None) -> None:
    """Write into a file's bytes, or cut it off at `offset` when there is no data."""
    if data is None:
        del body[offset:]
        return
    body.extend(bytes(max(0, offset - len(body))))
    body[offset : offset + len(data)] = data


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Cut the power; broken on purpose the database does not wait for the disk. A file that does not open counts as lost."""
    if shutil.which("strace") is None:
        note = "strace is not installed, so the order of writes cannot be recorded"
        return house.Result("power", 0, 0, 0, 0, 0.0, more={"note": note})
    began, cuts, writes = time.monotonic(), CUTS_LONG if long else CUTS, WRITES_LONG if long else WRITES
    with house.folder() as place, tempfile.TemporaryDirectory() as scratch:
        database, trace = place / "patogh.sqlite3", Path(scratch) / "trace"
        with contextlib.closing(sqlite3.connect(database)) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (place / "acks").touch()
        files = {str(database): File(bytearray(database.read_bytes())), f"{database}-wal": File()}
        calls = "trace=pwrite64,write,fdatasync,fsync,ftruncate"
        command = ["strace", "-f", "-y", "-xx", "-s", "70000", "--seccomp-bpf", "-e", calls, "-o", str(trace)]
        watched = [word for path in (*files, str(place / "acks")) for word in ("-P", path)]
        work = [sys.executable, "-m", "tests.drills.power", "--write", str(writes)]
        env = house.environment(place, DRILL_POWER_OFF=str(int(broken)))
        subprocess.run([*command, *watched, *work], env=env, cwd=house.ROOT, check=True)
        moments, acked, lost, corrupt = replayed(trace, files, Path(scratch), cuts)
    more = {"corrupt": corrupt}
    return house.Result("power", moments, acked, lost, 0, round(time.monotonic() - began, 1), not corrupt, more)


def replayed(trace: Path, files: dict[str, File], scratch: Path, cuts: int) -> tuple[int, int, int, int]:
    """Walk through what was recorded and cut the power at random moments: how many, acknowledged, lost, corrupt."""
    lines = trace.read_text().splitlines()
    chance = random.Random(7)
    moments = set(chance.sample(range(len(lines)), min(cuts, len(lines))))
    acked: set[str] = set()
    flushing: dict[str, tuple[str, int]] = {}
    lost = corrupt = 0
    for number, line in enumerate(lines):
        step(line, files, acked, flushing)
        if number in moments:
            there = left_after_cut(files, scratch, chance)
            corrupt += there is None
            lost += len(acked - there) if there is not None else 0
    return len(moments), len(acked), lost, corrupt


def step(line: str, files: dict[str, File], acked: set[str], flushing: dict[str, tuple[str, int]]) -> None:
    """Apply one recorded call; a flush counts for what was written before it began, once it has ended."""
    found = LINE.match(line)
    if found is None:
        return
    if found["resumed"] in {"fdatasync", "fsync"} and found["pid"] in flushing:
        path, count = flushing.pop(found["pid"])
        if line.endswith("= 0"):
            files[path].flush(count)
        return
    path = plain(found["path"] or "").decode()
    written = WRITTEN.match(found["rest"] or "")
    if path.endswith("/acks") and written:
        acked.update(plain(written["data"]).decode().split())
    elif path in files:
        _change(found["call"], found["pid"], found["rest"], path, (files, flushing))


def plain(escaped: str) -> bytes:
    """Return the bytes that strace wrote as \\x2f\\x74…"""
    return bytes.fromhex(escaped.replace("\\x", ""))


def _change(
    call: str, pid: str, rest: str, path: str, state: tuple[dict[str, File], dict[str, tuple[str, int]]]
) -> None:
    """Apply a write, a truncation or the beginning of a flush."""
    files, flushing = state
    file = files[path]
    if call in {"fdatasync", "fsync"}:
        if "unfinished" in rest:
            flushing[pid] = (path, len(file.unsure))
        elif rest.endswith("= 0"):
            file.flush(len(file.unsure))
    elif call == "ftruncate":
        file.unsure.append((int(re.findall(r"\d+", rest)[0]), None))
    elif written := WRITTEN.match(rest):
        file.unsure.append((int(written["offset"] or 0), plain(written["data"])))


def left_after_cut(files: dict[str, File], scratch: Path, chance: random.Random) -> set[str] | None:
    """Write the files as a cut may leave them and return the keys in the database; None when it is not whole."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        for path, file in files.items():
            (Path(name) / Path(path).name).write_bytes(file.after_cut(chance))
        try:
            return set(house.present(Path(name) / "patogh.sqlite3"))
        except (sqlite3.DatabaseError, AssertionError):
            return None


def write_much(count: int) -> None:
    """Write through the door from several threads; append each key to the file `acks` once it is acknowledged."""
    from django.conf import settings
    from django.db import connections

    if os.environ["DRILL_POWER_OFF"] == "1":
        options = connections.settings["default"]["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    from tests.drills.app import write

    acks = os.open(settings.DATA / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work(who: int) -> None:
        for number in range(count // THREADS):
            key = f"{who}-{number}"
            write(key, size_bytes=3000)
            os.write(acks, f"{key} ".encode())

    threads = [threading.Thread(target=work, args=(who,)) for who in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_much(int(sys.argv[-1]))
        os._exit(0)
    house.tell(drill)
