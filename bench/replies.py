"""Durable replies over HTTP: 32 writers at once, signed in, through CSRF, Markdown, counters, index and road.

Three houses in one run on the same machine: SQLite with group commit (the default), SQLite with one flush per reply
(`PATOGH_DOOR=inline`, the reference), and PostgreSQL with its own defaults for durability. Afterwards every acknowledged
reply is looked for in the database.
"""

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench.machine import cpu_seconds, family, free_port, machine, percentile, rss_mb, wait_for_port

CSRF = "b" * 32
PER_CPU_S_MIN, P99_MS_MAX = 250, 100
TEXT = "دیروز همین کار را کردم: **اول** چرخ را باز کردم، بعد خلاص‌کن را با نفت شستم.\n\n> گریس سنگین نه\n\nصدا رفت. شمارهٔ {n}."

BUILD = """
import datetime as dt, json, sys, django
django.setup()
from django.conf import settings
from patogh.people.sessions import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from patogh.hangout import actions
from patogh.hangout.models import Space
from patogh.people.actions.bulk import NewMember, load_members
from patogh.people.models import Brand, Member
from patogh.trust.models import TrustTerms
Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
TrustTerms.objects.create(id=1, chosen={"posts_per_minute": 1_000_000, "posts_per_minute_address": 1_000_000, "day_topics": 1_000})
now = timezone.now() - dt.timedelta(days=30)
members = load_members([NewMember(handle=f"writer_{n}", name=f"نویسنده {n}", joined_at=now) for n in range(int(sys.argv[1]))])
Member.objects.update(trust_level=2)
members = list(Member.objects.filter(handle__startswith="writer_").order_by("id"))
space = Space.objects.create(slug="repair", name="تعمیر")
topics = [actions.open_topic(space, actions.NewTopic(title=f"پرسش شمارهٔ {n} دربارهٔ ترمز", text="لنت را عوض کردم.", kind="question"), by=members[n % len(members)]).pk for n in range(40)]
sessions = []
for member in members:
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk); session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash(); session.save(); sessions.append(session.session_key)
print(json.dumps({"sessions": sessions, "topics": topics}))
"""
COUNT = """
import json, sys, django
django.setup()
from patogh.activity.models import Activity
keys = set(json.load(sys.stdin))
found = set(Activity.objects.filter(verb="hangout.reply_posted", key__isnull=False).values_list("key", flat=True))
from patogh.hangout.models import Post
from django.db.models import Count
twice = Post.objects.values("topic", "number").annotate(n=Count("pk")).filter(n__gt=1).count()
print(json.dumps({"lost": len(keys - found), "duplicates": twice}))
"""


