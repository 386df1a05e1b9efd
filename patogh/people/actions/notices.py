"""Telling a member what she should know, grouped, and noting that she has seen it."""

from __future__ import annotations

import uuid
from typing import TypedDict, Unpack

from django.db import models
from django.db.models import F
from django.utils import timezone

from patogh.activity import live, upkeep
from patogh.activity.road import reference
from patogh.kit.hooks import plugins
from patogh.people.models import Member, MemberFollow, Notice, NoticeSource


class NoticeWords(TypedDict, total=False):
    """What a notice shows, where it leads, and what it belongs to (like "hangout.topic:7"; its subject if not given)."""

    url: str
    title: str
    thread: str


@upkeep
def give_notice(
    member: Member,
    kind: str,
    subject: models.Model,
    *,
    actor: Member | None,
    activity_id: uuid.UUID,
    **words: Unpack[NoticeWords],
) -> Notice | None:
    """Tell `member` about `subject`; while a notice of this kind about it is unread, one more is a count on it.

    Counted once per activity, whatever its kind. None when it comes from oneself or from somebody the member mutes.
    `kind` is one that `notice_kinds.notice_kind` registered.
    """
    if actor is not None and (actor.pk == member.pk or _mutes(member, actor)):
        return None
    Member.objects.select_for_update().filter(pk=member.pk).values_list("pk").first()
    if NoticeSource.objects.filter(member=member, activity_id=activity_id).exists():
        return None
    subject_kind, subject_id = reference(subject)
    now = timezone.now()
    fresh = {
        "actor": actor,
        "title": words.get("title", "")[:200],
        "url": words.get("url", "")[:300],
        "happened_at": now,
    }
    notice, created = Notice.objects.get_or_create(
        member=member,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        read_at=None,
        defaults={**fresh, "created_at": now},
    )
    if created:
        Member.objects.filter(pk=member.pk).update(unread_notices_count=F("unread_notices_count") + 1)
    else:
        Notice.objects.filter(pk=notice.pk).update(count=F("count") + 1, **fresh)
    NoticeSource.objects.create(notice=notice, member=member, activity_id=activity_id)
    thread = words.get("thread") or f"{subject_kind}:{subject_id}"
    plugins.hook.notice_given(notice=notice, member=member, activity_id=activity_id, thread=thread)
    _tell_pages(member)
    return notice


@upkeep
def see_notice(notice_id: int, *, by: Member) -> None:
    """Note that a member opened one of her notices."""
    _read(Notice.objects.filter(pk=notice_id, member=by, read_at=None), by)


@upkeep
def see_notices(*, by: Member) -> None:
    """Note that a member has seen all her notices."""
    _read(Notice.objects.filter(member=by, read_at=None), by)


def _read(unread: models.QuerySet[Notice], by: Member) -> None:
    """Mark these as read and keep the stored count exact."""
    Member.objects.select_for_update().filter(pk=by.pk).values_list("pk").first()
    if unread.update(read_at=timezone.now()):
        left = Notice.objects.filter(member=by, read_at=None).count()
        Member.objects.filter(pk=by.pk).update(unread_notices_count=left)
        by.unread_notices_count = left
        _tell_pages(by)


def _mutes(member: Member, actor: Member) -> bool:
    """Return whether `member` does not want to hear of `actor`."""
    return MemberFollow.objects.filter(follower=member, followed=actor, level="muted").exists()


def _tell_pages(member: Member) -> None:
    """Let the open pages of a member know how much is unread, once that is committed."""
    unread = Member.objects.values_list("unread_notices_count", flat=True).get(pk=member.pk)
    live.publish(f"member:{member.pk}", "notice", {"unread": unread})
