"""What the demo logins hear of: notices at the bell, their wishes, what left the house for them, and one address that fails."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q

from patogh.activity import upkeep
from patogh.channels import actions as channels
from patogh.channels.models import Delivery
from patogh.conf.demo.actions.overheard import ideas_heard
from patogh.hangout.models import AcceptedAnswer, Post, Reaction
from patogh.people.demo import DEMO_CAST
from patogh.people.models import Member, MemberFollow, Notice
from patogh.trust.models import Flag

if TYPE_CHECKING:
    from patogh.conf.demo.actions.talk import Talk

LOOKS_BACK_DAYS: Final = 21
KEPT_MAX: Final = 9
LAST_VISIT_HOURS: Final = 20
UNREACHABLE: Final = "golnaz"
TERMS: Final[dict[str, dict[str, Any]]] = {
    "mina": {"digest": "daily", "digest_hour": 20, "quiet_from_min": 22 * 60 + 30, "quiet_to_min": 7 * 60},
    "reza": {"digest": "weekly", "digest_day": 4, "digest_hour": 9},
    "navid": {"is_quiet_at_weekends": True, "mails_a_day": 20},
    "hamid": {"digest": "daily", "digest_hour": 8, "is_quiet_at_weekends": True},
    "azadeh": {"digest": "weekly", "digest_day": 0, "digest_hour": 8},
    "ardalan": {"digest": "never", "mails_a_day": 5},
}
WISHES: Final = {
    "mina": {("hangout.replied", "mail"): "daily", ("hangout.reacted", "mail"): "never"},
    "reza": {("hangout.mentioned", "mail"): "now", ("hangout.replied", "mail"): "never"},
    "navid": {("hangout.opened", "mail"): "now"},
    "hamid": {("hangout.mentioned", "mail"): "now", ("hangout.opened", "mail"): "weekly"},
    "ardalan": {("hangout.replied", "mail"): "never", ("hangout.opened", "mail"): "weekly"},
}
Told = tuple[str, str, str, int | None, str, str, int, dt.datetime]


def tell(talk: Talk) -> None:
    """Fill the bells, let the logins choose, and write what was sent to them."""
    rng = random.Random("told")  # noqa: S311 - a seeded demo
    for handle in DEMO_CAST:
        member = Member.objects.get(handle=handle)
        channels.change_terms(member, by=member, **TERMS[handle])
        if handle in WISHES:
            channels.choose(member, WISHES[handle], by=member)
        _give(talk, member, rng)
    member = Member.objects.get(handle=UNREACHABLE)
    for _ in range(2):
        channels.note_bounce(str(member.email), True, "550 5.1.1 User unknown")


@upkeep
def _give(talk: Talk, member: Member, rng: random.Random) -> None:
    """Give a member the notices of the last weeks: those before the last visit are read."""
    visit = talk.now - dt.timedelta(hours=LAST_VISIT_HOURS)
    found = sorted(_heard(talk, member), key=lambda told: (told[7], told[:3]))
    notices = Notice.objects.bulk_create(
        [
            Notice(
                member=member,
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                actor_id=actor,
                title=title[:200],
                url=url,
                count=count,
                created_at=at,
                happened_at=at,
                read_at=None if at > visit else max(at + dt.timedelta(hours=3), min(at + dt.timedelta(days=1), visit)),
            )
            for kind, subject_kind, subject_id, actor, title, url, count, at in found
        ]
    )
    unread = sum(notice.read_at is None for notice in notices)
    Member.objects.filter(pk=member.pk).update(unread_notices_count=F("unread_notices_count") + unread)
    _send(member, [notice for notice in notices if notice.read_at is not None], rng)


def _heard(talk: Talk, member: Member) -> list[Told]:
    """Return everything that a member was told, grouped as the bell groups it."""
    since = talk.now - dt.timedelta(days=LOOKS_BACK_DAYS)
    found = [*_replies(member, since), *_mentions(member, since), *_words(member, since), *_others(member, since)]
    return [*found, *ideas_heard(member, since)]


def _seen(since: dt.datetime) -> Any:
    rows = Post.objects.filter(created_at__gte=since, trashed_at=None, topic__trashed_at=None, topic__merged_into=None)
    return rows.filter(topic__space__access="public").select_related("topic").order_by("created_at", "pk")


def _replies(member: Member, since: dt.datetime) -> Iterable[Told]:
    """Replies to a member, and in conversations that a member follows: a line for each conversation."""
    to_me = Q(parent__author=member) | Q(topic__author=member)
    others = _seen(since).filter(number__gt=1, number__lt=200).exclude(author=member)
    followed = others.filter(topic__follows__member=member).exclude(to_me)
    for kind, rows in (("hangout.replied_to_you", others.filter(to_me)), ("hangout.replied", followed)):
        topics: dict[int, list[Post]] = {}
        for post in rows[:400]:
            topics.setdefault(post.topic_id, []).append(post)
        for posts in sorted(topics.values(), key=lambda some: some[-1].created_at)[-KEPT_MAX:]:
            yield _about(kind, posts[-1], (posts[-1].author_id, posts[-1].created_at), len(posts))


def _mentions(member: Member, since: dt.datetime) -> Iterable[Told]:
    for post in _seen(since).filter(text__contains=f"@{member.handle} ").exclude(author=member)[:KEPT_MAX]:
        yield _about("hangout.mentioned", post, (post.author_id, post.created_at))


def _words(member: Member, since: dt.datetime) -> Iterable[Told]:
    """Words for a member's posts, a line for each post, and answers that were accepted."""
    posts: dict[int, list[Reaction]] = {}
    rows = Reaction.objects.filter(created_at__gte=since, post__author=member, post__topic__space__access="public")
    for row in rows.select_related("post", "post__topic").order_by("created_at", "pk")[:600]:
        posts.setdefault(row.post_id, []).append(row)
    for given in sorted(posts.values(), key=lambda some: some[-1].created_at)[-KEPT_MAX:]:
        last = given[-1]
        yield _about("hangout.reacted", last.post, (last.member_id, last.created_at), len(given))
    accepted = AcceptedAnswer.objects.filter(post__author=member, at__gte=since).select_related("post", "post__topic")
    for found in accepted.order_by("at")[:KEPT_MAX]:
        yield _about("hangout.accepted", found.post, (found.by_id, found.at))


