"""Kill -9 of the worker that keeps the book, of those who write and of its witnesses, at random moments.

Afterwards each acknowledged transfer has exactly one leaf, every checkpoint that anybody ever saw is a prefix of the
one log, the published folder verifies as a stranger would verify it, the operator's replay finds every invariant whole,
and no witness holds evidence. Broken on purpose the writers promise before they commit.
"""

import contextlib
import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from patogh.kit.tlog import tiles
from patogh.kit.tlog.checkpoint import parse_checkpoint
from patogh.kit.tlog.tree import Frontier, leaf_hash
from tests import postgres
from tests.drills import house

KILLS, KILLS_LONG = 12, 120
WITNESSES = 3
DURABLE = ("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "listen_addresses=", "-c", "max_connections=120")


def drill(*, long: bool = False, broken: bool = False) -> house.Result:
    """Kill one after the other; in full on SQLite and on PostgreSQL."""
    kills, began = KILLS_LONG if long else KILLS, time.monotonic()
    addresses = [""] if not long else ["", "postgresql"]
    ports = [str(house.free_port()) for _ in range(WITNESSES)]
    facts = [run(address, ("kills", str(kills), *ports), ports, broken=broken) for address in addresses]
    return counted("book_kill9", facts, kills * len(facts), began)


def run(address: str, words: tuple[str, ...], ports: list[str], *, broken: bool) -> dict[str, Any]:
    """Have the clerk work in a house of its own on this kind of database; return what was found afterwards."""
    with house.empty() as place, _database(address) as url:
        env = house.environment(place, broken=broken, PATOGH_DATABASE_URL=url, **inside(ports))
        if url:
            house.output("patogh", "migrate", env=env)
        else:
            house.made(place)
        command, trouble = [sys.executable, "-m", "tests.drills.clerk", *words], place / "trouble.txt"
        with seen_checkpoints(place) as seen, trouble.open("w") as errors:
            done = subprocess.run(command, env=env, cwd=house.ROOT, check=False, stdout=subprocess.PIPE, stderr=errors)
        if done.returncode:
            raise SystemExit(f"drill: the clerk failed: {trouble.read_text()[-2000:]}")
        return {**judged(place, env, seen), **said(done.stdout)}


def inside(ports: list[str]) -> dict[str, str]:
    """Return the settings of a book with witnesses at these ports."""
    return {
        "PATOGH_BOOK_ORIGIN": "drill.example/book",
        "PATOGH_WITNESSES_INSIDE": " ".join(f"127.0.0.1:{port}" for port in ports),
    }


@contextlib.contextmanager
def _database(address: str) -> Iterator[str]:
    """Give the address of a PostgreSQL of its own, or nothing for SQLite."""
    if not address:
        yield ""
        return
    with postgres.server(*DURABLE) as url:
        yield url


@contextlib.contextmanager
def seen_checkpoints(place: Path) -> Iterator[set[str]]:
    """Look at the published checkpoint all the time, as a stranger might, and keep each one."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                seen.add((place / "book/public/checkpoint").read_text("utf-8"))
            over.wait(0.005)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join(5)


def said(stdout: bytes) -> dict[str, Any]:
    """Return what the children said: the keys that were acknowledged, and what made somebody stumble."""
    acked, stumbled = set(), []
    for line in stdout.splitlines():
        with contextlib.suppress(ValueError):  # the last line of a child that was killed
            word = json.loads(line)
            acked.add(word) if isinstance(word, str) else stumbled.append(word["stumbled"])
    return {"acked": acked, "stumbled": stumbled}


def judged(place: Path, env: dict[str, str], seen: set[str]) -> dict[str, Any]:
    """Judge what lies in the folder: with the verifier and the replay, as processes, and against all that was seen."""
    found: dict[str, Any] = json.loads((place / "counted.json").read_text())
    public = place / "book/public"
    marked, held = witnessed(place)
    notes = {*seen, *found.pop("signed"), *marked}
    verify = exit_code(env, "book", "verify", str(public), "--policy", str(public / "policy"))
    return {
        **found, "checkpoints": len(notes), "forked": forked(public, notes), "evidence": held,
        "verify": verify, "replay": exit_code(env, "book", "replay"),
    }  # fmt: skip


def witnessed(place: Path) -> tuple[set[str], int]:
    """Return the newest notes that the witnesses cosigned, and how many refused requests they kept as evidence."""
    notes, held = set(), 0
    for home in place.glob("w[0-9]"):
        with contextlib.closing(sqlite3.connect(home / "seen.sqlite")) as opened:
            notes |= {note for (note,) in opened.execute("SELECT note FROM seen")}
        held += sum(1 for file in (home / "evidence").glob("*") if file.is_file())
    return notes, held


def forked(public: Path, notes: set[str]) -> list[str]:
    """Return the checkpoints that are no prefix of the published entries, counted from the entries themselves."""
    asked: dict[int, list[tuple[bytes, str]]] = {}
    for note in notes:
        checkpoint, _ = parse_checkpoint(note)
        asked.setdefault(checkpoint.size, []).append((checkpoint.root, note))
    size = max(asked, default=0)
    frontier, wrong = Frontier(), list[str]()
    for entry in published_entries(public, parse_checkpoint((public / "checkpoint").read_bytes())[0].size):
        frontier.append(leaf_hash(entry))
        for root, note in asked.pop(frontier.size, ()):
            if root != frontier.root():
                wrong.append(note)
    return wrong + [note for later in asked.values() for _, note in later if size]


def published_entries(public: Path, size: int) -> Iterator[bytes]:
    """Yield the published entries."""
    for start in range(0, size, tiles.WIDTH):
        path = tiles.tile_path("entries", start // tiles.WIDTH, min(tiles.WIDTH, size - start))
        yield from tiles.entries_of((public / path).read_bytes())


def exit_code(env: dict[str, str], *words: str) -> int:
    """Run a command of the house as a process and return its exit code; what it says goes to stderr when it is not 0."""
    command = [sys.executable, "-m", "patogh", *words]
    done = subprocess.run(command, env=env, cwd=house.ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{' '.join(words)}: {done.stdout[-1500:]}{done.stderr[-1500:]}", file=sys.stderr, flush=True)
    return done.returncode


def counted(drill: str, facts: list[dict[str, Any]], faults: int, began: float) -> house.Result:
    """Add up what was found in each house."""
    acked = set().union(*(one["acked"] for one in facts))
    there = {key: count for one in facts for key, count in one["there"].items()}
    ok = all(
        not (one["forked"] or one["evidence"] or one["verify"] or one["replay"] or one["waiting"] or one["stumbled"])
        for one in facts
    )
    names = ("size", "checkpoints", "witnessed_seals", "evidence", "verify", "replay", "waiting")
    more = {name: [one[name] for one in facts] for name in names}
    more["forked"], more["stumbled"] = [len(one["forked"]) for one in facts], [one["stumbled"][:3] for one in facts]
    return house.counted(drill, acked, there, faults, began, ok=ok, **more)


if __name__ == "__main__":
    house.tell(drill)
