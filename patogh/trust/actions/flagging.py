"""Saying that something is wrong with a thing: one open flag a member, weighed by who says it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.kit.ids import uuid7
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.actions.pacing import keep_pace
from patogh.trust.actions.queueing import _close, _open
from patogh.trust.actions.sanctioning import _sanction
from patogh.trust.errors import AlreadyFlagged, OwnThing, UnknownReason, WordsTooLong
from patogh.trust.models import Decision, Flag, ReviewItem
from patogh.trust.nouns import Ruling, Shown, Subject
from patogh.trust.persons import KIND as PERSON
from patogh.trust.queries.review import shown
from patogh.trust.queries.standing import level_of
from patogh.trust.queries.terms import number
from patogh.trust.queries.weights import flag_weight


@action
def flag(subject: Subject, reason: str, words: str = "", *, by: Member) -> Flag:
    """Flag a thing that one may see; raises NotFound, OwnThing, AlreadyFlagged, UnknownReason, WordsTooLong, TooManyToday.

    When the weights of its open flags reach the installation's threshold it is hidden until a moderator decides; a
    newcomer flagged by several members is silenced until then. Flags about a minor's safety outrank everything.
    """
    if reason not in dict(Flag.REASONS):
        raise UnknownReason
    if len(words) > limits.FLAG_WORDS_CHARS_MAX:
        raise WordsTooLong(most=limits.FLAG_WORDS_CHARS_MAX)
    thing = shown(subject, by)
    if thing is None:
        raise NotFound
    if thing.author_id == by.pk:
        raise OwnThing
    keep_pace(by, "flag")
    item = _open("flags", subject, member_id=thing.author_id, space_id=thing.space_id)
    if Flag.objects.filter(item=item, by=by, withdrawn_at=None, outcome="").exists():
        raise AlreadyFlagged
    row = Flag.objects.create(
        item=item, subject_kind=subject.kind, subject_id=subject.id, by=by, reason=reason, words=words.strip(),
        weight=flag_weight(by), created_at=timezone.now(),
    )  # fmt: skip
    _weigh_item(item)
    _act_on_flags(item, thing)
    record(
        "trust.flag_raised",
        by=by,
        subject=row,
        target=item,
        data={"reason": reason, "about": f"{subject.kind}:{subject.id}"},
    )
    return row


@action
def withdraw_flag(row: Flag, *, by: Member) -> Flag:
    """Take one's own open flag back; the last one closes the item and puts a hidden thing back into sight."""
    row = Flag.objects.select_related("item").filter(pk=row.pk, by=by).first() or _missing()
    if row.withdrawn_at or row.outcome:
        return unchanged(row)
    item = ReviewItem.objects.select_for_update().get(pk=row.item_id)
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    _weigh_item(item)
    if item.flags_count == 0:
        if item.is_hidden:
            plugins.hook.unhide_subject(kind=item.subject_kind, id=item.subject_id, why="flags", by=None)
            ReviewItem.objects.filter(pk=item.pk).update(is_hidden=False)
        _close("flags", Subject(item.subject_kind, item.subject_id))
    record("trust.flag_withdrawn", by=by, subject=row, target=item)
    return row


def _missing() -> Flag:
    raise NotFound


def _weigh_item(item: ReviewItem) -> None:
    """Store how many open flags an item has and how much they press; the item's row is locked."""
    flags = Flag.objects.filter(item=item, withdrawn_at=None, outcome="")
    item.flags_count = flags.count()
    item.score = flags.aggregate(weight=Sum("weight"))["weight"] or 0.0
    if flags.filter(reason="minor_safety").exists():
        item.score += limits.MINOR_SAFETY_SCORE
    item.save(update_fields=["flags_count", "score"])


def _act_on_flags(item: ReviewItem, thing: Shown) -> None:
    """Hide what enough members flagged, and silence a newcomer whom several flagged; the team is left to moderators."""
    author = Member.objects.filter(pk=thing.author_id).first() if thing.author_id else None
    if author is None or level_of(author) >= 4:
        return
    weight = item.score % limits.MINOR_SAFETY_SCORE
    was_cleared = Decision.objects.filter(
        subject_kind=item.subject_kind, subject_id=item.subject_id, what="approve", lifted_at=None
    )
    heavy = item.subject_kind != PERSON and weight * 100 >= number("hide_score_percent")
    if heavy and not item.is_hidden and not was_cleared.exists():
        plugins.hook.hide_subject(kind=item.subject_kind, id=item.subject_id, why="flags", by=None)
        item.is_hidden = True
        item.save(update_fields=["is_hidden"])
        record_hiding(item, author)
    if level_of(author) == 0:
        _silence_newcomer(item, author)


@action
def record_hiding(item: ReviewItem, author: Member) -> ReviewItem:
    """Put on the road that flags took a thing out of sight; its author hears of it."""
    record("trust.subject_hidden", by=None, subject=item, target=author)
    return item


def _silence_newcomer(item: ReviewItem, author: Member) -> None:
    """Let a newcomer whom several members flagged read only, until a moderator decides or some days are over."""
    now = timezone.now()
    about = Flag.objects.filter(item__member=author, withdrawn_at=None, outcome="")
    if about.values("by").distinct().count() < number("silence_flaggers"):
        return
    if author.silenced_until is not None and author.silenced_until > now:
        return
    until = now + dt.timedelta(days=number("silence_days"))
    decision = Decision.objects.create(
        item=item, subject_kind="people.member", subject_id=str(author.pk), member=author, by=None, what="none", sanction="silence",
        reason="flags", batch=uuid7(), decided_at=now, space_id=item.space_id,
    )  # fmt: skip
    _sanction(decision, author, Ruling("none", "flags", sanction="silence", until=until))
    record_silence(decision, author)


@action
def record_silence(decision: Decision, author: Member) -> Decision:
    """Put on the road that flags of several members silenced a newcomer."""
    record(
        "trust.member_sanctioned",
        by=None,
        subject=decision,
        target=author,
        data={"decision": decision.pk, "sanction": "silence"},
    )
    return decision