def _others(member: Member, since: dt.datetime) -> Iterable[Told]:
    """Who follows a member, and what became of the member's reports."""
    follows = list(MemberFollow.objects.filter(followed=member, created_at__gte=since).order_by("created_at", "pk"))
    if follows:
        last = follows[-1]
        yield (
            "people.member_followed",
            "people.member",
            str(member.pk),
            last.follower_id,
            "",
            f"{member.url}/followers",
            len(follows),
            last.created_at,
        )
    settled = Flag.objects.filter(by=member, settled_at__gte=since).select_related("item")
    for flag in settled.order_by("settled_at", "pk")[:3]:
        post = Post.objects.select_related("topic").filter(pk=flag.subject_id).first()
        if post is not None and flag.settled_at is not None:
            told = ("trust.flag_settled", "trust.flag", str(flag.pk), None, post.topic.title, "/me/moderation")
            yield (*told, 1, flag.settled_at)


def _about(kind: str, post: Post, last: tuple[int | None, dt.datetime], count: int = 1) -> Told:
    """Return a notice: replies to a conversation gather under it, all else under the post."""
    subject_kind = "hangout.topic" if kind in {"hangout.replied", "hangout.replied_to_you"} else "hangout.post"
    subject = post.topic_id if subject_kind == "hangout.topic" else post.pk
    url = f"/t/{post.topic_id}/p/{post.number}"
    return kind, subject_kind, str(subject), last[0], post.topic.title, url, count, last[1]


def _send(member: Member, notices: list[Notice], rng: random.Random) -> None:
    """Write what left the house for a member: most was seen before a mail was due, the rest was sent."""
    made = []
    for notice in notices:
        if notice.kind in {"hangout.reacted", "people.member_followed"}:
            continue
        was_seen = rng.random() < 0.55
        due = notice.happened_at + dt.timedelta(minutes=10)
        sent = {"address": member.email, "message_id": f"<demo.{notice.pk}@rekab.example>", "attempts": 1}
        made.append(
            Delivery(
                member=member,
                channel="mail",
                kind=notice.kind,
                thread=f"{notice.subject_kind}:{notice.subject_id}",
                notice=notice,
                state="skipped" if was_seen else "sent",
                why="seen" if was_seen else "",
                created_at=notice.happened_at,
                due_at=due,
                ended_at=due + dt.timedelta(seconds=rng.randrange(4, 58)),
                **({} if was_seen else sent),
            )
        )
    Delivery.objects.bulk_create(made)
