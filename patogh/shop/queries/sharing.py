"""The brand's rule for codes that members ask for, kept in memory for a moment; whether codes belong to members at all."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.utils import timezone

from patogh.people.models import Member
from patogh.shop import limits
from patogh.shop.models import Code, Sharing

_kept: tuple[float, Sharing, bool] | None = None


def rule_and_anybodys() -> tuple[Sharing, bool]:
    """Return the rule, and whether any member here has a code."""
    return _now()


def sharing() -> Sharing:
    """Return the rule; before anybody set one it is closed."""
    return _now()[0]


def forget_sharing() -> None:
    """Drop what this process keeps; the next page reads the database."""
    global _kept  # noqa: PLW0603 - one rule per process is the point
    _kept = None


def why_not(member: Member, *, rule: Sharing | None = None) -> str:
    """Return why somebody may not have (another) code now, a key of `words.SHARING_WHY`; "" where they may."""
    rule = rule or sharing()
    if not rule.is_open:
        return "closed"
    now = timezone.now()
    if not member.is_active or _lasts(member.silenced_until, now) or _lasts(member.suspended_until, now):
        return "away"
    if member.trust_level < rule.level_min:
        return "level"
    return _too_many(member, rule, now)


def _too_many(member: Member, rule: Sharing, now: dt.datetime) -> str:
    """Return whether somebody has as many codes as the rule gives; those that ended count for the number of a lifetime only."""
    ends = list(
        Code.objects.filter(owner=member, is_asked=True).values_list("ends_at", flat=True)[: limits.CODES_A_MEMBER_MAX]
    )
    if len(ends) >= limits.CODES_A_MEMBER_MAX:
        return "ever"
    return "enough" if sum(end is None or end > now for end in ends) >= rule.codes_max else ""


def _lasts(until: dt.datetime | None, now: dt.datetime) -> bool:
    return until is not None and until > now


def _now() -> tuple[Sharing, bool]:
    """Return the rule and whether members have codes, from memory while it is young."""
    global _kept  # noqa: PLW0603
    now = time.monotonic()
    if _kept is None or now - _kept[0] >= settings.BRAND_CACHE_S:
        rule = Sharing.objects.filter(pk=1).first() or Sharing(pk=1, changed_at=timezone.now())
        _kept = (now, rule, Code.objects.filter(owner__isnull=False).exists())
    return _kept[1], _kept[2]
