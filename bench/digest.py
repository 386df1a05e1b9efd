"""The digest at size: members a second for whom it is computed and queued, in one process, with the memory it took.

The members are made straight in the database (nothing of that is measured): each follows spaces, tags, topics and people
of the demo and has read some of it. Measured is what the worker does: batches of 500, chosen and written, to the end.
"""

import argparse
import datetime as dt
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import _site
from bench.machine import machine, rss_mb

PER_SECOND_MIN, GROWTH_MB_MAX = 500, 150
SPACES, TAGS, TOPICS, PEOPLE, MARKERS = 2, 3, 2, 5, 5
CHUNK = 5_000


def main(argv: list[str]) -> int:
    """Make the members, plan all digests, print; 0 when at least 500 members a second were served."""
    given = argparse.ArgumentParser(prog="patogh bench digest", description=__doc__)
    given.add_argument("--json", action="store_true", help="print one JSON object")
    given.add_argument("--members", type=int, default=100_000, help="how many members get a turn")
    given.add_argument("--data", help="data folder of a demo, which is copied; without it a small one is made")
    options = given.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="patogh-digest-"))
    try:
        shutil.copytree(_site.data_folder(options.data), folder, dirs_exist_ok=True)
        found = measured(folder, options.members)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    return 0 if found["met"] else 1


def measured(folder: Path, members: int) -> dict[str, Any]:
    """Return the figures."""
    _site.begin_django(folder)
    from django.core.management import call_command
    from django.db import connection

    from patogh.channels.models import Delivery, DigestTurn

    call_command("migrate", verbosity=0)
    crowd(members)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before, began = rss_mb(os.getpid()), time.monotonic()
    resource_before = resource.getrusage(resource.RUSAGE_SELF)
    served = plan_all()
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    queued = Delivery.objects.filter(kind="digest").count()
    per_second = served / took
    return {
        **machine(), "members": served, "turns": DigestTurn.objects.count(), "queued": queued, "secs": round(took, 1),
        "cpu_secs": round(used.ru_utime + used.ru_stime - resource_before.ru_utime - resource_before.ru_stime, 1),
        "members_a_second": round(per_second), "rss_mb_before": before, "rss_mb_peak": round(used.ru_maxrss / 1024, 1),
        "rss_mb_after": rss_mb(os.getpid()), "met": per_second >= PER_SECOND_MIN,
    }  # fmt: skip


def plan_all() -> int:
    """Do what `channels.plan_digests` does, to the end; returns how many members had their turn."""
    from patogh.channels import actions, queries

    served = 0
    while (plan := queries.next_batch()) is not None:
        actions.queue_digests(plan)
        served += len(plan.next_at)
    return served


def crowd(count: int) -> None:
    """Make so many members with an address, follows, read markers and a turn that is due."""
    from django.db import transaction

    from patogh.hangout.models import Space, Tag, Topic
    from patogh.people.models import Member

    facts = {
        "spaces": list(Space.objects.exclude(access="private").values_list("pk", flat=True)),
        "tags": list(Tag.objects.order_by("-topics_count").values_list("pk", flat=True)[:200]),
        "topics": list(Topic.objects.order_by("-pk").values_list("pk", flat=True)[:500]),
        "people": list(Member.objects.order_by("-posts_count").values_list("pk", flat=True)[:300]),
    }
    dice = random.Random(3)
    for start in range(0, count, CHUNK):
        with transaction.atomic():
            some(range(start, min(start + CHUNK, count)), facts, dice)


def some(numbers: range, facts: dict[str, list[int]], dice: random.Random) -> None:
    """Make one chunk of the crowd."""
    from django.utils import timezone

    from patogh.channels.models import DigestTurn
    from patogh.hangout.models import Follow, ReadMarker
    from patogh.people.models import Identity, Member, MemberFollow

    now = timezone.now()
    ids = Identity.objects.bulk_create([Identity(kind="member", value=f"crowd{n}") for n in numbers])
    members = Member.objects.bulk_create(
        Member(
            identity=identity, handle=identity.value, name=identity.value, name_key=identity.value, password="!",
            email=f"{identity.value}@example.org", age_band="adult", joined_at=now - dt.timedelta(days=30), last_seen_at=now,
        ) for identity in ids
    )  # fmt: skip
    keys = [member.pk for member in members]
    DigestTurn.objects.bulk_create(DigestTurn(member_id=pk, next_at=now - dt.timedelta(minutes=1)) for pk in keys)
    places = (("space_id", "spaces", SPACES), ("tag_id", "tags", TAGS), ("topic_id", "topics", TOPICS))
    Follow.objects.bulk_create(
        Follow(member_id=pk, **{column: one})
        for pk in keys
        for column, name, many in places
        for one in dice.sample(facts[name], min(many, len(facts[name])))
    )
    MemberFollow.objects.bulk_create(
        MemberFollow(follower_id=pk, followed_id=one) for pk in keys for one in dice.sample(facts["people"], PEOPLE)
    )
    ReadMarker.objects.bulk_create(
        ReadMarker(member_id=pk, topic_id=one, last_number=99, read_at=now)
        for pk in keys
        for one in dice.sample(facts["topics"], MARKERS)
    )


def table(found: dict[str, Any]) -> str:
    """Return the figures as lines."""
    return (
        f"{found['members']:,} members in {found['secs']} s: {found['members_a_second']:,} a second"
        f" ({found['queued']:,} digests queued; wanted {PER_SECOND_MIN} a second)\n"
        f"memory {found['rss_mb_before']} MB before, {found['rss_mb_peak']} MB at most; {found['cpu_secs']} CPU seconds"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
