"""How long it really takes from an act until the book says "witnessed k of n" of it, with every period as it is shipped.

A house as `patogh up` serves it (pages, hub, worker) and three `patogh witness` processes on the loopback. Acts come one by one
at odd moments, by turns a line of points and a decision about an idea; another process looks at the standing of each, as its page
does, ten times a second. The reference in the same run are points that are given their leaf and sealed by hand, at once.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._site import ROOT, on_both
from bench.machine import free_port, machine, wait_for_port
from bench.transfers import house, python

P95_S_MAX, WITNESSES = 15.0, 3

MAKE = """
from patogh.ideas.actions import drafting, moving, programmes
from patogh.ideas.models import Programme
from patogh.ideas.terms import Station, Terms
from patogh.people.models import RoleGrant
owner = Member.objects.get(handle="purse_0")
Member.objects.filter(pk=owner.pk).update(roles="owner"); RoleGrant.objects.create(member=owner, role="owner"); owner.refresh_from_db()
made = programmes.open_programme(programmes.Facts("rekab", "کارگاه", "Workshop", "", ""), Terms(stations=(Station(100, 60), Station(1_000, 60))), by=owner, state="open")
here = Programme.objects.select_related("rules").get(pk=made.pk)
for n, author in enumerate(Member.objects.filter(handle__startswith="purse_").exclude(pk=owner.pk).order_by("pk")[: int(sys.argv[1])]):
    idea = drafting.start_idea(here, drafting.Draft(f"جای بطری شمارهٔ {n}", "جایی برای بطری", "جا نمی‌شود", "قابی که تا می‌شود"), by=author)
    drafting.submit(idea, by=author)
print(1)
"""
ACT = """
import random
from patogh.ideas.actions import moving
from patogh.ideas.models import Idea, Move
from patogh.ledger.models import SealedCheckpoint, Submission
from patogh.ledger.queries import book
count, gap, limit = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
chance, purses, owner = random.Random(5), members(), Member.objects.get(handle="purse_0")
ideas, pending, times, seals, known = list(Idea.objects.order_by("pk")), {}, {"points": [], "decision": []}, 0, None
def points(n):
    one = wanted("witnessed", n, purses, "issuance:pt"); made = transfer(one.idem, one.kind, one.unit, one.lines)
    return f"transfer:{made.pk.hex}"
