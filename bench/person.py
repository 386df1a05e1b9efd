"""The page of a person with 10,000 activities over 12 identities that were merged, as the team's handler answers it.

What is measured is everything but the network: session, rights, the road's own statements, what each room says, and the
template. The road of somebody with 100 activities is measured beside it: both must cost the same number of statements.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from bench._site import ROOT, inside, on_both
from bench.machine import machine

P95_MS_MAX = 100.0
RUN = """
import datetime as dt, json, random, sys, time
import django; django.setup()
from django.conf import settings
settings.DOOR = "inline"; settings.ALLOWED_HOSTS = ["*"]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from bench.machine import percentile
from patogh.activity import upkeep
from patogh.activity.bulk import insert_objects
from patogh.activity.models import Activity
from patogh.channels.models import Message, Setup
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Post
from patogh.people.actions import join
from patogh.people.identifying import identity_of
from patogh.people.models import Brand, Member, RoleGrant
from patogh.persons.actions import looking, writing
from patogh.persons.merging import merge_persons
from patogh.persons.queries.persons import person_of
many, times, now, chance = int(sys.argv[1]), int(sys.argv[2]), timezone.now(), random.Random(6)
Brand.objects.create(id=1, name="رکاب", name_en="Rekab")
def made(name, handle, role=""):
    one = join(name, handle=handle)
    if role:
        Member.objects.filter(pk=one.pk).update(roles=role); RoleGrant.objects.create(member=one, role=role); one.refresh_from_db()
    return one
agent, owner, other = made("حمید یزدی", "hamid", "agent"), made("اردلان", "ardalan", "owner"), made("رضا", "reza")
space = talk.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
KINDS = (("telegram", "@{}_t"), ("bale", "@{}_b"), ("cookie", "browser-{}"), ("shop-customer", "woo:{}"), ("email", "{}@example.org"), ("phone", "+98913{}"),
    ("mastodon", "@{}@example.org"), ("cookie", "second-{}"), ("cookie", "third-{}"), ("import", "crm:{}"), ("instagram", "@{}.i"))
