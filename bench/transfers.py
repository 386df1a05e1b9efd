"""Transfers of double entry with their leaf in the outbox of the log, durable: on SQLite (FULL) and on PostgreSQL.

The reference in the same run are bare INSERTs of the same rows, without a key, a lock, a check or a trigger's work. Each
house is made for the run; afterwards balances, entries and leaves are compared.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from bench._site import ROOT, on_both
from bench.machine import machine

TARGETS = {"sqlite": ("grouped_100", 5_000), "postgresql": ("writers_8_sharded", 1_000)}

PREPARE = """
import gc, json, sys, time, django
django.setup()
gc.freeze()
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from patogh.activity import upkeep
from patogh.people.actions.bulk import NewMember, load_members
from patogh.people.models import Brand, Member
from patogh.ledger.actions.transfers import transfer, transfer_many
from patogh.ledger.wanted import Line, Wanted
def members(): return list(Member.objects.filter(handle__startswith="purse_").order_by("pk").values_list("pk", flat=True))
def wanted(name, n, keys, source):
    return Wanted(f"{name}:{n}", "award.accepted_answer", "pt", [Line(source, -15), Line(f"member:{keys[n % len(keys)]}:pt", 15)])
"""
BUILD = """
Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
now = timezone.now()
load_members([NewMember(handle=f"purse_{n}", name=f"کیف {n}", joined_at=now) for n in range(500)])
transfer_many([wanted("open", n, members(), "issuance:pt") for n in range(500)])
print(1)
"""
GROUPED = """
count, batch, keys = int(sys.argv[1]), int(sys.argv[2]), members()
began = time.perf_counter()
for start in range(0, count, batch):
    transfer_many([wanted(f"grouped{batch}", n, keys, "issuance:pt") for n in range(start, start + batch)])
print(json.dumps(count / (time.perf_counter() - began)))
"""
CLIENT = """
name, seconds = sys.argv[1], float(sys.argv[2])
keys, count = members(), 0
connection.ensure_connection()
for source in sys.argv[3:]:
    print("ready", flush=True); sys.stdin.readline()
    began, before = time.perf_counter(), count
    while time.perf_counter() - began < seconds:
        one = wanted(name, count, keys[hash(name) % 7 :: 7], source); transfer(one.idem, one.kind, one.unit, one.lines); count += 1
    print(json.dumps([count - before, time.perf_counter() - began]), flush=True)
"""
BARE = """
import uuid
from patogh.activity.bulk import insert_rows
from patogh.ledger.models import Submission
count, batch = int(sys.argv[1]), int(sys.argv[2])
now = timezone.now().isoformat()
with connection.cursor() as cursor:
    for statement in ("CREATE TABLE bare_transfer (id char(32) PRIMARY KEY, idem varchar(120) UNIQUE, kind text, state text, hash text, at text)",
        "CREATE TABLE bare_entry (transfer char(32), account bigint, number bigint, amount bigint, after bigint)",
        "CREATE TABLE bare_leaf (id char(32) PRIMARY KEY, body text, content text, opening text, salt text)"): cursor.execute(statement)
