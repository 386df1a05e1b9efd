"""Segments at size: a count in the builder, and the time from an act until its person is in, with 1,000,000 persons.

Persons, identities and activities are written by raw bulk into a folder of their own (indexes are made afterwards, the append-only
triggers stay). Then, in the house as it runs: `look` is what the builder calls for each rule, first (nothing warm but the file's own
pages) and again; an act is one recorded activity, and its person is in when another connection reads the membership that the worker
process wrote. The named reference is one exact statement over the same tables, as a segment tool that scans would run it.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.machine import machine

ROOT = Path(__file__).resolve().parent.parent
COUNT_S_MAX = 1.0
ENTER_S_MAX = 1.0
VERBS = (
    "hangout.topic_opened",
    "hangout.reply_posted",
    "hangout.reaction_given",
    "persons.event_tracked",
    "persons.page_viewed",
)
RULES = (
    "asked >= 2 within 90 days and ordered never",
    "replied >= 3 within 365 days or event(checkout)[total >= 100] >= 1 within 30 days",
    "has(email, verified) and not replied within 180 days",
    "trait(plan) = pro and asked ever",
    "consent(offers, mail) and asked ever",
)
REFERENCE = (
    "SELECT COUNT(*) FROM (SELECT i.person_id FROM activity_activity a JOIN people_identity i ON i.id = a.identity_id "
    "WHERE a.verb = 'hangout.topic_opened' AND a.happened_at >= %s GROUP BY i.person_id HAVING COUNT(*) >= 2) found"
)


def main(argv: list[str]) -> int:
    """Make the crowd, measure, print; 1 when a count or an entry takes longer than a second."""
    parser = argparse.ArgumentParser(prog="patogh bench segments", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--activities", type=int, default=10_000_000)
    parser.add_argument("--entries", type=int, default=30, help="how many acts are timed")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.inside:
        print(json.dumps(inside(options)))
        return 0
    found: dict[str, object] = {"bench": "segments", "machine": machine()}
    if options.only != "postgresql":
        found["sqlite"] = measured(argv, {"PATOGH_DATABASE_URL": ""})
    if options.only != "sqlite":
        from bench.replies import postgres

        with postgres() as (address, _):
            found["postgresql"] = measured(argv, {"PATOGH_DATABASE_URL": address})
    houses = [house for house in (found.get("sqlite"), found.get("postgresql")) if isinstance(house, dict)]
    found["ok"] = all(house["count_s_max"] <= COUNT_S_MAX and house["enter_s_max"] <= ENTER_S_MAX for house in houses)
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["ok"] else 1


def measured(argv: list[str], extra: dict[str, str]) -> dict[str, object]:
    """Return the figures of one database, with a worker beside it."""
    folder = Path(tempfile.mkdtemp(prefix="patogh-segments-")).resolve()
    env = {
        **os.environ,
        "PATOGH_DATA": str(folder),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "patogh.conf.settings",
        **extra,
    }
    try:
        subprocess.run(
            [sys.executable, "-m", "patogh", "migrate"], env=env, cwd=ROOT, stdout=subprocess.DEVNULL, check=True
        )
        done = subprocess.run(
            [sys.executable, "-m", "bench.segments", "--inside", *argv],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def inside(options: argparse.Namespace) -> dict[str, object]:
    """Make the crowd and measure, within the house."""
    import django

    django.setup()
    began = time.monotonic()
    crowd(options.persons, options.activities)
    made_s = time.monotonic() - began
    counts, reference_s = counted()
    with Path(os.devnull).open("w") as silent:
        worker = subprocess.Popen(
            [sys.executable, "-m", "patogh.activity.worker"], stdout=silent, stderr=silent, cwd=ROOT
        )
        try:
            entering = entered(options.entries)
        finally:
            worker.kill()  # a filling would go on to the end of its slice; nothing of this folder is needed again
            worker.wait()
    slowest = max(max(one["first_s"], one["again_s"]) for one in counts.values())
    return {
        "persons": options.persons, "activities": options.activities, "made_s": round(made_s, 1), "counts": counts,
        "count_s_max": slowest, "reference": {"name": "one exact statement over the road for the first condition", "seconds": reference_s},
        **entering,
    }  # fmt: skip


def counted() -> tuple[dict[str, dict[str, float]], float]:
    """Return what the builder's count takes for each rule, and the reference."""
    import datetime as dt

    from django.db import connection
    from django.utils import timezone

    from patogh.segments.asking.estimating import look
    from patogh.segments.rules.reading import parse

    found = {}
    for text in RULES:
        rule, times = parse(text), []
        for _ in range(2):
            began = time.monotonic()
            looked = look(rule).count
            times.append(round(time.monotonic() - began, 3))
        found[text] = {
            "first_s": times[0], "again_s": times[1], "members": looked.members, "low": looked.low, "high": looked.high,
            "is_exact": looked.is_exact,
        }  # fmt: skip
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(REFERENCE, [connection.ops.adapt_datetimefield_value(timezone.now() - dt.timedelta(days=90))])
        cursor.fetchall()
    return found, round(time.monotonic() - began, 3)