def decision(n):
    idea = moving.publish(ideas[n // 2], by=owner)
    return f"idea:{idea.pk}:move:{Move.objects.filter(idea=idea).latest('number').number}"
def look():
    global known, seals
    newest = book.latest_checkpoint(witnessed=True)
    if newest is None or newest.pk == known: return
    known, seals = newest.pk, seals + 1
    for one in Submission.objects.filter(key__in=list(pending)):
        standing = book.standing_of(one)
        if standing.state == "witnessed":
            kind, began = pending.pop(one.key); times[kind].append(time.monotonic() - began)
            assert standing.seen >= standing.k and standing.n == 3
while known is None: look(); time.sleep(0.1)
seals = 0
due, n, until = time.monotonic(), 0, time.monotonic() + count * gap * 1.5 + limit
while (n < count or pending) and time.monotonic() < until:
    if n < count and time.monotonic() >= due:
        kind, began = ("decision", time.monotonic()) if n % 2 else ("points", time.monotonic())
        pending[(decision if n % 2 else points)(n)] = kind, began
        n += 1; due += chance.uniform(0.5, 1.5) * gap
    look(); time.sleep(0.1)
print(json.dumps({"times": times, "seals": seals, "waiting": len(pending)}))
"""
AT_ONCE = """
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
purses, times = members(), []
for n in range(int(sys.argv[1])):
    one = wanted("by hand", n, purses, "issuance:pt"); began = time.monotonic()
    transfer(one.idem, one.kind, one.unit, one.lines); append_waiting()
    assert seal().quorum_met; times.append(time.monotonic() - began)
print(json.dumps(times))
"""


def measured(extra: dict[str, str], options: argparse.Namespace) -> dict[str, object]:
    """Measure one house."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        env = house(str(folder / "house"), extra)
        python(env, MAKE, options.count // 2 + 1)
        log = ours(env, "book", "init").splitlines()[-1]
        inside, told = [], []
        for number in range(WITNESSES):
            vkey, url = stack.enter_context(witness(env, folder / f"w{number}", log, f"witness.example/w{number}"))
            inside.append(url.partition("//")[2])
            told.append((vkey, url))
        env["PATOGH_WITNESSES_INSIDE"] = " ".join(inside)
        for vkey, url in told:
            ours(env, "book", "witness", "add", vkey, url)
        with up(env):
            said = python(env, ACT, options.count, options.gap, 60)
        return figures(said, python(env, AT_ONCE, 20))


def figures(said: dict[str, object], at_once: list[float]) -> dict[str, object]:
    """Return what is shown of the times."""
    every = [time for times in said["times"].values() for time in times]
    found: dict[str, object] = {"acts": len(every), "never": said["waiting"], "seals": said["seals"]}
    for name, times in {"all": every, **said["times"], "at_once": at_once}.items():
        ranked = sorted(times) or [float("inf")]
        found[name] = {
            f"p{at}_s": round(ranked[min(len(ranked) - 1, int(len(ranked) * at / 100))], 2) for at in (50, 95)
        } | {"max_s": round(ranked[-1], 2)}
    return found


def ours(env: dict[str, str], *words: str) -> str:
    """Run a command of ours and return what it prints."""
    done = subprocess.run(command(*words), env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"witnessed: `patogh {' '.join(words[:3])}`: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def command(*words: str) -> list[str]:
    """Return a command of ours."""
    return [sys.executable, "-m", "patogh.conf.cli", *words]


@contextlib.contextmanager
def witness(env: dict[str, str], folder: Path, log: str, name: str) -> Iterator[tuple[str, str]]:
    """Run a witness as partners do, in a process of its own; yields its key and its address."""
    vkey = re.search(rf"{re.escape(name)}\S+", ours(env, "witness", "init", str(folder), "--name", name))
    ours(env, "witness", "add-log", str(folder), "--vkey", log)
    with process(env, "witness", "serve", str(folder), "--port", "0") as running:
        address = re.search(r"listens at (\S+)", running.stdout.readline())
        if vkey is None or address is None:
            raise SystemExit("witnessed: a witness did not start")
        yield vkey[0], address[1]


@contextlib.contextmanager
def up(env: dict[str, str]) -> Iterator[None]:
    """Serve the house as its operator does."""
    port = free_port()
    folder = env["PATOGH_DATA"]
    with process(env, "up", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--data", folder):
        wait_for_port(port, 120)
        yield


@contextlib.contextmanager
def process(env: dict[str, str], *words: str) -> "Iterator[subprocess.Popen[str]]":
    """Run a command of ours until the block ends."""
    quiet = {"stdout": subprocess.PIPE if words[0] == "witness" else subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command(*words), env=env, cwd=ROOT, text=True, start_new_session=True, **quiet)
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def is_met(one: dict[str, object]) -> bool:
    """Whether all acts were witnessed, and in time."""
    return not one["never"] and one["acts"] >= 1 and one["all"]["p95_s"] <= P95_S_MAX


def main(argv: list[str]) -> int:
    """Measure and print; 0 when every act was witnessed and 95 of 100 within 15 seconds."""
    parser = argparse.ArgumentParser(prog="patogh bench witnessed", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--count", type=int, default=60, help="acts")
    parser.add_argument("--gap", type=float, default=3.0, help="seconds between two acts, on average")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    houses = on_both(options.only, lambda extra: measured(extra, options))
    result = {"bench": "witnessed", **houses, "target_p95_s": P95_S_MAX, "machine": machine()}
    print(json.dumps(result) if options.json else "\n".join(_line(name, one) for name, one in houses.items()))
    return 0 if all(is_met(one) for one in houses.values()) else 1


def _line(name: str, one: dict[str, object]) -> str:
    shown = ", ".join(f"{part} p50 {one[part]['p50_s']} s p95 {one[part]['p95_s']} s" for part in ("all", "points", "decision", "at_once"))  # fmt: skip
    return f"witnessed: {name:10} {one['acts']} acts under {one['seals']} seals: {shown}; the longest {one['all']['max_s']} s, never {one['never']}; load {machine()['load_1m']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
