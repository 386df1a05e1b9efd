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
PREPARE = """
import json, resource, subprocess, sys
import django; django.setup()
from bench import people
from patogh.kit.ids import uuid7
from patogh.persons.matching import facts, finding
from patogh.persons.resolving.fields import Record, several
from patogh.persons.resolving.forms import compared
count, folder, STEP = int(sys.argv[1]), sys.argv[2], 20_000
def record_of(row):
    one = dict(zip(people.COLUMNS, row))
    return Record("", one["given_name"], one["family_name"], one["birth_date"], several(one["phone"]), several(one["email"]), one["street"], one["house_number"], "", one["city"], "", one["postcode"])
with open(f"{folder}/records", "w", encoding="utf-8") as records, open(f"{folder}/keys", "w") as keys, open(f"{folder}/aside", "w", encoding="utf-8") as aside:
    for seed in range(-(-count // STEP)):
        by, fresh = {}, []
        for number, (who, row) in enumerate(people.rows(min(STEP, count - seed * STEP), kind="persian", seed=seed + 11)):
            if number % 200 == 7:
                fresh.append((who, row)); continue
            key, one = uuid7(), compared(record_of(row))
            records.write(f"{key}\\t{json.dumps(facts.as_json(one))}\\n")
            keys.writelines(f"{said}\\t{key}\\n" for said in finding.keys_for(one))
            by.setdefault(who, []).append(str(key))
        for who, row in fresh: aside.write(json.dumps([row, by.get(who, [])], ensure_ascii=False) + "\\n")
subprocess.run(["sort", "-S", "600M", "-k1,1n", "-k2,2", "-o", f"{folder}/keys", f"{folder}/keys"], check=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TMPDIR": folder})
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"prepared_cpu_s": round(sum(one.ru_utime + one.ru_stime for one in used), 1)}))
"""
LOAD = """
import itertools, json, sys, time
import django; django.setup()
from django.db import connection, transaction
from django.utils import timezone
from patogh.persons.models import MatchKey, MatchRecord
folder, now, began = sys.argv[1], timezone.now(), time.perf_counter()
is_pg = connection.vendor == "postgresql"
def rows(name):
    with open(f"{folder}/{name}", encoding="utf-8") as file:
        for line in file: yield line.rstrip("\\n").split("\\t", 1)
def put(table, columns, made):
    if is_pg:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in made: copy.write_row(row)
    else:
        marks = ", ".join(["%s"] * len(columns))
        while some := list(itertools.islice(made, 50_000)): cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", some)
ident = (lambda key: key) if is_pg else (lambda key: key.replace("-", ""))
at = now if is_pg else connection.ops.adapt_datetimefield_value(now)
with transaction.atomic(), connection.cursor() as cursor:
    if is_pg:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the persons are there: nobody need look them up key by key
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'persons_matchkey' AND indexname NOT IN (SELECT conname FROM pg_constraint)")
    else:
        cursor.execute("PRAGMA cache_size = -600000")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'persons_matchkey' AND sql IS NOT NULL")
    plain = cursor.fetchall()
    for name, _ in plain: cursor.execute(f'DROP INDEX "{name}"')
    put("people_person", ("id", "created_at"), ((ident(key), at) for key, _ in rows("records")))
    put("persons_matchrecord", ("person_id", "facts", "keyed_at"), ((ident(key), said, at) for key, said in rows("records")))
    put("persons_matchkey", ("key", "person_id"), ((int(said), ident(key)) for said, key in rows("keys")))
    for _, sql in plain: cursor.execute(sql)
with connection.cursor() as cursor: cursor.execute("VACUUM ANALYZE" if is_pg else "ANALYZE")
print(json.dumps({"loaded_s": round(time.perf_counter() - began, 1), "records": MatchRecord.objects.count(), "keys": MatchKey.objects.count()}))
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


def prepared(records: int, folder: str) -> dict[str, object]:
    """Write the records, their keys in order, and who is asked for, as files that every database loads."""
    return inside(environment(folder, {}), PREPARE, records, folder)


def measured(files: str, asked: int, extra: dict[str, str]) -> dict[str, object]:
    """Fill one house from the files and ask it."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        env = environment(folder, extra)
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        return {**inside(env, LOAD, files), **inside(env, ASK, Path(files) / "aside", asked)}


def environment(folder: str, extra: dict[str, str]) -> dict[str, str]:
    """Return the environment of a house; all of them hash with one secret, so that they share the files."""
    house = {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PATOGH_DATA": folder,
        "PYTHONPATH": str(ROOT),
        "PATOGH_SECRET_KEY": "measured" * 8,
    }
    return {**os.environ, **house, **extra}


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
    if options.only != "postgresql" and few < options.records:
        with tempfile.TemporaryDirectory(prefix="patogh-bench-") as files:
            prepared(few, files)
            houses["sqlite_few"] = measured(files, 150, {})
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as files:
        houses["files"] = prepared(options.records, files)
        if options.only != "postgresql":
            houses["sqlite"] = measured(files, options.asked, {})
        if options.only != "sqlite":
            with server("-c", "listen_addresses=") as address:
                houses["postgresql"] = measured(files, options.asked, {"PATOGH_DATABASE_URL": address})
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