def entered(entries: int) -> dict[str, object]:
    """Return how long it takes until somebody is in: while the rule is still being asked of everybody, and with others beside it."""
    from django.db import connection
    from django.utils import timezone

    from patogh.activity import action, record
    from patogh.people.models import Identity
    from patogh.segments import actions, limits
    from patogh.segments.models import Membership, SegmentVersion

    @action
    def act(identity: Identity) -> None:
        record(
            "persons.event_tracked",
            by=identity,
            subject=identity,
            channel="api",
            data={"event": "probe", "properties": {}},
        )

    for at in range(9):
        actions.make_segment(f"beside {at}", f"asked >= {at + 2} within 90 days and ordered never", by=None)  # type: ignore[arg-type]
    segment = actions.make_segment("probe", "event(probe) >= 1 within 90 days", by=None)  # type: ignore[arg-type]
    time.sleep(limits.FILL_DELAY_S + limits.LOOKED_AT_S)
    while not asked_of_all(SegmentVersion):  # the worker is up and in the midst of filling
        time.sleep(0.1)
    began, before = time.monotonic(), asked_of_all(SegmentVersion)
    times = []
    last = Identity.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for _ in range(entries):
        identity = Identity.objects.get(pk=random.randint(1, last))
        act(identity)
        answered = time.monotonic()
        while not Membership.objects.filter(segment=segment, person=identity.person_id, left_at=None).exists():
            time.sleep(0.005)
            if time.monotonic() - answered > 30:
                break
        times.append(time.monotonic() - answered)
    filled = (asked_of_all(SegmentVersion) - before) / (time.monotonic() - began)
    each = [round(one, 3) for one in times]
    times.sort()
    return {
        "segments": 10, "enter_s_each": each, "enter_s_p50": round(times[len(times) // 2], 3), "enter_s_max": round(times[-1], 3),
        "filled_persons_per_s_meanwhile": round(filled), "database": connection.vendor, "at": timezone.now().isoformat(timespec="seconds"),
    }  # fmt: skip


def asked_of_all(versions: type) -> int:
    """Return of how many persons rules were asked so far."""
    return sum(versions.objects.values_list("asked_count", flat=True))  # type: ignore[attr-defined]


def crowd(persons: int, activities: int) -> None:
    """Write persons with an address each (every fifth with an account's second one), traits, consents and activities."""
    import datetime as dt

    from django.db import connection

    from patogh.activity.models import Activity
    from patogh.kit.ids import uuid7
    from patogh.people.models import Consent, Identity, Person
    from patogh.persons.models import Trait

    now, chance = dt.datetime.now(dt.UTC), random.Random(57)
    keys = [uuid7() for _ in range(persons)]
    load(Person, ("id", "created_at"), ((key, now) for key in keys))
    fields = ("id", "kind", "value", "person", "verified_at", "created_at")
    load(
        Identity,
        fields,
        ((at + 1, "email", f"p{at}@example.org", key, now if at % 2 else None, now) for at, key in enumerate(keys)),
    )
    extra = ((persons + at + 1, "telegram", f"t{at}", keys[at * 5], None, now) for at in range(persons // 5))
    load(Identity, fields, extra)
    traits = ("identity", "source", "name", "value", "said_at", "recorded_at")
    load(
        Trait,
        traits,
        ((at + 1, "site", "plan", chance.choice(["pro", "free", "free"]), now, now) for at in range(0, persons, 4)),
    )
    said = ("receipt", "identity", "purpose", "channel", "sender", "state", "words", "words_hash", "language", "method", "evidence",
            "happened_at", "recorded_at")  # fmt: skip
    load(Consent, said, (
        (uuid7(), at + 1, "offers", "mail", "", "given", "", "", "fa", "form", {}, now, now) for at in range(0, persons, 6)
    ))  # fmt: skip
    road = ("id", "verb", "identity_id", "subject_kind", "subject_id", "target_kind", "target_id", "audience", "channel", "happened_at",
            "recorded_at", "currency", "data", "source")  # fmt: skip
    with bare_of_indexes("activity_activity"):
        load(Activity, road, steps(persons, activities, now, chance))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in (Person, Identity, Trait, Consent):
                if table is not Person:
                    name = table._meta.db_table  # noqa: SLF001 - Django's documented API
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                    )
        cursor.execute("ANALYZE")


def steps(persons: int, activities: int, now: object, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Yield activities over two years; some persons do much more than others."""
    import datetime as dt

    from patogh.kit.ids import uuid7

    assert isinstance(now, dt.datetime)
    for at in range(activities):
        verb = VERBS[min(int(chance.random() ** 2 * 5), 4)]
        who = int(chance.random() ** 2 * persons) + 1
        data: dict[str, object] = {}
        if verb == "hangout.topic_opened":
            data = {"kind": "question" if at % 3 else "discussion"}
        elif verb == "persons.event_tracked":
            data = {"event": "checkout" if at % 4 else "search", "properties": {"total": at % 500}}
        when = now - dt.timedelta(minutes=chance.randrange(1_051_200))
        yield (uuid7(), verb, who, "x", str(at), "", "", "staff", "api", when, now, "", data, "")


def load(model: type, fields: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    """Insert rows, some ten thousand a transaction; PostgreSQL takes them by COPY."""
    import itertools

    from django.db import connection, transaction

    from patogh.activity.bulk import insert_rows

    put = copied if connection.vendor == "postgresql" else insert_rows
    while some := list(itertools.islice(rows, 50_000)):
        with transaction.atomic():
            put(model, fields, some)


def copied(model: Any, fields: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Copy rows of plain values into a table."""
    from django.db import connection
    from django.db.models import JSONField

    known = [model._meta.get_field(name) for name in fields]  # noqa: SLF001 - Django's documented API
    columns, table = ", ".join(f'"{one.column}"' for one in known), model._meta.db_table  # noqa: SLF001 - the same
    said = {at for at, one in enumerate(known) if isinstance(one, JSONField)}
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([json.dumps(one) if at in said else one for at, one in enumerate(row)])


class bare_of_indexes:  # noqa: N801 - it reads as a word of a with statement
    """Take a table's plain indexes away, and make them again at the end."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.kept: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        """Drop them."""
        from django.db import connection

        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
                    [self.table],
                )
            else:
                cursor.execute(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
                    "(SELECT conname FROM pg_constraint)", [self.table],
                )  # fmt: skip
            self.kept = cursor.fetchall()
            for name, _ in self.kept:
                cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *_: object) -> None:
        """Make them again."""
        from django.db import connection

        with connection.cursor() as cursor:
            for _, sql in self.kept:
                cursor.execute(sql)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
