"""Joining two persons and taking it back, each with 1,000 activities (and with 10, which must cost the same number of statements).

The whole action is measured as a page calls it: behind the door, committed to disk. Nothing of the road is touched by either,
so the number of statements may not grow with it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from bench._site import ROOT, inside, on_both
from bench.machine import machine

S_MAX = 1.0
RUN = """
import datetime as dt, json, sys, time
import django; django.setup()
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from bench.machine import percentile
from patogh.activity import upkeep
from patogh.activity.bulk import insert_objects
from patogh.activity.models import Activity
from patogh.people.actions import join, grant_role
from patogh.people.identifying import identity_of
from patogh.people.models import Brand, Member, RoleGrant
from patogh.persons.merging import merge_persons, undo_merge
many, times, now = int(sys.argv[1]), int(sys.argv[2]), timezone.now()
Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
by = join("سمیه کریمی", handle="somayeh")
Member.objects.filter(pk=by.pk).update(roles="agent"); RoleGrant.objects.create(member=by, role="agent"); by.refresh_from_db()
@upkeep
def lived(name, steps):
    rows = [identity_of(kind, value, name=name) for kind, value in (("telegram", f"@{name}_t"), ("cookie", f"browser-{name}"), ("shop-customer", f"woo:{name}"))]
    for other in rows[1:]: merge_persons(rows[0].person, other.person, by=None, why="verified")
    insert_objects([
        Activity(verb="persons.page_viewed", identity_id=rows[step % 3].pk, subject_kind="", subject_id="", target_kind="", target_id="", audience="staff",
            channel="bench", happened_at=now - dt.timedelta(minutes=step), recorded_at=now, currency="", data={}, source="", key=None) for step in range(steps)])
    return rows[0].person
def statements(left, right):
    with CaptureQueriesContext(connection) as said: undo_merge(merge_persons(left, right, by=by), by=by)
    return len(said)
sides = lived("maryam", many), lived("salehi", many)
took, back = [], []
for _ in range(times):
    began = time.perf_counter(); merge = merge_persons(*sides, by=by); took.append(time.perf_counter() - began)
    began = time.perf_counter(); undo_merge(merge, by=by); back.append(time.perf_counter() - began)
from django.conf import settings
settings.DOOR = "inline"
few = lived("mina", 10), lived("kiani", 10)
print(json.dumps({
    "activities_each": many, "merge_p50_ms": round(percentile(took, 50) * 1000, 1), "merge_max_ms": round(max(took) * 1000, 1),
    "undo_p50_ms": round(percentile(back, 50) * 1000, 1), "undo_max_ms": round(max(back) * 1000, 1),
    "statements": statements(*sides), "statements_with_10": statements(*few)}))
"""


def measured(options: argparse.Namespace, extra: dict[str, str]) -> dict[str, object]:
    """Make a house of two persons and join them again and again."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PATOGH_DATA": folder,
            "PYTHONPATH": str(ROOT),
            **extra,
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        return inside(env, "-c", RUN, options.activities, options.times)


def main(argv: list[str]) -> int:
    """Measure and print; 0 when joining and taking back are each within a second and cost the same for a long road."""
    parser = argparse.ArgumentParser(prog="patogh bench merge", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--activities", type=int, default=1_000, help="activities of each side")
    parser.add_argument("--times", type=int, default=30, help="how often they are joined and taken back")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    houses = on_both(options.only, lambda extra: measured(options, extra))
    is_fast = all(
        max(float(str(one["merge_max_ms"])), float(str(one["undo_max_ms"]))) <= S_MAX * 1000 for one in houses.values()
    )
    is_flat = all(one["statements"] == one["statements_with_10"] for one in houses.values())
    result = {"bench": "merge", "machine": machine(), **houses, "s_max": S_MAX, "ok": is_fast and is_flat}
    print(
        json.dumps(result, ensure_ascii=False)
        if options.json
        else "\n".join(f"{name}: {one}" for name, one in houses.items())
    )
    return 0 if is_fast and is_flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
