"""Letting go of somebody who is erased: the queue stays exact, and nothing of them waits in it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from patogh.activity import upkeep
from patogh.people.models import Member
from patogh.trust import limits
from patogh.trust.actions.holding import ITEM_KIND
from patogh.trust.actions.queueing import _close
from patogh.trust.models import Appeal, Decision, Held, Pace, ReviewItem
from patogh.trust.nouns import Subject


@upkeep
def let_go(member: Member) -> None:
    """Close what waits of a member, empty what decisions keep of their texts, and forget their pace."""
    for held in Held.objects.filter(author=member, state="waiting"):
        _close(ITEM_KIND[held.kind], Subject("trust.held", str(held.pk)))
    for appeal in Appeal.objects.filter(by=member, outcome=""):
        _close("appeal", Subject("trust.appeal", str(appeal.pk)))
    Decision.objects.filter(member=member).update(before={}, words="")
    Pace.objects.filter(key__startswith=f"m{member.pk}:").delete()


@upkeep
def forget_old_cases() -> int:
    """Drop what was decided more than CASES_DAYS days ago, unless a sanction of it still holds; returns how many rows."""
    last = timezone.now() - dt.timedelta(days=limits.CASES_DAYS)
    still = Q(sanctioned__until__gt=timezone.now(), sanctioned__lifted_at=None)
    old = Decision.objects.filter(decided_at__lt=last).exclude(still).values_list("pk", flat=True)
    gone = Decision.objects.filter(pk__in=list(old[: limits.CASES_A_TURN_MAX])).delete()[0]
    items = ReviewItem.objects.filter(state="decided", decided_at__lt=last, decisions=None).values_list("pk", flat=True)
    gone += ReviewItem.objects.filter(pk__in=list(items[: limits.CASES_A_TURN_MAX])).delete()[0]
    held = Held.objects.exclude(state="waiting").filter(settled_at__lt=last).values_list("pk", flat=True)
    gone += Held.objects.filter(pk__in=list(held[: limits.CASES_A_TURN_MAX])).delete()[0]
    return gone