VERBS = (("hangout.reply_posted", 3), ("hangout.reaction_given", 4), ("persons.page_viewed", 6), ("persons.event_tracked", 4), ("channels.message_received", 2), ("ideas.support_given", 1))
def somebody(name, handle, number, steps):
    member = made(name, handle); first = member.identity
    topic = talk.open_topic(space, NewTopic(f"توپی عقب تق‌تق می‌کند {number}", f"در سرازیری {number}", "question", ("توپی",)), by=other)
    posts = [talk.reply(topic, NewReply(f"خار را چرب کن، بار {n}"), by=member) for n in range(3)]
    proto = Post.objects.get(pk=posts[0].pk); at = Post.objects.filter(topic=topic).order_by("-number").values_list("number", flat=True)[0]
    extra = [Post(topic=topic, number=at + 1 + n, author=member, parent=posts[n % 3], text=proto.text, html=proto.html, created_at=now - dt.timedelta(hours=n)) for n in range(min(steps // 10, 400))]
    Post.objects.bulk_create(extra); keys = [post.pk for post in Post.objects.filter(author=member)]
    @upkeep
    def known(): return [identity_of(kind, form.format(number if kind in {"phone", "shop-customer"} else handle), verified=True) for kind, form in KINDS]
    rows = [first, *known()]
    for row in rows[1:]:
        row.refresh_from_db()
        if row.person_id != first.person_id: merge_persons(person_of(first), row.person, by=owner, why="staff", reason="یک نفرند")
    setup = Setup.objects.get_or_create(connector="bale", name="ربات", address="a" * 24, defaults={"made_at": now})[0]
    words = [Message(setup=setup, connector="bale", way="in", key=f"{handle}{n}", thread=handle, identity=rows[2], text="رنگ سبز کی می‌آید؟", state="came", happened_at=now - dt.timedelta(hours=n), recorded_at=now) for n in range(steps // 10)]
    Message.objects.bulk_create(words); said = [one.pk for one in Message.objects.filter(thread=handle)]
    lot = [verb for verb, share in VERBS for _ in range(share)]
    def step(n):
        verb = chance.choice(lot); kind, key, target = "", "", ("", "")
        if verb.startswith("hangout"): kind, key, target = "hangout.post", str(chance.choice(keys)), ("hangout.topic", str(topic.pk))
        if verb.startswith("channels"): kind, key = "channels.message", str(chance.choice(said)) if said else ""
        return Activity(verb=verb, identity_id=rows[n % 12].pk, subject_kind=kind, subject_id=key, target_kind=target[0], target_id=target[1], audience="staff",
            channel=chance.choice(("web", "bale", "mail")), happened_at=now - dt.timedelta(minutes=chance.randrange(60 * 24 * 1200)), recorded_at=now, currency="", data={}, source="", key=None)
    for start in range(0, steps, 2000): insert_objects([step(n) for n in range(start, min(steps, start + 2000))])
    person = person_of(first)
    looking.open_person(person, by=agent, reason="سنجش"); writing.write_note(person, "صبح‌ها کلاس دارد", by=agent)
    writing.make_pledge(person, "زنگ می‌زنیم", now + dt.timedelta(days=2), by=agent)
    return f"/team/people/{person.pk}", len(rows)
page, identities = somebody("مریم صالحی", "maryam", 1000001, many)
small, _ = somebody("مینا کاظمی", "mina", 1000002, 100)
if connection.vendor == "sqlite":
    with connection.cursor() as cursor: cursor.execute("ANALYZE")
client = Client(); client.force_login(agent)
def asked(path):
    answer = client.get(path); assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"), answer.content[:300])
    return answer
def statements(path):
    asked(path)
    with CaptureQueriesContext(connection) as said: asked(path)
    return len(said)
def took(path):
    asked(path); found, cpu = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter(); asked(path); found.append((time.perf_counter() - began) * 1000)
    global cpu_ms; cpu_ms = round((time.process_time() - cpu) * 1000 / times, 1)
    return found
counts = statements(page), statements(small)
lane, less, whole = took(page + "?lane=messages"), took(small), took(page)
print(json.dumps({"activities": many, "identities": identities, "cpu_ms": cpu_ms, "p50_ms": round(percentile(whole, 50), 1), "p95_ms": round(percentile(whole, 95), 1),
    "lane_p95_ms": round(percentile(lane, 95), 1), "with_100_p95_ms": round(percentile(less, 95), 1), "statements": counts[0], "statements_with_100": counts[1],
    "kb": round(len(asked(page).content) / 1024)}))
"""


def measured(options: argparse.Namespace, extra: dict[str, str]) -> dict[str, object]:
    """Make a house with two persons, and ask for their pages again and again."""
    with tempfile.TemporaryDirectory(prefix="patogh-bench-") as folder:
        house = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PATOGH_DATA": folder, "PYTHONPATH": str(ROOT)}
        env = {**os.environ, **house, **extra}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"], env=env, check=True)
        return inside(env, "-c", RUN, options.activities, options.times)


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the page is there within its time and a long road costs no more statements."""
    parser = argparse.ArgumentParser(prog="patogh bench person", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--activities", type=int, default=10_000, help="activities of the person")
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database instead of both")
    options = parser.parse_args(argv)
    houses = on_both(options.only, lambda extra: measured(options, extra))
    is_fast = all(float(str(one["p95_ms"])) <= P95_MS_MAX for one in houses.values())
    is_flat = all(int(str(one["statements"])) <= int(str(one["statements_with_100"])) + 2 for one in houses.values())
    result = {"bench": "person", "machine": machine(), **houses, "p95_ms_max": P95_MS_MAX, "ok": is_fast and is_flat}
    lines = "\n".join(f"{name}: {one}" for name, one in houses.items())
    print(json.dumps(result, ensure_ascii=False) if options.json else lines)
    return 0 if is_fast and is_flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
