"""Segments at size: a count in the builder, and the time from an act until its person is in, with 1,000,000 persons.

Persons, identities and activities are made by the database itself in a folder of their own (`bench.crowd`); with `--keep FOLDER` they
stay there, and a next run measures on them again. Then, in the house as it runs: `look` is what the builder calls for each rule, first (nothing warm but the file's own
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
from pathlib import Path
from typing import Any

from bench.crowd import crowd
from bench.machine import machine
from tests.postgres import server

ROOT = Path(__file__).resolve().parent.parent
COUNT_S_MAX = 1.0
ENTER_S_MAX = 1.0
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
    parser.add_argument(
        "--keep", type=Path, help="make the crowd in this folder, or take the one that is there, and leave it"
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.inside:
        print(json.dumps(inside(options)))
        return 0
    found: dict[str, object] = {"bench": "segments", "machine": machine()}
    if options.only != "postgresql":
        found["sqlite"] = measured(argv, kept(options.keep, "sqlite"), {"PATOGH_DATABASE_URL": ""})
    if options.only != "sqlite":
        cluster = kept(options.keep, "cluster")
        with server("-c", "listen_addresses=", "-c", "max_connections=100", at=cluster) as address:
            found["postgresql"] = measured(argv, kept(options.keep, "postgresql"), {"PATOGH_DATABASE_URL": address})
    houses = [house for house in (found.get("sqlite"), found.get("postgresql")) if isinstance(house, dict)]
    found["ok"] = all(house["count_s_max"] <= COUNT_S_MAX and house["enter_s_max"] <= ENTER_S_MAX for house in houses)
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["ok"] else 1


def kept(folder: Path | None, name: str) -> Path | None:
    """Return the folder of that name where the crowd stays; None where it goes."""
    if folder is None:
        return None
    (folder / name).mkdir(parents=True, exist_ok=True)
    return (folder / name).resolve()


def measured(argv: list[str], stays: Path | None, extra: dict[str, str]) -> dict[str, object]:
    """Return the figures of one database, with a worker beside it."""
    folder = stays or Path(tempfile.mkdtemp(prefix="patogh-segments-")).resolve()
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
        if stays is None:
            shutil.rmtree(folder, ignore_errors=True)


def inside(options: argparse.Namespace) -> dict[str, object]:
    """Make the crowd and measure, within the house."""
    import django

    django.setup()
    made_s = made(options.persons, options.activities)
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
        "persons": options.persons, "activities": options.activities, "made_s": made_s, "load": os.getloadavg()[0], "counts": counts,
        "count_s_max": slowest, "reference": {"name": "one exact statement over the road for the first condition", "seconds": reference_s},
        **entering,
    }  # fmt: skip


def made(persons: int, activities: int) -> float:
    """Make the crowd, or take the one that is there, without what an earlier run left; returns how long it took to make."""
    from django.conf import settings

    from patogh.activity.models import Job
    from patogh.segments.models import DueMoment, Membership, Segment, SegmentDay, SegmentVersion, Touched

    note = Path(settings.DATA) / "crowd.json"
    size = {"persons": persons, "activities": activities}
    if not note.exists():
        began = time.monotonic()
        crowd(persons, activities)
        note.write_text(json.dumps(size | {"made_s": round(time.monotonic() - began, 1)}))
    there: dict[str, Any] = json.loads(note.read_text())
    if {key: there[key] for key in size} != size:
        raise SystemExit(f"bench segments: another crowd is in {note.parent}; give another --keep, or {there}.")
    for model in (Membership, DueMoment, Touched, SegmentDay, SegmentVersion, Segment, Job):
        model.objects.all().delete()
    return float(there["made_s"])


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
            data={"event": event, "properties": {}},
        )

    event = f"probe_{int(time.time())}"  # one of its own: kept persons had that of an earlier run
    for at in range(9):
        actions.make_segment(f"beside {at}", f"asked >= {at + 2} within 90 days and ordered never", by=None)  # type: ignore[arg-type]
    segment = actions.make_segment("probe", f"event({event}) >= 1 within 90 days", by=None)  # type: ignore[arg-type]
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
