"""The pages of trust, notices, API, webhooks and insight: rows for them in proportion to the house, and their addresses.

The rows are put straight into the tables (nothing of that is measured), once a house: one decided case for each 50 posts,
one open one for each 500, one webhook delivery for each 10.
"""

import datetime as dt
import itertools
import random
import uuid
from typing import Any
from urllib.parse import urlencode

POSTS_A_DECISION, POSTS_AN_ITEM, POSTS_A_DELIVERY, CHUNK = 50, 500, 10, 2_000
MARK = "bench.large"
REASONS = ("spam", "insult", "off_topic", "scam", "privacy", "other")
FLAGS = ("spam", "off_topic", "inappropriate")


def staff(*roles: str) -> list[Any]:
    """Return the members with one of these roles."""
    from patogh.people.models import Member

    found = Member.objects.exclude(roles="").filter(is_active=True).order_by("id")
    return [member for member in found if set(member.roles.split()) & set(roles)]


def fill() -> None:
    """Put the rows in, unless they are there."""
    from patogh.api.models import WebhookEndpoint
    from patogh.hangout.models import Post

    if WebhookEndpoint.objects.filter(description=MARK).exists():
        return
    posts = Post.objects.order_by("-pk").values_list("pk", flat=True)[0] if Post.objects.exists() else 0
    team, dice = staff("admin", "moderator"), random.Random(1405)
    decided, waiting = posts // POSTS_A_DECISION, posts // POSTS_AN_ITEM
    about = sample(dice, decided + waiting, posts)
    for start in range(0, decided, CHUNK):
        decisions(about[start : min(start + CHUNK, decided)], team, dice)
    open_items(about[decided:], dice)
    held_texts(waiting // 4, dice)
    own_matters(posts, team, dice)
    webhooks(posts // POSTS_A_DELIVERY, team[0])
    measured()


def sample(dice: random.Random, count: int, highest: int) -> list[dict[str, Any]]:
    """Return so many different posts with what a case must know of them."""
    from patogh.hangout.models import Post

    keys = sorted(dice.sample(range(1, highest), min(count * 2, highest - 1)))
    found: list[dict[str, Any]] = []
    for start in range(0, len(keys), CHUNK):
        rows = Post.objects.filter(pk__in=keys[start : start + CHUNK], trashed_at=None, author__isnull=False)
        found += rows.values("pk", "author_id", "created_at", "topic__space_id")
    dice.shuffle(found)
    return found[:count]


def decisions(about: list[dict[str, Any]], team: list[Any], dice: random.Random) -> None:
    """Make decided cases with their flags, a tenth of them with a warning, a twentieth with an appeal."""
    from patogh.trust.models import Appeal, Decision, Flag, ReviewItem, Sanction

    hour = dt.timedelta(hours=1)
    items = ReviewItem.objects.bulk_create(
        ReviewItem(
            kind="flags", subject_kind="hangout.post", subject_id=str(post["pk"]), member_id=post["author_id"], space_id=post["topic__space_id"], score=2,
            flags_count=1, state="decided", opened_at=post["created_at"] + hour, first_seen_at=post["created_at"] + 2 * hour, decided_at=post["created_at"] + 3 * hour,
            decided_by=dice.choice(team),
        ) for post in about
    )  # fmt: skip
    Flag.objects.bulk_create(
        Flag(item=item, subject_kind=item.subject_kind, subject_id=item.subject_id, by_id=None, reason=dice.choice(FLAGS), weight=1, created_at=item.opened_at,
             outcome="agreed", settled_at=item.decided_at) for item in items
    )  # fmt: skip
    made = Decision.objects.bulk_create(
        Decision(item=item, subject_kind=item.subject_kind, subject_id=item.subject_id, member_id=item.member_id, space_id=item.space_id, by=item.decided_by,
                 what=dice.choice(("hide", "approve", "approve")), sanction="warning" if number % 10 == 0 else "", reason=dice.choice(REASONS), words="دلیلش را در گفت‌وگو نوشتیم.",
                 batch=uuid.UUID(int=dice.getrandbits(128)), decided_at=item.decided_at) for number, item in enumerate(items)
    )  # fmt: skip
    Sanction.objects.bulk_create(
        Sanction(decision=row, member_id=row.member_id, kind="warning", reason=row.reason, words=row.words, since=row.decided_at) for row in made if row.sanction
    )  # fmt: skip
    Appeal.objects.bulk_create(
        Appeal(decision=row, by_id=row.member_id, against=row.by, words="چنین نبود", opened_at=row.decided_at + hour, outcome="upheld", answer="درست بود",
               decided_at=row.decided_at + 9 * hour) for row in made[::20]
    )  # fmt: skip


def open_items(about: list[dict[str, Any]], dice: random.Random) -> None:
    """Make open cases with a flag or two."""
    from patogh.trust.models import Flag, ReviewItem

    items = ReviewItem.objects.bulk_create(
        ReviewItem(kind="flags", subject_kind="hangout.post", subject_id=str(post["pk"]), member_id=post["author_id"], space_id=post["topic__space_id"],
                   score=round(dice.random() * 4, 2), flags_count=2, opened_at=post["created_at"]) for post in about
    )  # fmt: skip
    Flag.objects.bulk_create(
        Flag(item=item, subject_kind=item.subject_kind, subject_id=item.subject_id, by_id=None, reason=dice.choice(FLAGS), weight=1, created_at=item.opened_at, words="تکراری است")
        for item in items for _ in range(2)
    )  # fmt: skip
    step_tally("flags", len(items))


def held_texts(count: int, dice: random.Random) -> None:
    """Make texts that wait for a moderator."""
    from django.utils import timezone

    from patogh.hangout.models import Topic
    from patogh.people.models import Member
    from patogh.trust.models import Held, ReviewItem

    topics = list(
        Topic.objects.filter(space__access="public").order_by("-pk").values_list("pk", "space_id", "title")[:200]
    )
    people = list(Member.objects.filter(is_active=True).order_by("-pk").values_list("pk", flat=True)[:400])
    reasons = [
        {"code": "first_post", "score": 0.5, "facts": {}},
        {"code": "typed_fast", "score": 2.0, "facts": {"seconds": 1.2}},
    ]
    rows = Held.objects.bulk_create(
        Held(kind="reply", author_id=dice.choice(people), place_kind="hangout.topic", place_id=str(topic), space_id=space, title=title,
             text="قطعات اصلی با قیمت باورنکردنی، همین حالا پیام بدهید.", payload={"parent": None, "is_followup": False}, reasons=reasons, score=2.5, held_at=timezone.now())
        for topic, space, title in (dice.choice(topics) for _ in range(count))
    )  # fmt: skip
    ReviewItem.objects.bulk_create(
        ReviewItem(kind="held", subject_kind="trust.held", subject_id=str(row.pk), member_id=row.author_id, space_id=row.space_id, score=row.score, opened_at=row.held_at)
        for row in rows
    )  # fmt: skip
    step_tally("held", len(rows))


def step_tally(kind: str, count: int) -> None:
    """Keep the stored number of open items exact."""
    from django.db.models import F

    from patogh.trust.models import QueueTally

    QueueTally.objects.get_or_create(kind=kind)
    QueueTally.objects.filter(kind=kind).update(open_count=F("open_count") + count)


def own_matters(posts: int, team: list[Any], dice: random.Random) -> None:
    """Give the members who will look decisions about themselves, flags of their own, blocks and tokens: more in a large house."""
    from django.utils import timezone

    from bench.large import MEMBERS
    from patogh.api.models import Token
    from patogh.hangout.models import Post
    from patogh.people.models import Member
    from patogh.trust.models import Block, Flag, ReviewItem

    many, now = (60 if posts > 100_000 else 12), timezone.now()
    lookers = list(Member.objects.filter(is_active=True).order_by("id")[:MEMBERS])
    others = list(Member.objects.filter(is_active=True).order_by("-id").values_list("pk", flat=True)[:many])
    mine = (
        Post.objects.filter(trashed_at=None).order_by("-pk").values("pk", "author_id", "created_at", "topic__space_id")
    )
    seen = set(ReviewItem.objects.filter(subject_kind="hangout.post").values_list("subject_id", flat=True))
    items = itertools.cycle(ReviewItem.objects.filter(state="decided").order_by("-pk")[:many])
    for looker in lookers:
        about = [post for post in mine.filter(author=looker)[: many * 2] if str(post["pk"]) not in seen][:many]
        decisions(about, team, dice)
        Flag.objects.bulk_create(
            Flag(item=item, subject_kind=item.subject_kind, subject_id=item.subject_id, by=looker, reason="spam", weight=1, created_at=now, outcome="agreed", settled_at=now)
            for item, _ in zip(items, range(many), strict=False)
        )  # fmt: skip
        Block.objects.bulk_create(
            [Block(member=looker, blocked_id=pk) for pk in others[: many // 4] if pk != looker.pk],
            ignore_conflicts=True,
        )
    Token.objects.bulk_create(
        Token(member=looker, name=f"برنامهٔ {number}", digest=f"{dice.getrandbits(256):064x}", hint="patogh_…", scopes="read:me", created_at=now)
        for looker in lookers for number in range(many // 6)
    )  # fmt: skip


def webhooks(count: int, admin: Any) -> None:
    """Make one endpoint with a log of deliveries, a few of them failed."""
    from django.utils import timezone

    from patogh.api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage

    now = timezone.now()
    endpoint = WebhookEndpoint.objects.create(
        url="https://hooks.example.org/in", description=MARK, patterns="hangout.*", secret="whsec_bench", made_by=admin, created_at=now, paused_at=now, paused_why="hand"
    )  # fmt: skip
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        messages = WebhookMessage.objects.bulk_create(
            WebhookMessage(key=f"bench_{n}", type="hangout.reply_posted", body="{}", created_at=now) for n in numbers
        )
        sent = WebhookDelivery.objects.bulk_create(
            WebhookDelivery(endpoint=endpoint, message=message, state="failed" if number % 200 == 0 else "succeeded", attempts=1, due_at=now, created_at=now, ended_at=now)
            for number, message in enumerate(messages)
        )  # fmt: skip
        WebhookAttempt.objects.bulk_create(
            WebhookAttempt(delivery=row, at=now, took_ms=30, status=200, answer="ok") for row in sent
        )


def measured() -> None:
    """Let the planner know what came, and measure what the pages of insight show."""
    from django.db import connection

    from patogh.insight import tasks

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tasks.measure()


def addresses() -> dict[str, dict[str, list[str]]]:
    """Return the addresses of each kind of page by who asks for them: everybody, members, the team."""
    from bench.large import MEMBERS, evenly
    from bench.search import COMMON
    from patogh.api.models import WebhookDelivery, WebhookEndpoint
    from patogh.hangout.models import Space, Topic
    from patogh.people.models import Member
    from patogh.trust.models import ReviewItem

    handles = list(
        Member.objects.filter(is_active=True).order_by("-posts_count", "id").values_list("handle", flat=True)[:MEMBERS]
    )
    topics = evenly(Topic.objects.filter(space__access="public", trashed_at__isnull=True, merged_into__isnull=True), 60)
    spaces = list(Space.objects.filter(access="public").order_by("-posts_count").values_list("pk", "slug"))
    items, hook = (
        ReviewItem.objects.filter(state="open").order_by("-score", "-pk"),
        WebhookEndpoint.objects.get(description=MARK),
    )
    sent = WebhookDelivery.objects.filter(endpoint=hook).order_by("-pk").values_list("pk", flat=True)[:60]
    api = "/api/v1"
    return {
        "anonymous": {
            "moderation_log": ["/moderation", *(f"/moderation?reason={reason}" for reason in REASONS)], "moderation_csv": ["/moderation.csv"],
        },
        "signed_in": {
            "my_moderation": ["/me/moderation"], "settings_blocks": ["/me/settings/blocks"], "settings_age": ["/me/settings/age"], "notices": ["/notices"],
            "notice_settings": ["/me/settings/notices"], "digest": ["/me/digest"], "tokens": ["/me/settings/tokens"], "your_data": ["/me/settings/data", "/me/settings/leaving"],
            **{f"api {path}": [f"{api}{path}"] for path in (
                "/me", "/me/settings", "/me/bookmarks", "/me/drafts", "/me/follows", "/me/sessions", "/me/tokens", "/me/flags", "/me/waiting", "/me/blocks", "/me/decisions",
                "/me/appeals", "/me/notice-choices", "/me/notice-terms", "/me/devices", "/me/copies", "/notices", "/members", "/tags", "/spaces", "/topics", "/moderation-log", "/about",
            )},
            "api search": [f"{api}/search?{urlencode({'q': word})}" for word in COMMON], "api suggestions": [f"{api}/search/suggestions?{urlencode({'q': word})}" for word in COMMON],
            "api similar": [f"{api}/search/similar?{urlencode({'q': word})}" for word in COMMON],
            "api /topics?space": [f"{api}/topics?space={slug}" for _, slug in spaces], "api topic": [f"{api}/topics/{pk}" for pk in topics],
            "api topic posts": [f"{api}/topics/{pk}/posts" for pk in topics], "api member": [f"{api}/members/{handle}" for handle in handles],
            "api member topics": [f"{api}/members/{handle}/topics" for handle in handles], "api member posts": [f"{api}/members/{handle}/posts" for handle in handles],
            "api followers": [f"{api}/members/{handle}/followers" for handle in handles], "api following": [f"{api}/members/{handle}/following" for handle in handles],
        },
        "team": {
            "review": ["/review", "/review?kind=flags", "/review?kind=held", "/review?state=decided", *(f"/review?space={pk}" for pk, _ in spaces)],
            "review_item": [f"/review/{pk}" for pk in items.values_list("pk", flat=True)[:60]], "opinions": ["/review/opinions"], "webhooks": ["/team/webhooks"],
            "webhook": [f"/team/webhooks/{hook.pk}", f"/team/webhooks/{hook.pk}?state=failed"], "webhook_delivery": [f"/team/webhooks/deliveries/{pk}" for pk in sent],
            "insight": ["/team/insight/moderation"], "insight_csv": ["/team/insight/moderation.csv"], "team_trust": ["/team/trust"], "team_words": ["/team/words"],
            "api /review": [f"{api}/review", f"{api}/review?kind=flags"], "api review item": [f"{api}/review/{pk}" for pk in items.values_list("pk", flat=True)[:60]],
        },
    }  # fmt: skip
