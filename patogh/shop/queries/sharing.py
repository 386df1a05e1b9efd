"""The brand's rule for codes that members ask for, kept in memory for a moment; whether codes belong to members at all."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.utils import timezone

from patogh.kit.memory import Remembered
from patogh.people.models import Member
from patogh.shop import limits
from patogh.shop.models import Code, Sharing


def rule_now() -> Sharing:
    """Return the rule as it stands in the database; before anybody set one it is closed."""
    return Sharing.objects.filter(pk=1).first() or Sharing(pk=1, changed_at=timezone.now())


def _rule_and_anybodys() -> tuple[Sharing, bool]:
    return rule_now(), Code.objects.filter(owner__isnull=False).exists()


# The rule, and whether any member here has a code.
RULE_AND_ANYBODYS: Final = Remembered(_rule_and_anybodys, lambda: settings.BRAND_CACHE_S)
forget_sharing = RULE_AND_ANYBODYS.forget


def sharing() -> Sharing:
    """Return the rule, from memory while that is young."""
    return RULE_AND_ANYBODYS()[0]


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
