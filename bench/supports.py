"""Thousands of supports of one idea at once, durable: how many a minute, none lost, none doubled, the counter equal to the rows.

Two processes of pages with many hands (threads) each go through all members at once, so that every member clicks twice, in
different processes, as impatient fingers do. The reference in the same run are bare INSERTs
of a support's row, its line for the book, its receipt and its activity, one member a call through the same door.
"""

import argparse
import json
import subprocess
import sys

from bench.machine import machine
from bench.transfers import PREPARE as IN_HOUSE
from bench.transfers import in_houses, python

MINUTE_SUPPORTS_MIN = 10_000

PREPARE = """
import threading
from patogh.ideas.actions import drafting, moving, programmes, supporting
from patogh.ideas.models import Idea, Programme, Support
from patogh.ideas.terms import Station, Terms
from patogh.ledger.models import Receipt, Submission
def fans(count): return list(Member.objects.filter(handle__startswith="fan_").select_related("identity").order_by("pk")[:count])
def hands(count, deeds):
    rest, lock, refused = iter(deeds), threading.Lock(), []
    def work():
        while True:
            with lock:
                deed = next(rest, None)
            if deed is None:
                break
            try: deed()
            except Exception as error: refused.append(repr(error))
        connection.close()
    threads = [threading.Thread(target=work) for _ in range(count)]
    began = time.perf_counter()
    for one in threads: one.start()
    for one in threads: one.join()
    return time.perf_counter() - began, refused
"""
MAKE = """
count = int(sys.argv[1])
from patogh.people.models import RoleGrant
load_members([NewMember(handle=f"fan_{n}", name=f"هوادار {n}", joined_at=timezone.now()) for n in range(count)])
owner, author = Member.objects.filter(handle="purse_0").get(), Member.objects.filter(handle="purse_1").get()
Member.objects.filter(pk=owner.pk).update(roles="owner"); RoleGrant.objects.create(member=owner, role="owner"); owner.refresh_from_db()
terms = Terms(stations=tuple(Station(n, 60) for n in (100, 1_000, 5_000, 10_000_000)), is_adaptive=False)
here = programmes.open_programme(programmes.Facts("rekab", "کارگاه", "Workshop", "", ""), terms, by=owner, state="open")
idea = drafting.start_idea(Programme.objects.select_related("rules").get(pk=here.pk), drafting.Draft("جای بطری روی دوچرخه", "جایی برای بطری", "جا نمی‌شود", "قابی که تا می‌شود"), by=author)
moving.publish(drafting.submit(idea, by=author), by=owner)
print(idea.pk)
"""
GIVE = """
idea, found = Idea.objects.get(), fans(int(sys.argv[1]))
print("ready", flush=True); sys.stdin.readline()
took, refused = hands(int(sys.argv[2]), [lambda fan=fan: supporting.give_support(idea, by=fan) for fan in found[:: int(sys.argv[3])]])
print(json.dumps([took, refused[:3]]))
"""
COUNT = """
live = Support.objects.filter(withdrawn_at=None)
row = Idea.objects.get()
print(json.dumps({"rows": live.count(), "members": live.values("member").distinct().count(), "counter": row.supporters_count,
    "lines": Submission.objects.filter(kind="support.v1").count(), "receipts": Receipt.objects.filter(submission__kind="support.v1").count(), "stations": row.milestone}))
"""
BARE = """
import uuid
found, now = fans(int(sys.argv[1])), timezone.now().isoformat()
with connection.cursor() as cursor:
    for statement in ("CREATE TABLE bare_support (idea bigint, member bigint, at text, rest text, UNIQUE (idea, member))",
        "CREATE TABLE bare_line (id char(32) PRIMARY KEY, body text, opening text, salt text)", "CREATE TABLE bare_receipt (code char(32) UNIQUE, line char(32), member bigint)",
        "CREATE TABLE bare_activity (id char(32) PRIMARY KEY, verb text, member bigint, at text)"): cursor.execute(statement)
@upkeep
def one(member):
    key = uuid.uuid4().hex
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_support VALUES (1, %s, %s, %s)", [member, now, key])
        cursor.execute("INSERT INTO bare_line VALUES (%s, %s, 'member:17', %s)", [key, key * 8, key * 2])
        cursor.execute("INSERT INTO bare_receipt VALUES (%s, %s, %s)", [key, key, member])
        cursor.execute("INSERT INTO bare_activity VALUES (%s, 'ideas.support_given', %s, %s)", [key, member, now])
took, refused = hands(int(sys.argv[2]), [lambda pk=fan.pk: one(pk) for fan in found])
print(json.dumps(took))
"""


def measured(env: dict[str, str], options: argparse.Namespace) -> dict[str, object]:
    """Measure one house."""
    python(env, PREPARE + MAKE, options.count)
    took, refused = given(env, options)
    found = {"seconds": round(took, 1), "refused": refused, **python(env, PREPARE + COUNT)}
    bare = python(env, PREPARE + BARE, options.count, options.hands)
    rate = options.count / found["seconds"]
    return {
        "supports_a_second": round(rate, 1), "a_minute": round(rate * 60), "bare_a_second": round(options.count / bare, 1),
        "bare_to_support": round(options.count / bare / rate, 2), "lost": options.count - found["members"],
        "doubled": found["rows"] - found["members"], **found,
    }  # fmt: skip


def given(env: dict[str, str], options: argparse.Namespace) -> tuple[float, list[str]]:
    """Let both processes support at once, one from the first member on and one from the last; returns the longer time and refusals."""
    running = []
    for step in (1, -1):
        command = [
            sys.executable,
            "-c",
            IN_HOUSE + PREPARE + GIVE,
            str(options.count),
            str(options.hands // 2),
            str(step),
        ]
        running.append(subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    for process in running:
        process.stdout.readline()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("supports: a process failed")
    parts = [json.loads(one) for one in said]
    return max(took for took, _ in parts), [one for _, refused in parts for one in refused]


def main(argv: list[str]) -> int:
    """Measure and print; 0 when nothing was lost or doubled and a minute takes 10,000."""
    parser = argparse.ArgumentParser(prog="patogh bench supports", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--count", type=int, default=10_000, help="members who support the idea")
    parser.add_argument("--hands", type=int, default=32, help="threads that support at once, in two processes")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    houses = in_houses(options.only, lambda env: measured(env, options))
    result = {"bench": "supports", **houses, "machine": machine()}
    print(json.dumps(result) if options.json else "\n".join(_line(name, one) for name, one in houses.items()))
    whole = all(
        one["lost"] == one["doubled"] == 0 and not one["refused"] and one["counter"] == one["rows"] == one["lines"] == one["receipts"]
        for one in houses.values()
    )  # fmt: skip
    return 0 if whole and all(one["a_minute"] >= MINUTE_SUPPORTS_MIN for one in houses.values()) else 1


def _line(name: str, one: dict[str, object]) -> str:
    return (
        f"supports: {name:10} {one['a_minute']:,} a minute ({one['supports_a_second']}/s; bare rows {one['bare_a_second']}/s, {one['bare_to_support']}x), "
        f"lost {one['lost']}, doubled {one['doubled']}, counter {one['counter']:,} of {one['rows']:,} rows, {one['lines']:,} lines in the book"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