@upkeep
def some(start):
    keys = [uuid.uuid4().hex for _ in range(batch)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO bare_transfer VALUES (%s, %s, 'award', 'posted', %s, %s)", [(key, key, key * 2, now) for key in keys])
        cursor.executemany("INSERT INTO bare_entry VALUES (%s, 1, 1, 15, 15)", [(key,) for key in keys for _ in "ab"])
        cursor.executemany("INSERT INTO bare_leaf VALUES (%s, %s, %s, 'member:17:pt', %s)", [(key, key * 9, key, key * 2) for key in keys])
began = time.perf_counter()
for start in range(0, count, batch): some(start)
print(json.dumps(count / (time.perf_counter() - began)))
"""
CHECK = """
from django.db.models import Sum
from patogh.ledger.models import Account, Entry, Submission, Transfer
assert Account.objects.aggregate(n=Sum("balance"))["n"] == 0 and Entry.objects.aggregate(n=Sum("amount"))["n"] == 0
posted, leaves = Transfer.objects.count(), Submission.objects.filter(key__startswith="transfer:").count()
print(json.dumps([posted, leaves]))
"""


def python(env: dict[str, str], code: str, *words: object, given: object = None) -> object:
    """Run a few lines inside the house, with `given` as JSON on stdin, and return what they print last."""
    command = [sys.executable, "-c", PREPARE + code, *map(str, words)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, input=json.dumps(given))
    if done.returncode:
        raise SystemExit(f"transfers: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no answer'}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def clients(env: dict[str, str], name: str, count: int, seconds: float, sources: list[str]) -> list[float]:
    """Let some processes transfer at once, one transfer a commit; returns transfers a second of them all, by source."""
    running = []
    for number in range(count):
        command = [sys.executable, "-c", PREPARE + CLIENT, f"{name}{number}", str(seconds), *sources]
        running.append(subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    totals = [round_of(running) for _ in sources]
    if any(process.wait() for process in running):
        raise SystemExit("transfers: a client failed")
    return totals


def round_of(running: "list[subprocess.Popen[str]]") -> float:
    """Wait until all are ready, let them go at once, and add up what they did in a second."""
    for process in running:
        process.stdout.readline()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline() for process in running]
    if not all(said):
        raise SystemExit("transfers: a client failed")
    return round(sum(done / took for done, took in map(json.loads, said)), 1)


def house(folder: str, extra: dict[str, str]) -> dict[str, str]:
    """Make an empty house with 500 members who have an account each."""
    own = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PATOGH_DATA": folder, "PYTHONPATH": str(ROOT)}
    env = {**os.environ, **own, **extra}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
    python(env, BUILD)
    return env


def in_houses(only: str | None, measured: Callable[[dict[str, str]], Any]) -> dict[str, Any]:
    """Measure such a house on each database, or on `only` one of them; returns what each gave by name."""

    def one(extra: dict[str, str]) -> object:
        with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
            return measured(house(folder, extra))

    return on_both(only, one)


def measured(env: dict[str, str], options: argparse.Namespace) -> dict[str, object]:
    """Measure one house: grouped, one a commit by 1 and by 8 writers, hot account sharded and not, bare rows."""
    grouped = round(python(env, GROUPED, options.count, 100))
    single = clients(env, "single", 1, options.seconds, ["issuance:pt"])[0]
    sharded, hot = clients(env, "many", 8, options.seconds, ["issuance:pt", "issuance:pt#0"])
    figures = {
        "grouped_100": grouped,
        "one_per_commit": single,
        "writers_8_sharded": sharded,
        "writers_8_one_account": hot,
        "bare_rows_100": round(python(env, BARE, options.count, 100)),
    }
    posted, leaves = python(env, CHECK)
    ratios = {
        "bare_to_grouped": round(figures["bare_rows_100"] / figures["grouped_100"], 2),
        "sharded_to_one_account": round(figures["writers_8_sharded"] / figures["writers_8_one_account"], 2),
    }
    return {**figures, **ratios, "transfers": posted, "explained_by_one_leaf": leaves}


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the targets are met and every transfer has its leaf."""
    parser = argparse.ArgumentParser(prog="patogh bench transfers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--count", type=int, default=20_000, help="transfers in the grouped part")
    parser.add_argument("--seconds", type=float, default=4, help="how long the writers write")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    houses = in_houses(options.only, lambda env: measured(env, options))
    result = {"bench": "transfers", **houses, "machine": machine()}
    if options.json:
        print(json.dumps(result))
    else:
        for name, one in houses.items():
            print(
                f"transfers: {name:10} grouped by 100 {one['grouped_100']:,}/s (bare rows {one['bare_rows_100']:,}/s, {one['bare_to_grouped']}x), one a commit {one['one_per_commit']}/s, 8 writers {one['writers_8_sharded']}/s, on one hot account {one['writers_8_one_account']}/s ({one['sharded_to_one_account']}x), {one['explained_by_one_leaf']:,} of {one['transfers']:,} explained by one leaf"
            )
        print(f"           on {result['machine']}")
    is_whole = all(one["transfers"] == one["explained_by_one_leaf"] for one in houses.values())
    is_fast = all(houses[name][figure] >= least for name, (figure, least) in TARGETS.items() if name in houses)
    return 0 if is_whole and is_fast else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
