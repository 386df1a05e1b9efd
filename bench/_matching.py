"""What `matching` does inside a house: makes the records and their keys, loads them in bulk, and asks for who is new.

A key and the number of its record are twelve bytes, so that files of them sort as bytes; they lie in 128 files by the first byte of the key, which
is how a million records with some twenty keys each are brought in order without much memory. Records and ids follow from the seed alone.
"""

import json
import os
import random
import struct
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import django

from bench import people
from bench.machine import percentile

STEP = 20_000  # rows that are invented together; a person's records lie in one step
ASIDE_EVERY = 200
KEPT = STEP - STEP // ASIDE_EVERY
FILES = 128
WARM_UP = 100
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
TABLE = "persons_matchkey"


def ident(number: int) -> str:
    """Return the id of the person of a record, the same each time, in the order of their numbers."""
    from patogh.kit.ids import uuid7_at

    return str(
        uuid7_at(BEGAN + timedelta(milliseconds=number * 37), counter=0, noise=number * 0x9E3779B97F4A7C15 % (1 << 62))
    )


def as_asked(row: list[str]) -> object:
    """Return the cells of a corpus as a comparable record: what the house does with the words of somebody new."""
    from patogh.persons.resolving.fields import Record, several
    from patogh.persons.resolving.forms import compared

    one = dict(zip(people.COLUMNS, row, strict=False))
    return compared(
        Record("", one["given_name"], one["family_name"], one["birth_date"], several(one["phone"]), several(one["email"]),
               one["street"], one["house_number"], "", one["city"], "", one["postcode"])
    )  # fmt: skip


def step(kind: str, number: int, most: int) -> tuple[bytes, dict[int, bytes], bytes]:
    """Return one step of the corpus: records as lines, keys by their file, and who is asked for with who is the same."""
    from patogh.persons.matching import facts, finding

    first, by, fresh, lines = number * KEPT, {}, [], []
    keys: list[list[bytes]] = [[] for _ in range(FILES)]
    for place, (who, row) in enumerate(people.rows(STEP, kind=kind, seed=number + 11)):
        if place % ASIDE_EVERY == 7:
            fresh.append((who, row))
        elif len(lines) < most:
            one, at = as_asked(row), first + len(lines)
            lines.append(json.dumps(facts.as_json(one)))
            by.setdefault(who, []).append(at)
            for said in finding.keys_for(one):
                keys[said >> 56].append(struct.pack(">qI", said, at))
    aside = "".join(json.dumps([row, by.get(who, [])], ensure_ascii=False) + "\n" for who, row in fresh)
    return (
        ("\n".join(lines) + "\n").encode(),
        {at: b"".join(some) for at, some in enumerate(keys) if some},
        aside.encode(),
    )


def prepare(folder: Path, records: int, kind: str) -> dict[str, object]:
    """Write records, keys and who is asked for as files that every database loads."""
    began, steps = time.perf_counter(), -(-records // KEPT)
    with ExitStack() as stack:
        every = stack.enter_context((folder / "records").open("wb"))
        aside = stack.enter_context((folder / "aside").open("wb"))
        files = [stack.enter_context((folder / f"keys-{at:03}").open("wb")) for at in range(FILES)]
        pool = stack.enter_context(ProcessPoolExecutor(max(1, len(os.sched_getaffinity(0)))))
        most = [min(KEPT, records - at * KEPT) for at in range(steps)]
        for lines, keys, fresh in pool.map(step, [kind] * steps, range(steps), most):
            every.write(lines)
            aside.write(fresh)
            for at, some in keys.items():
                files[at].write(some)
    keys_count = sum((folder / f"keys-{at:03}").stat().st_size for at in range(FILES)) // 12
    return {"records": records, "kind": kind, "keys": keys_count, "prepared_s": round(time.perf_counter() - began, 1)}


def in_order(folder: Path) -> Iterator[bytes]:
    """Yield the keys, file by file, each in order."""
    for at in range(FILES):
        said = (folder / f"keys-{at:03}").read_bytes()
        yield b"".join(sorted(said[place : place + 12] for place in range(0, len(said), 12)))


def load(folder: Path) -> dict[str, object]:
    """Load the files into an empty house."""
    from django.db import connection
    from django.utils import timezone

    from patogh.persons.models import MatchKey, MatchRecord

    began, now = time.perf_counter(), timezone.now()
    ids = [ident(number) for number in range(json.loads((folder / "made.json").read_text())["records"])]
    (load_postgresql if connection.vendor == "postgresql" else load_sqlite)(folder, ids, now)
    counts = {"records": MatchRecord.objects.count(), "keys": MatchKey.objects.count()}
    return {"loaded_s": round(time.perf_counter() - began, 1), **counts}


def load_sqlite(folder: Path, ids: list[str], now: datetime) -> None:
    """Load by rows in order, plain indexes afterwards, without a journal: who is interrupted begins again."""
    from django.db import connection

    at, ids = connection.ops.adapt_datetimefield_value(now), [key.replace("-", "") for key in ids]
    connection.ensure_connection()
    raw = connection.connection
    for said in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-300000", "foreign_keys=OFF", "temp_store=FILE"):
        raw.execute(f"PRAGMA {said}")
    plain = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [TABLE]
    ).fetchall()
    raw.execute("BEGIN")
    for name, _ in plain:
        raw.execute(f'DROP INDEX "{name}"')
    raw.executemany("INSERT INTO people_person (id, created_at) VALUES (?, ?)", ((key, at) for key in ids))
    with (folder / "records").open(encoding="utf-8") as lines:
        rows = ((key, line.rstrip("\n"), at) for key, line in zip(ids, lines, strict=True))
        raw.executemany("INSERT INTO persons_matchrecord (person_id, facts, keyed_at) VALUES (?, ?, ?)", rows)
    for some in in_order(folder):
        pairs = ((said, ids[number]) for said, number in struct.iter_unpack(">qI", some))
        raw.executemany(f"INSERT INTO {TABLE} (key, person_id) VALUES (?, ?)", pairs)
    for _, sql in plain:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.execute("PRAGMA analysis_limit=2000")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA journal_mode=WAL")


