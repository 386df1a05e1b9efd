"""What the talk earns: points for accepted answers and for welcoming newcomers, each a transfer that stands in the book."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from patogh.activity import upkeep, watch
from patogh.activity.models import Activity
from patogh.hangout.models import AcceptedAnswer, Post, Topic
from patogh.kit import numbers
from patogh.ledger.actions.points import award, take_back
from patogh.ledger.models import Transfer
from patogh.ledger.queries.money import taken_back
from patogh.people.models import Member
from patogh.people.queries import is_team
from patogh.trust.queries import blocks

ANSWER: Final = "accepted_answer"
WELCOME: Final = "welcomed_newcomer"
POST: Final = "hangout.post"
WELCOME_WITHIN: Final = dt.timedelta(hours=48)
WELCOME_NUMBER_MAX: Final = 10
NOTICE: Final = "hangout.points_earned"
_WORDS: Final = {
    f"award.{ANSWER}": _("%(points)s points for your accepted answer"),
    f"award.{WELCOME}": _("%(points)s points for welcoming a newcomer"),
}


@watch("hangout.answer_accepted")
def pay_for_answer(activity: Activity) -> None:
    """Give the points of an accepted answer, and take back those of the answer that gave way to it."""
    _take_back_lifted(int(activity.target_id))
    _pay(AcceptedAnswer.objects.filter(post=int(activity.subject_id), lifted_at=None))


@watch("hangout.acceptance_withdrawn")
def take_back_for_answer(activity: Activity) -> None:
    """Take back what an answer earned that is no longer accepted."""
    _take_back_lifted(int(activity.target_id))


@watch("hangout.topic_merge_undone")
def take_back_for_parted(activity: Activity) -> None:
    """Take back what an answer earned that left the question when two topics were taken apart."""
    _take_back_lifted(int(activity.subject_id))


@watch("hangout.post_trashed")
def take_back_for_trashed(activity: Activity) -> None:
    """Take back what a reply earned that was taken out of sight."""
    for given in _given(activity.subject_id):
        if given.kind == f"award.{ANSWER}":
            take_back(ANSWER, _answer_key(activity.subject_id))
        elif not taken_back(given):
            author = Topic.objects.values_list("author", flat=True).get(pk=activity.target_id)
            take_back(WELCOME, _welcome_key(author))


@watch("hangout.post_restored")
def pay_again(activity: Activity) -> None:
    """Give an accepted answer its points again when it is back in sight."""
    if any(given.kind == f"award.{ANSWER}" for given in _given(activity.subject_id)):
        _pay(AcceptedAnswer.objects.filter(post=int(activity.subject_id), lifted_at=None))


@upkeep
def welcome(post: Post) -> Transfer | None:
    """Give the points of a welcome if this reply is one: the first that somebody else wrote to a newcomer's first topic,
    within two days. The team welcomes without points; a newcomer is welcomed once.
    """
    topic, by = post.topic, post.author
    is_early = post.number <= WELCOME_NUMBER_MAX and post.created_at - topic.created_at <= WELCOME_WITHIN
    if not is_early or topic.author_id == by.pk or is_team(by) or _is_later_reply(post):
        return None
    if Topic.objects.filter(author=topic.author_id, created_at__lt=topic.created_at).exists():
        return None
    if not _may_pay(topic.author, by):
        return None
    return award(WELCOME, by, idem=_welcome_key(topic.author_id), subject=(POST, str(post.pk)), by=topic.author)


def earned(post: Post, rule: str) -> Transfer | None:
    """Return what a reply earned by a rule, as far as it stands, to tell its author of it."""
    rows = [given for given in _given(str(post.pk), post.author_id) if given.kind == f"award.{rule}"]
    return rows[-1] if rows and not taken_back(rows[-1]) else None


def words_of(given: Transfer, member: Member) -> str:
    """Return «۱۵ امتیاز برای پاسخ پذیرفته‌تان» in a member's language and digits."""
    points = sum(entry.amount for entry in given.entries.all() if entry.amount > 0)
    with translation.override(member.language):
        return str(_WORDS[given.kind]) % {"points": numbers.number(points, member.viewer)}


def _pay(accepted: QuerySet[AcceptedAnswer]) -> None:
    """Give the points of an acceptance that stands, unless somebody would pay themselves or one who blocks them."""
    held = accepted.select_related("by__identity", "post__author__identity", "topic__author__identity").first()
    if held is None:
        return
    asker, author = held.topic.author, held.post.author
    if asker.pk == author.pk or not _may_pay(asker, author) or not _may_pay(held.by, author):
        return
    award(ANSWER, author, idem=_answer_key(str(held.post_id)), subject=(POST, str(held.post_id)), by=held.by)


def _take_back_lifted(topic_id: int) -> None:
    """Take back what the answer earned whose acceptance was lifted last, unless it is accepted again."""
    lifted = AcceptedAnswer.objects.filter(topic=topic_id).exclude(lifted_at=None).order_by("-lifted_at", "-pk")
    post = lifted.values_list("post", flat=True).first()
    if post is not None and not AcceptedAnswer.objects.filter(post=post, lifted_at=None).exists():
        take_back(ANSWER, _answer_key(str(post)))


def _may_pay(member: Member | None, author: Member) -> bool:
    """Whether one member's word may earn another points: two humans who do not block each other."""
    if member is None:
        return True
    same = member.identity.person_id is not None and member.identity.person_id == author.identity.person_id
    return member.pk != author.pk and not same and not blocks(member.pk, author.pk) and not blocks(author.pk, member.pk)


def _is_later_reply(post: Post) -> bool:
    """Whether somebody else than the newcomer replied before."""
    earlier = Post.objects.filter(topic=post.topic_id, number__lt=post.number, trashed_at=None)
    return earlier.exclude(author=post.topic.author_id).exists()


def _given(post_id: str, author_id: int | None = None) -> list[Transfer]:
    """Return the awards for a post, oldest first."""
    author = author_id or Post.objects.filter(pk=post_id).values_list("author", flat=True).first()
    kinds = Q(kind=f"award.{ANSWER}") | Q(kind=f"award.{WELCOME}")
    rows = Transfer.objects.filter(kinds, owner=author, subject_kind=POST, subject_id=post_id)
    return list(rows.order_by("pk"))


def _answer_key(post_id: str) -> str:
    return f"post:{post_id}"


def _welcome_key(newcomer_id: int) -> str:
    return f"newcomer:{newcomer_id}"
