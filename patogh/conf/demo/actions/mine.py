"""What belongs to single members: whom they follow, and all that makes a demo login feel lived in."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from patogh.activity import upkeep
from patogh.conf.demo.actions.rows import Table, settle_keys, stamp, update
from patogh.hangout import actions as hangout
from patogh.hangout.models import Bookmark, Follow, Post, ReadMarker, Space, Tag, Topic
from patogh.people.demo import DEMO_CAST
from patogh.people.models import Member, MemberFollow

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

FOLLOWED_SPACES: Final = ("repair", "rides", "workshop", "cafe", "buying")
FOLLOWED_TAGS: Final = ("ترمز", "جمعه", "زمستان")
READ_TOPICS: Final = 160
DRAFT_TITLE: Final = "زنگ برنجی روی فرمان باریک می‌نشیند؟"
DRAFT: Final = "زنگ بابک را گرفتم و روی فرمان خواجو ۷ کمی می‌چرخد. یک لایه تیوب زیرش گذاشتم و"


@upkeep
def settle_in(talk: Talk, now: dt.datetime) -> None:
    """Let members follow each other and spaces; give each login its follows, markers, bookmarks and a draft."""
    rng = random.Random("settle in")  # noqa: S311 - a seeded demo
    _follow_people(talk, rng, now)
    _follow_spaces(talk, rng, now)
    settle_keys(MemberFollow, Follow)
    for handle in DEMO_CAST:
        _live_in(next(member for member in talk.members if member.handle == handle), rng, now)


def merge_repeated(talk: Talk) -> None:
    """Put the questions that were asked twice into the first, by the hangout's own action."""
    for source, title, decided in talk.merges:
        target = Topic.objects.get(pk=talk.topic_ids[title])
        hangout.merge_topics(Topic.objects.get(pk=source), target, by=talk.members[decided.by], why=decided.why)


def _follow_people(talk: Talk, rng: random.Random, now: dt.datetime) -> None:
    """Let people follow those who write much; the counters follow."""
    table = Table(MemberFollow, "follower_id", "followed_id", "created_at")
    stars = [pk for pk, _ in talk.figures.posts.most_common(max(60, len(talk.members) // 50))]
    weights = [1 / (rank + 4) for rank in range(len(stars))]
    followers: Counter[int] = Counter()
    following: Counter[int] = Counter()
    for member in talk.members[:20_000]:
        chosen = set(rng.choices(stars, weights, k=min(int(rng.expovariate(1 / 4)), 25))) - {member.pk}
        for pk in sorted(chosen):
            table.add(member.pk, pk, stamp(now - dt.timedelta(minutes=rng.randrange(30, 300_000))))
            followers[pk] += 1
        following[member.pk] = len(chosen)
    table.flush()
    update(
        "UPDATE people_member SET followers_count = %s, following_count = %s WHERE id = %s",
        [(followers[pk], following[pk], pk) for pk in sorted(followers.keys() | following.keys())],
    )


def _follow_spaces(talk: Talk, rng: random.Random, now: dt.datetime) -> None:
    """Let members follow some open spaces; the demo logins choose theirs below."""
    table = Table(Follow, "member_id", "space_id", "created_at")
    counted: Counter[int] = Counter()
    open_spaces = [space for space in talk.spaces.values() if space.access == "public"]
    for member in talk.members[:20_000]:
        named = FOLLOWED_SPACES if member.handle in DEMO_CAST else ()
        chosen = [space for space in open_spaces if space.slug in named or (not named and rng.random() < 0.22)]
        for space in chosen:
            table.add(member.pk, space.pk, stamp(now - dt.timedelta(minutes=rng.randrange(30, 300_000))))
            counted[space.pk] += 1
    table.flush()
    update(
        "UPDATE hangout_space SET followers_count = %s WHERE id = %s",
        [(count, pk) for pk, count in sorted(counted.items())],
    )


def _live_in(member: Member, rng: random.Random, now: dt.datetime) -> None:
    """Give one login a past: much is read, the last day is not, some answers are kept, one question is half written."""
    Follow.objects.bulk_create(
        [Follow(member=member, tag=tag) for tag in Tag.objects.filter(name__in=FOLLOWED_TAGS).order_by("pk")]
    )
    _read(member, rng, now)
    kept = Post.objects.filter(acceptances__isnull=False).exclude(author=member).order_by("-reactions_count", "pk")[:60]
    Bookmark.objects.bulk_create(
        [Bookmark(member=member, post=post) for post in rng.sample(list(kept), min(9, len(kept)))]
    )
    hangout.save_draft("new", DRAFT, by=member, title=DRAFT_TITLE, data={"space": "gear", "kind": "question"})


def _read(member: Member, rng: random.Random, now: dt.datetime) -> None:
    """Note how far the latest topics were read: yesterday evening's visit, so that today's posts are new."""
    last_visit = now - dt.timedelta(hours=20)
    private = Space.objects.filter(access="private").values("pk")
    rows = (
        Topic.objects.filter(created_at__lt=last_visit, merged_into=None)
        .exclude(space_id__in=private)
        .order_by("-active_at")[:READ_TOPICS]
    )
    topics = {topic.pk: topic for topic in rows}
    known = set(ReadMarker.objects.filter(member=member, topic_id__in=topics).values_list("topic_id", flat=True))
    seen: Counter[int] = Counter(
        Post.objects.filter(topic_id__in=topics, number__lte=400, created_at__lt=last_visit).values_list(
            "topic_id", flat=True
        )
    )
    markers = [
        ReadMarker(member=member, topic=topic, last_number=min(seen[pk], topic.last_number), read_at=last_visit)
        for pk, topic in topics.items()
        if pk not in known and rng.random() < 0.8
    ]
    ReadMarker.objects.bulk_create(islice(markers, READ_TOPICS))
