"""Full re-verification of a book of a million entries, beside bare hashing of the same bytes and a foreign audit."""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from bench.machine import machine
from patogh.kit.tlog import tiles
from patogh.kit.tlog.tree import leaf_hash
from patogh.ledger.tests.making import House, Log, Writer
from patogh.ledger.verify.log import Question, verify

T = TypeVar("T")
TARGET_S = 10.0
TARGET_ENTRIES = 1_000_000
AT_ONCE = 256 * 100
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main(argv: list[str]) -> int:
    """Measure; 0 when the book was proved within the target (scaled to the entries)."""
    given = argparse.ArgumentParser(prog="patogh bench book_verify", description=__doc__)
    given.add_argument("--json", action="store_true", help="print one JSON object")
    given.add_argument("--entries", type=int, default=TARGET_ENTRIES, help="how many entries the book has")
    given.add_argument("--processes", type=int, default=2, help="how many processes read")
    options = given.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as name:
        folder, house = Path(name), House()
        write(folder, house, options.entries)
        question = Question(str(folder), house.signer.vkey, house.policy().encode(), processes=options.processes)
        before_s = cpu_s()
        report, seconds = timed(lambda: verify(question))
        spent_s = cpu_s() - before_s
        memory_kb = [resource.getrusage(who).ru_maxrss for who in WHO]
        _, hashing_s = timed(lambda: bare(folder, options.entries))
        audit_s = foreign(folder, options.entries, bytes.fromhex(report.root))
    limit_s = TARGET_S * max(options.entries / TARGET_ENTRIES, 0.05)
    found: dict[str, Any] = {
        "bench": "book_verify", "entries": options.entries, "verify_s": round(seconds, 2),
        "cpu_s": round(spent_s, 2), "status": report.status,
        "bare_hashing_s": round(hashing_s, 2), "aics_audit_s": audit_s, "processes": options.processes,
        "times_bare_hashing": round(seconds / hashing_s, 2), "rss_mb": [round(one / 1024) for one in memory_kb],
        "target_s": limit_s, "ok": report.status == 0 and seconds <= limit_s, "machine": machine(),
    }  # fmt: skip
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0 if found["ok"] else 1


def write(folder: Path, house: House, count: int) -> None:
    """Write a sealed book of transfers, a stretch at a time, so that memory stays small."""
    writer, log = Writer(), Log(folder, house)
    while log.size < count:
        some = [writer.award() for _ in range(min(AT_ONCE, count - log.size))]
        made = tiles.grow(log.size, [leaf_hash(entry) for entry in some], log.read)
        for start in range(0, len(some), tiles.WIDTH):
            part = some[start : start + tiles.WIDTH]
            log.write(tiles.tile_path("entries", (log.size + start) // tiles.WIDTH, len(part)), tiles.bundle_of(part))
        for (level, number, width), data in made.items():
            log.write(tiles.tile_path(level, number, width), data)
        log.size += len(some)
    log.seal()


def bare(folder: Path, count: int) -> int:
    """Hash every entry and every pair, in one process, and look at nothing else: the least that a root costs."""
    level: list[bytes] = []
    for number in range(-(-count // tiles.WIDTH)):
        width = min(tiles.WIDTH, count - number * tiles.WIDTH)
        data = (folder / tiles.tile_path("entries", number, width)).read_bytes()
        level += [sha256(b"\x00" + entry).digest() for entry in tiles.entries_of(data)]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + level[len(level) & ~1 :]
    return len(level)


def foreign(folder: Path, count: int, root: bytes) -> float | None:
    """Return how long aics_tlog takes for the same folder, or None where it is not installed."""
    try:
        import aics_tlog
    except ImportError:
        return None
    _, seconds = timed(lambda: aics_tlog.audit_tiles(aics_tlog.FileSystemTileReader(folder), count, root))
    return round(seconds, 2)


def cpu_s() -> float:
    """Return the processor time that this process and its ended children have taken."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, WHO))


def timed(run: Callable[[], T]) -> tuple[T, float]:
    """Return what a run gave and its seconds."""
    began = time.perf_counter()
    return run(), time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