def python(code: str, env: dict[str, str], *words: str, given: str = "") -> str:
    """Run a few lines inside the house and return the last line they print."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=env, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(
            f"replies: {done.stderr.strip().splitlines()[-1] if done.stderr else 'the house did not answer'}"
        )
    return done.stdout.strip().splitlines()[-1]


@contextlib.contextmanager
def house(env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve pages with one process on a free port; yields the port and the pid."""
    port = free_port()
    words = [
        "--interface",
        "wsgi",
        "--http",
        "1",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "16",
    ]
    command = [
        sys.executable,
        "-m",
        "granian",
        *words,
        "--backpressure",
        "4096",
        "--no-ws",
        "--log-level",
        "error",
        "patogh.conf.wsgi:application",
    ]
    process = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        wait_for_port(port)
        yield port, process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def write(port: int, writers: int, seconds: float, built: dict[str, list]) -> dict[str, list]:
    """Let `writers` write at once for some seconds; returns the keys that were acknowledged, the times and what went wrong."""
    seen: dict[str, list] = {"keys": [], "ms": [], "bad": []}
    until = time.monotonic() + seconds
    lock = threading.Lock()

    def one(number: int) -> None:
        chance, connection = random.Random(number), HTTPConnection("127.0.0.1", port, timeout=60)
        cookie = f"patogh_session={built['sessions'][number % len(built['sessions'])]}; patogh_csrf={CSRF}"
        head = {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{port}",
        }
        count = 0
        while time.monotonic() < until:
            key, count = str(uuid.uuid4()), count + 1
            body = urlencode({"csrfmiddlewaretoken": CSRF, "key": key, "text": TEXT.format(n=f"{number}-{count}")})
            began = time.perf_counter()
            try:
                connection.request("POST", f"/t/{chance.choice(built['topics'])}/posts", body, head)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, HTTPException) as error:
                status = repr(error)
                connection.close()
            with lock:
                seen["ms"].append((time.perf_counter() - began) * 1000)
                (seen["keys"] if status in {200, 201, 302, 303} else seen["bad"]).append(
                    key if status in {200, 201, 302, 303} else status
                )

    threads = [threading.Thread(target=one, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def measured(
    name: str, options: argparse.Namespace, extra: dict[str, str], postgres_pids: list[int]
) -> dict[str, object]:
    """Build a house, write into it, and look for every acknowledged reply."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PATOGH_DATA": folder,
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            **extra,
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        built = json.loads(python(BUILD, env, str(options.writers)))
        with house(env) as (port, pid):
            write(port, options.writers, 1, built)
            pids = family(pid) + postgres_pids
            before, began = cpu_seconds(pids), time.perf_counter()
            seen = write(port, options.writers, options.seconds, built)
            wall, cpu = time.perf_counter() - began, cpu_seconds(pids) - before
            memory = max(rss_mb(one) for one in family(pid))
        verdict = json.loads(python(COUNT, env, given=json.dumps(seen["keys"])))
    if not seen["keys"]:
        raise SystemExit(f"replies: {name}: nothing was accepted: {seen['bad'][:3]}")
    return {
        "replies": len(seen["keys"]), "per_cpu_s": round(len(seen["keys"]) / cpu, 1), "per_s": round(len(seen["keys"]) / wall, 1),
        "p50_ms": round(statistics.median(seen["ms"]), 1), "p99_ms": round(percentile(seen["ms"], 99), 1), "refused": len(seen["bad"]),
        "refusals": sorted({str(bad) for bad in seen["bad"]})[:3], "rss_mb": memory, **verdict,
    }  # fmt: skip


@contextlib.contextmanager
def postgres() -> Iterator[tuple[str, list[int]]]:
    """Run a PostgreSQL with durable defaults; yields its address and its processes."""
    from tests.postgres import server

    before = set(_postgres_pids())
    with server("-c", "listen_addresses=", "-c", "max_connections=100") as address:
        yield address, [pid for pid in _postgres_pids() if pid not in before]


def _postgres_pids() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if (entry / "comm").read_text().strip() == "postgres":
                found += family(int(entry.name))
    return sorted(set(found))


def main(argv: list[str]) -> int:
    """Measure and print; 0 when nothing was lost and the targets are met."""
    parser = argparse.ArgumentParser(prog="patogh bench replies", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args(argv)
    result: dict[str, object] = {"bench": "replies", "writers": options.writers}
    houses = {
        "group_commit": measured("group commit", options, {}, []),
        "plain_full": measured("plain FULL", options, {"PATOGH_DOOR": "inline"}, []),
    }
    with postgres() as (address, pids):
        houses["postgresql"] = measured("PostgreSQL", options, {"PATOGH_DATABASE_URL": address}, pids)
    result |= houses
    result["ratio_group_commit_to"] = {
        name: round(houses["group_commit"]["per_cpu_s"] / houses[name]["per_cpu_s"], 2)
        for name in ("plain_full", "postgresql")
    }
    result["machine"] = machine()
    if options.json:
        print(json.dumps(result))
    else:
        for name, figures in houses.items():
            print(
                f"replies: {name:12} {figures['per_cpu_s']:>6}/cpu-s {figures['per_s']:>6}/s p50 {figures['p50_ms']} ms p99 {figures['p99_ms']} ms refused {figures['refused']} lost {figures['lost']} duplicates {figures['duplicates']}"
            )
        print(
            f"         group commit to plain FULL {result['ratio_group_commit_to']['plain_full']}x, to PostgreSQL {result['ratio_group_commit_to']['postgresql']}x, on {result['machine']}"
        )
    ours = houses["group_commit"]
    is_whole = not any(one["lost"] or one["duplicates"] or one["refused"] for one in houses.values())
    return 0 if is_whole and ours["per_cpu_s"] >= PER_CPU_S_MIN and ours["p99_ms"] <= P99_MS_MAX else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
