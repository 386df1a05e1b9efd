"""Letting go of somebody who is erased: the queue stays exact, and nothing of them waits in it."""

from __future__ import annotations

from patogh.activity import upkeep
from patogh.people.models import Member
from patogh.trust.actions.holding import ITEM_KIND
from patogh.trust.actions.queueing import _close
from patogh.trust.models import Appeal, Decision, Held, Pace
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
