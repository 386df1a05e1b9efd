"""The log of the open book, durable, on SQLite (FULL) and PostgreSQL: appending, proving, getting witnessed, and what it costs a reply.

References in the same run: bare hashing of the same entries into a frontier, and bare INSERTs of the same bytes in batches
of 100. `--leaves 10000000` shows that memory stays bounded. Each house is made for the run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.machine import machine

SQLITE_PER_S_MIN, POSTGRES_PER_S_MIN = 20_000, 5_000
PROOF_P99_MS_MAX, PROOF_BYTES_MAX, REPLY_RATIO_MAX, WITNESSED_S_MAX = 10.0, 2_048, 1.2, 15.0
REPLY_TURNS = 4
ROOT = Path(__file__).resolve().parent.parent

PREPARE = """
import json, os, random, resource, sys, time, uuid, django
django.setup()
from django.conf import settings
from django.db import connection
from django.utils import timezone
from patogh.activity import upkeep
from patogh.activity.bulk import insert_rows
from patogh.kit.ids import uuid7
from patogh.kit.tlog.tree import Frontier, leaf_hash
from patogh.ledger import limits, schemas
from patogh.ledger.actions.sequencing import append, append_waiting, open_log
from patogh.ledger.actions.sealing import seal
from patogh.ledger.models import LogHead, Submission, Witness
from patogh.ledger.queries import book
FIELDS = {"unit": "pt", "why": "award", "rule": "ledger.accepted_answer", "lines": [{"a": "issuance:pt#3", "n": -15}, {"c": "ab" * 32, "n": 15}]}
def body(key): return schemas.written({"at": 1795000000, "id": key, "t": "points.transfer.v1", **FIELDS})
def quantile(all, q): return sorted(all)[min(len(all) - 1, int(len(all) * q))]
"""
APPEND = """
def waiting(count):
    now, keys = timezone.now(), [uuid7() for _ in range(count)]
    rows = [(key, f"bench:{key.hex}", "points.transfer.v1", body(key.hex), b"0" * 32, "waiting", "", "", now) for key in keys]
    names = ("id", "key", "kind", "body", "content_hash", "state", "subject_kind", "subject_id", "created_at")
    upkeep(lambda: insert_rows(Submission, names, rows))()
said = {}
for batch, count in ((1, int(sys.argv[1]) // 40), (100, int(sys.argv[1])), (1000, int(sys.argv[1]))):
    waiting(count)
    began = time.perf_counter()
    while append_waiting(limit=batch): pass
    said[f"append_{batch}_per_s"] = round(count / (time.perf_counter() - began))
bodies = [body(uuid.uuid4().hex) for _ in range(int(sys.argv[1]))]
began = time.perf_counter()
frontier = Frontier(); frontier.extend([leaf_hash(one) for one in bodies]); frontier.root()
said["bare_hashing_per_s"] = round(len(bodies) / (time.perf_counter() - began))
with connection.cursor() as cursor: cursor.execute("CREATE TABLE bare_entry (id integer PRIMARY KEY, body %s)" % ("bytea" if connection.vendor == "postgresql" else "blob"))
@upkeep
def bare(start):
    with connection.cursor() as cursor: cursor.executemany("INSERT INTO bare_entry VALUES (%s, %s)", list(enumerate(bodies[start : start + 100], start)))
began = time.perf_counter()
for start in range(0, len(bodies), 100): bare(start)
said["bare_insert_100_per_s"] = round(len(bodies) / (time.perf_counter() - began))
print(json.dumps(said))
"""
PROOFS = """
leaves = int(sys.argv[1])
head = open_log()
began = time.perf_counter()
while head.size < leaves:
    rows = [(uuid.UUID(int=head.size + n).hex, body(f"{head.size + n:032x}")) for n in range(min(5000, leaves - head.size))]
    append(head, rows)
grown = leaves / (time.perf_counter() - began)
seal()
times, size = [], head.size
random.seed(5)
for _ in range(1000):
    leaf = random.randrange(size); start = time.perf_counter(); proof = book.proof_of(leaf); times.append((time.perf_counter() - start) * 1000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"leaves": size, "grown_per_s": round(grown), "peak_mb": round(peak), "proof_p50_ms": round(quantile(times, 0.5), 2), "proof_p99_ms": round(quantile(times, 0.99), 2)}))
"""
WITNESSED = """
from pathlib import Path
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.keeping import init_log
from patogh.ledger.tests.witnesses import our_witness_process
from contextlib import ExitStack
from urllib.parse import urlsplit
vkey, times = init_log().vkey, []
with ExitStack() as stack:
    for n in range(3):
        one = stack.enter_context(our_witness_process(Path(sys.argv[1]) / f"w{n}", [vkey], f"witness.example/w{n}"))
        settings.WITNESSES_INSIDE += f" {urlsplit(one.url).netloc}"
        Witness.objects.create(name=one.name, vkey=one.vkey, url=one.url, added_at=timezone.now())
    for n in range(30):
        made = enter("idea.withdrawn.v1", {"idea": n + 1}, key=f"bench:{n}")
        start = time.perf_counter(); append_waiting(); row = seal(); times.append(time.perf_counter() - start)
        assert row.quorum_met and row.witnessed_count == 3
    proof = book.proof_of(made.__class__.objects.get(pk=made.pk).leaf)
