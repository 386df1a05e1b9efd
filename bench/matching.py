"""One new record against everybody: how long the live index takes, and whether it finds who is known, at 1,000,000 records.

The records are the Persian corpus of `bench/people.py`, several a person, with typing mistakes, both scripts, moves and households.
Every two-hundredth record is held back and asked for as somebody new: its time is the whole way from the words to the scored
candidates. Beside it stand the same questions with two hundred times fewer records: a key must cost the same however many are there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.machine import machine

ROOT = Path(__file__).resolve().parent.parent
P99_MS_MAX = 5.0
BUILD = """
import json, random, sys, time
import django; django.setup()
from django.db import connection
from django.utils import timezone
from bench import people
from patogh.activity import upkeep
from patogh.activity.bulk import insert_rows
from patogh.kit.ids import uuid7
from patogh.people.models import Person
from patogh.persons.matching import facts, finding
from patogh.persons.models import MatchKey, MatchRecord
from patogh.persons.resolving.fields import Record, several
from patogh.persons.resolving.forms import compared
count, aside, STEP = int(sys.argv[1]), sys.argv[2], 20_000
now, held, at = timezone.now(), [], 0
def record_of(row):
    one = dict(zip(people.COLUMNS, row))
    return Record("", one["given_name"], one["family_name"], one["birth_date"], several(one["phone"]), several(one["email"]), one["street"], one["house_number"], "", one["city"], "", one["postcode"])
@upkeep
def keep(some):
    keyed = [(uuid7(), who, compared(record_of(row))) for who, row in some]
    insert_rows(Person, ("id", "created_at"), [(key, now) for key, _, _ in keyed])
    insert_rows(MatchRecord, ("person", "facts", "keyed_at"), [(key, facts.as_json(one), now) for key, _, one in keyed])
    insert_rows(MatchKey, ("key", "person"), sorted((said, key) for key, _, one in keyed for said in finding.keys_for(one)))
    return [(str(key), who) for key, who, _ in keyed]
if connection.vendor == "sqlite":
    with connection.cursor() as cursor: cursor.execute("PRAGMA cache_size = -600000")
began = time.perf_counter()
with open(aside, "w", encoding="utf-8") as out:
    for seed in range(-(-count // STEP)):
        rows = list(people.rows(min(STEP, count - seed * STEP), kind="persian", seed=seed + 11))
        fresh = [(f"{seed}:{who}", row) for number, (who, row) in enumerate(rows) if number % 200 == 7]
        kept = keep([(f"{seed}:{who}", row) for number, (who, row) in enumerate(rows) if number % 200 != 7])
        by = {}
        for key, who in kept: by.setdefault(who, []).append(key)
        for who, row in fresh: out.write(json.dumps([row, by.get(who, [])], ensure_ascii=False) + "\\n")
with connection.cursor() as cursor: cursor.execute("ANALYZE")
print(json.dumps({"built_s": round(time.perf_counter() - began, 1), "records": MatchRecord.objects.count(), "keys": MatchKey.objects.count()}))
"""
ASK = """
import json, random, resource, sys, time
import django; django.setup()
from uuid import UUID
from bench.machine import percentile
from bench import people
from patogh.persons.matching import finding
from patogh.persons.resolving.fields import Record, several
from patogh.persons.resolving.forms import compared
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
random.Random(5).shuffle(rows)
rows = rows[:int(sys.argv[2])]
def asked(row):
    one = dict(zip(people.COLUMNS, row))
    return compared(Record("", one["given_name"], one["family_name"], one["birth_date"], several(one["phone"]), several(one["email"]), one["street"], one["house_number"], "", one["city"], "", one["postcode"]))
for row, _ in rows[:40]: finding.match_record(asked(row))
took, cpu, known, found, said, right, near = [], [], 0, 0, 0, 0, []
for row, same in rows[40:]:
    began, used = time.perf_counter(), time.thread_time()
    answer = finding.match_record(asked(row))
    took.append((time.perf_counter() - began) * 1000); cpu.append((time.thread_time() - used) * 1000)
    persons, true = {str(one.person_id) for one in answer}, set(same)
    known += bool(true); found += bool(persons & true); said += len(persons); right += len(persons & true)
print(json.dumps({
    "asked": len(took), "p50_ms": round(percentile(took, 50), 2), "p95_ms": round(percentile(took, 95), 2), "p99_ms": round(percentile(took, 99), 2),
    "cpu_p99_ms": round(percentile(cpu, 99), 2), "known": known, "found_share": round(found / max(known, 1), 4), "right_share": round(right / max(said, 1), 4),
    "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}))
"""


def inside(env: dict[str, str], code: str, *words: object) -> dict[str, object]:
    """Run a few lines inside the house and return what they print last."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"matching: {done.stderr.strip()[-800:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def measured(records: int, asked: int, extra: dict[str, str]) -> dict[str, object]:
    """Build one house and ask it."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PATOGH_DATA": folder,
            "PYTHONPATH": str(ROOT),
            **extra,
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        aside = Path(folder) / "aside.jsonl"
        return {**inside(env, BUILD, records, aside), **inside(env, ASK, aside, asked)}


def main(argv: list[str]) -> int:
    """Measure and print; 0 when one record is matched within the target."""
    parser = argparse.ArgumentParser(prog="patogh bench matching", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--records", type=int, default=1_000_000, help="records in the index")
    parser.add_argument("--asked", type=int, default=4_000, help="new records that are asked for")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    from tests.postgres import server

    houses: dict[str, dict[str, object]] = {}
    few = max(40_000, options.records // 200)
    if options.only != "postgresql":
        houses["sqlite_few"] = measured(few, 150, {}) if few < options.records else {}
        houses["sqlite"] = measured(options.records, options.asked, {})
    if options.only != "sqlite":
        with server("-c", "listen_addresses=") as address:
            houses["postgresql"] = measured(options.records, options.asked, {"PATOGH_DATABASE_URL": address})
    is_ok = all(
        float(str(one["p99_ms"])) <= P99_MS_MAX for name, one in houses.items() if name in {"sqlite", "postgresql"}
    )
    result = {"bench": "matching", "machine": machine(), **houses, "p99_ms_max": P99_MS_MAX, "ok": is_ok}
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, one in houses.items():
            print(f"{name}: {one}")
    return 0 if is_ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
