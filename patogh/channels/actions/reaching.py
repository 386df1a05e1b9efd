"""Addresses that send our mails back: scores, the stop, and forgiveness."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.channels import limits
from patogh.channels.actions.agreeing import follow_bounce
from patogh.channels.models import Reach
from patogh.kit.ids import uuid7
from patogh.people.actions import give_notice
from patogh.people.models import Member


@upkeep
def note_bounce(address: str, hard: bool, evidence: str) -> Reach | None:
    """Count a bounce of one of our mails: soft 1, hard 2; at 4 nothing more goes there.

    What lies more than 30 days back is forgiven. None for an address that nobody here has.
    """
    plain = address.strip().lower()[:254]
    owner = EmailAddress.objects.filter(email__iexact=plain).order_by("-verified").first()
    if owner is None:
        return None
    now = timezone.now()
    score = limits.BOUNCE_HARD if hard else limits.BOUNCE_SOFT
    row = Reach.objects.select_for_update().filter(address=plain).first() or Reach(address=plain)
    is_fresh = row.pk is None or row.bounced_at < now - dt.timedelta(days=limits.BOUNCE_FORGIVEN_DAYS)
    row.score = score if is_fresh else row.score + score
    row.stopped_at = None if row.score < limits.BOUNCE_SCORE_MAX else (None if is_fresh else row.stopped_at) or now
    row.member_id, row.bounced_at, row.evidence = owner.user_id, now, evidence[: limits.EVIDENCE_CHARS_MAX]
    just_stopped = row.stopped_at == now
    row.save()
    if just_stopped:
        follow_bounce(plain, evidence)
        _tell(owner.user)
    return row


def _tell(member: Member) -> None:
    """Say it where she still hears us: at the bell."""
    give_notice(
        member,
        "channels.unreachable",
        member,
        actor=None,
        activity_id=uuid7(),
        url=f"{reverse('notice_settings')}#reach",
    )


@action
def forgive(member: Member, *, by: Member) -> None:
    """Try an address again, because its owner says that it works now."""
    gone, _ = Reach.objects.filter(member=member).delete()
    if not gone:
        return unchanged(None)
    record("channels.address_forgiven", by=by, subject=member)
    return None