turn = quantile(times, 0.95)
from patogh.activity.limits import WORKER_RECURRING_S
print(json.dumps({"turn_p50_s": round(quantile(times, 0.5), 3), "turn_p95_s": round(turn, 3), "witnessed_s_worst": round(turn + limits.SEAL_EVERY_S + WORKER_RECURRING_S, 2), "proof_bytes_3_witnesses": len(proof)}))
"""
REPLIES = """
from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.people.models import Brand, Member
if not Brand.objects.exists():
    Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
    owner = made_member("behrouz", "بهروز", "owner"); made_member("mina", "مینا")
    actions.open_space(SpaceFacts("bench", "سنجش"), by=owner)
from patogh.hangout.models import Space
mina = Member.objects.get(handle="mina")
topic = actions.open_topic(Space.objects.get(slug="bench"), NewTopic("سنجش پاسخ‌ها", "چند میلی‌ثانیه؟", "question", ()), by=mina)
times = []
for n in range(int(sys.argv[1])):
    start = time.perf_counter(); actions.reply(topic, NewReply(f"پاسخ {n}")  , by=mina); times.append((time.perf_counter() - start) * 1000)
    time.sleep(0.005)
print(json.dumps(times))
"""
BUSY = """
import select
from patogh.ledger.actions.book import enter
turn, state = 0, "rest"
while True:
    if select.select([sys.stdin], [], [], 1.0 if state == "work" else None)[0]:
        state = sys.stdin.readline().strip()
        print(state, flush=True)
    if state == "work":
        turn += 1
        for n in range(5): enter("idea.withdrawn.v1", {"idea": n + 1}, key=f"busy:{os.getpid()}:{turn}:{n}")
        append_waiting(); seal()
"""


def run(env: dict[str, str], code: str, *words: object) -> object:
    """Run a few lines inside the house and return what they print last."""
    command = [sys.executable, "-c", PREPARE + code, *map(str, words)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"book: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no answer'}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def house(folder: str, extra: dict[str, str]) -> dict[str, str]:
    """Make an empty house."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "PATOGH_DATA": folder, "PYTHONPATH": str(ROOT)}
    env |= extra
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
    return env


def replies(env: dict[str, str], count: int) -> dict[str, float]:
    """Compare replies in a house whose log rests with replies while entries are appended and sealed each second.

    Rest and work take turns, so that a machine that grows slower or faster meanwhile is no difference between the two.
    """
    run(env, REPLIES, 20)
    busy = subprocess.Popen(
        [sys.executable, "-c", PREPARE + BUSY], env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    found: dict[str, list[float]] = {"off": [], "on": []}
    try:
        told(busy, "rest")
        for turn in range(REPLY_TURNS):
            for state in ("off", "on") if turn % 2 else ("on", "off"):
                told(busy, "work" if state == "on" else "rest")
                found[state] += run(env, REPLIES, max(1, count // REPLY_TURNS))
    finally:
        busy.terminate()
        busy.wait()
    p50, p95 = ({state: quantile(times, q) for state, times in found.items()} for q in (0.5, 0.95))
    return {"reply_p50_ms_off": round(p50["off"], 2), "reply_p50_ms_on": round(p50["on"], 2), "reply_p95_ms_off": round(p95["off"], 2),
            "reply_p95_ms_on": round(p95["on"], 2), "reply_ratio": round(p50["on"] / p50["off"], 2)}  # fmt: skip


def told(busy: "subprocess.Popen[str]", word: str) -> None:
    """Tell the book to rest or to work, and wait until it does."""
    busy.stdin.write(f"{word}\n")
    busy.stdin.flush()
    if busy.stdout.readline().strip() != word:
        raise SystemExit("book: the log at work stopped")


def quantile(times: list[float], q: float) -> float:
    """Return the value below which this share of all lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * q))]


def measured(options: argparse.Namespace) -> dict[str, dict[str, object]]:
    """Measure both databases."""
    from tests.postgres import server

    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        env = house(folder, {})
        found["sqlite"] = {**run(env, APPEND, options.count), **replies(env, options.replies)}
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        found["large"] = run(house(folder, {}), PROOFS, options.leaves)
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        found["witnesses"] = run(house(folder, {}), WITNESSED, folder)
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder, server("-c", "listen_addresses=") as address:
        found["postgresql"] = run(house(folder, {"PATOGH_DATABASE_URL": address}), APPEND, options.count)
    return found


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the targets are met."""
    parser = argparse.ArgumentParser(prog="patogh bench book", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--count", type=int, default=20_000, help="entries appended in each batch size")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="size of the log whose proofs are timed")
    parser.add_argument("--replies", type=int, default=300, help="replies with the log at rest and at work")
    options = parser.parse_args(argv)
    found = measured(options)
    if options.json:
        print(json.dumps({"bench": "book", **found, "machine": machine()}))
    else:
        for name, figures in found.items():
            print(f"book: {name:10} " + ", ".join(f"{key} {value:,}" for key, value in figures.items()))
        print(f"      on {machine()}")
    return 0 if is_met(found) else 1


def is_met(found: dict[str, dict[str, object]]) -> bool:
    """Whether every target is met."""
    sqlite, postgres, large, seen = (found[name] for name in ("sqlite", "postgresql", "large", "witnesses"))
    return all(
        [
            sqlite["append_100_per_s"] >= SQLITE_PER_S_MIN,
            postgres["append_100_per_s"] >= POSTGRES_PER_S_MIN,
            large["proof_p99_ms"] <= PROOF_P99_MS_MAX,
            seen["proof_bytes_3_witnesses"] <= PROOF_BYTES_MAX,
            seen["witnessed_s_worst"] <= WITNESSED_S_MAX,
            sqlite["reply_ratio"] <= REPLY_RATIO_MAX,
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
