"""Whether something that is due may really leave: asked once more right before it does."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

from patogh.channels import limits, registry, slots
from patogh.channels.actions.agreeing import may_have_summary
from patogh.channels.actions.choosing import default_of
from patogh.channels.models import Choice, Delivery, Terms
from patogh.kit.hooks import plugins
from patogh.people.models import Member, MemberFollow, Notice, NoticeSource, StagedMember


@dataclass
class Verdict:
    """What becomes of a group: `parcel` may leave, `skipped` may not (by reason), or all wait until `later`."""

    parcel: registry.Parcel | None = None
    skipped: dict[str, list[Delivery]] = field(default_factory=dict)
    later: dt.datetime | None = None
    why: str = ""


def judged(group: Sequence[Delivery]) -> Verdict:
    """Judge deliveries to one member that would leave together."""
    member = Member.objects.filter(pk=group[0].member_id).first()
    channel = registry.channel(group[0].channel)
    why = _member_hindrance(member) if member else "closed"
    why = why or (channel.why_not(member) if member else "closed")
    if member is None or why:
        return Verdict(skipped={why: list(group)})
    terms = Terms.objects.filter(member=member).first() or Terms()
    verdict = _sifted(group, member)
    if verdict.parcel is None:
        return verdict
    return _timed(verdict, member, terms, channel)


def sent_since(member: Member, channel: str, moment: dt.datetime) -> int:
    """Return how many parcels left for a member on a channel since then."""
    sent = Delivery.objects.filter(member=member, channel=channel, state="sent", ended_at__gte=moment)
    return sent.values("message_id").distinct().count()


def activities_of(notices: Sequence[Notice], since: str) -> list[uuid.UUID]:
    """Return the activities that these notices count, from `since` on (ids are in the order of time), oldest first."""
    sources = NoticeSource.objects.filter(notice__in=notices, activity_id__gte=uuid.UUID(since)).order_by("activity_id")
    return list(sources.values_list("activity_id", flat=True)[: limits.PIECES_A_MAIL_MAX])


def _member_hindrance(member: Member) -> str:
    if not member.is_active:
        return "closed"
    if member.suspended_until is not None and member.suspended_until > timezone.now():
        return "suspended"
    if StagedMember.objects.filter(member=member, claimed_at=None).exists():
        return "unclaimed"
    return ""


def _sifted(group: Sequence[Delivery], member: Member) -> Verdict:
    """Take out of a group what need not be said any more."""
    ids = [one.notice_id for one in group if one.notice_id]
    notices = Notice.objects.select_related("actor").in_bulk(ids)
    chosen = {one.kind: one.when for one in Choice.objects.filter(member=member, channel=group[0].channel)}
    muted = set(MemberFollow.objects.filter(follower=member, level="muted").values_list("followed_id", flat=True))
    verdict, left, told = Verdict(), [], []
    for one in group:
        notice = notices.get(one.notice_id or 0)
        why = _notice_hindrance(one, notice, member, muted, chosen) if one.notice_id else _hindrance(one, member)
        if why:
            verdict.skipped.setdefault(why, []).append(one)
        else:
            left.append(one)
            told += [notice] if notice else []
    if left:
        verdict.parcel = registry.Parcel(member, left, sorted(told, key=lambda notice: notice.happened_at))
    return verdict


def _hindrance(one: Delivery, member: Member) -> str:
    """Return why a summary must not leave: somebody said no to it, at whichever of the person's addresses."""
    return "unwanted" if one.kind == "digest" and not may_have_summary(member) else ""


def _notice_hindrance(
    one: Delivery, notice: Notice | None, member: Member, muted: set[int], chosen: dict[str, str]
) -> str:
    if notice is None:
        return "gone"
    if notice.read_at is not None and not one.data.get("hidden"):
        return "seen"
    if chosen.get(notice.kind, default_of(notice.kind, one.channel)) == "never":
        return "unwanted"
    if notice.actor_id in muted:
        return "muted"
    return plugins.hook.delivery_hindrance(notice=notice, member=member) or ""


def _timed(verdict: Verdict, member: Member, terms: Terms, channel: registry.Channel) -> Verdict:
    """Let a parcel wait out a silence, the quiet hours, or a day on which there was enough already."""
    now, zone = timezone.now(), ZoneInfo(member.zone)
    parcel = verdict.parcel
    silent = terms.muted_until is not None and terms.muted_until > now
    later = slots.due_at("now", now, terms, zone)
    if silent and not channel.gathers and parcel is not None:
        return Verdict(skipped={**verdict.skipped, "muted": parcel.deliveries})
    if later > now:
        verdict.later = later
    elif sent_since(member, channel.name, _midnight(now, zone)) >= terms.mails_a_day:
        verdict.later, verdict.why = (
            slots.next_slot("daily", _midnight(now, zone) + dt.timedelta(days=1), terms, zone),
            "cap",
        )
    return verdict


def _midnight(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