def load_postgresql(folder: Path, ids: list[str], now: datetime) -> None:
    """Load by COPY, with constraints and indexes of the keys made afterwards."""
    from django.db import connection, transaction

    at = now.isoformat()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the persons are there: no need to look up each
        cursor.execute("SET LOCAL maintenance_work_mem = '700MB'")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
            [TABLE],
        )
        bound = cursor.fetchall()
        for name, _ in bound:
            cursor.execute(f'ALTER TABLE {TABLE} DROP CONSTRAINT "{name}"')
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [TABLE])
        plain = cursor.fetchall()
        for name, _ in plain:
            cursor.execute(f'DROP INDEX "{name}"')
        copy_in(cursor, "people_person (id, created_at)", (f"{key}\t{at}\n" for key in ids))
        with (folder / "records").open(encoding="utf-8") as lines:
            said = (line.rstrip("\n").replace("\\", "\\\\") for line in lines)
            rows = (f"{key}\t{line}\t{at}\n" for key, line in zip(ids, said, strict=True))
            copy_in(cursor, "persons_matchrecord (person_id, facts, keyed_at)", rows)
        pairs = (
            f"{said}\t{ids[number]}\n" for some in in_order(folder) for said, number in struct.iter_unpack(">qI", some)
        )
        copy_in(cursor, f"{TABLE} (key, person_id)", pairs)
        for _, sql in plain:
            cursor.execute(sql)
        for name, said in bound:
            cursor.execute(f'ALTER TABLE {TABLE} ADD CONSTRAINT "{name}" {said}')
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy_in(cursor: object, into: str, rows: Iterator[str]) -> None:
    """Send rows as text."""
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        while some := "".join(islice(rows, 20_000)):
            copy.write(some)


class Cpu:
    """CPU milliseconds of this thread and, on PostgreSQL, of the server's process that answers it."""

    def __init__(self) -> None:
        from django.db import connection

        self.server = ""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.server = f"/proc/{cursor.fetchone()[0]}/schedstat"

    def ms(self) -> float:
        """Return what was used so far."""
        theirs = int(Path(self.server).read_text(encoding="ascii").split()[0]) / 1e6 if self.server else 0.0
        return time.thread_time() * 1000 + theirs


def ask(folder: Path, asked: int) -> dict[str, object]:
    """Ask for who is new: the time of the whole way from the words to the scored candidates, and who was found."""
    from patogh.persons.matching import finding

    rows = [json.loads(line) for line in (folder / "aside").open(encoding="utf-8")]
    random.Random(5).shuffle(rows)
    warm = min(WARM_UP, len(rows) // 4)
    rows, first = rows[warm : warm + asked], rows[:warm]
    for row, _ in first:
        finding.match_record(as_asked(row))
    took, cpu, meter, found = [], [], Cpu(), []
    for row, _ in rows:
        used, began = meter.ms(), time.perf_counter()
        answer = finding.match_record(as_asked(row))
        took.append((time.perf_counter() - began) * 1000)
        cpu.append(meter.ms() - used)
        found.append({str(one.person_id) for one in answer})
    return {
        **times(took),
        **{f"cpu_{name}": each for name, each in times(cpu).items()},
        **quality(rows, found),
    }


def times(values: list[float]) -> dict[str, float]:
    """Return the usual percentiles."""
    said = {f"p{percent}_ms": round(percentile(values, percent), 2) for percent in (50, 95, 99)}
    return {**said, "max_ms": round(max(values), 2)}


def quality(rows: list[list[object]], found: list[set[str]]) -> dict[str, object]:
    """Return how many of those who are known were among the candidates, and how many were said."""
    from patogh.persons.matching import finding

    known, near, hit, true_pairs, near_pairs, said, right, many = 0, 0, 0, 0, 0, 0, 0, []
    for (row, same), persons in zip(rows, found, strict=True):
        true = {ident(number) for number in same}
        candidates = {str(one) for one in finding.candidates(as_asked(row), None)}
        many.append(len(candidates))
        known, near, hit = known + bool(true), near + bool(true & candidates), hit + bool(true & persons)
        true_pairs, near_pairs = true_pairs + len(true), near_pairs + len(true & candidates)
        said, right = said + len(persons), right + len(true & persons)
    return {
        "asked": len(rows), "known": known, "near_share": round(near / max(known, 1), 4), "near_pairs_share": round(near_pairs / max(true_pairs, 1), 4),
        "found_share": round(hit / max(known, 1), 4), "right_share": round(right / max(said, 1), 4),
        "candidates_mean": round(sum(many) / len(many), 1), "candidates_p99": percentile([float(one) for one in many], 99),
    }  # fmt: skip


def peak() -> float:
    """Return the most memory this process had, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024, 1)


if __name__ == "__main__":
    django.setup()
    what, place, *words = sys.argv[1:]
    if what == "prepare":
        answer = prepare(Path(place), int(words[0]), words[1])
    elif what == "load":
        answer = load(Path(place))
    else:
        answer = ask(Path(place), int(words[0]))
    print(json.dumps({**answer, "peak_mb": peak()}))
