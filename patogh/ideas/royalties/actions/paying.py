"""Paying a closed period into the makers' accounts, once independent witnesses have seen its closing: it fails closed."""

from __future__ import annotations

import logging

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.models import Activity
from patogh.ideas import limits
from patogh.ideas.actions.stamps import touch
from patogh.ideas.models import RoyaltyLine, RoyaltyPeriod
from patogh.kit.errors import PatoghError
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.errors import NotWitnessedYet
from patogh.ledger.queries.book import require_witnessed, submission_of
from patogh.ledger.wanted import Line
from patogh.people.actions import give_notice
from patogh.people.models import Erasure, Member

SUBJECT = "ideas.idea"
NOTICE = "ideas.share_paid"
logger = logging.getLogger(__name__)


def pay_witnessed() -> int:
    """Pay the closed periods that enough witnesses have seen, oldest first; returns how many. The others wait."""
    waiting = RoyaltyPeriod.objects.filter(announced_at__isnull=True).order_by("closed_at", "pk")
    return sum(_paid(row) for row in waiting[: limits.PAID_A_TURN_MAX])


def _paid(row: RoyaltyPeriod) -> int:
    try:
        pay_period(row)
    except NotWitnessedYet:
        return 0
    except PatoghError as refusal:
        logger.warning("period %s of idea %s cannot be paid: %s", row.pk, row.idea_id, refusal.code)
        return 0
    return 1


@action
def pay_period(period: RoyaltyPeriod) -> RoyaltyPeriod:
    """Move a closed period's sums into the accounts of its makers, each with a receipt. Raises NotWitnessedYet.

    The part of a maker who was erased meanwhile is set aside in the house's own account of what it owes.
    """
    row = RoyaltyPeriod.objects.select_for_update(of=("self",)).select_related("idea").get(pk=period.pk)
    if row.announced_at is not None:
        return unchanged(row)
    closed = submission_of(f"royalty.period:{row.pk}")
    if closed is None:
        raise NotWitnessedYet(k=0, n=0)
    require_witnessed(closed)
    lines = list(row.lines.select_related("creator__member").order_by("pk"))
    # Who is being erased at this moment is waited for, so that no money comes into an account that was just emptied.
    makers = sorted({line.creator.member_id for line in lines})
    list(Member.objects.select_for_update().filter(pk__in=makers).order_by("pk").values_list("pk"))
    told = [line for line in lines if _pay_line(row, line)]
    row.announced_at = timezone.now()
    RoyaltyPeriod.objects.filter(pk=row.pk).update(announced_at=row.announced_at)
    touch(row.idea)
    activity = record("ideas.share_paid", by=None, subject=row.idea, data={"period": row.period, "unit": row.unit})
    for line in told:
        _tell(row, line, activity)
    return row


def _pay_line(row: RoyaltyPeriod, line: RoyaltyLine) -> bool:
    """Pay one line; returns whether its maker is there to be told."""
    member = line.creator.member
    is_there = not Erasure.objects.filter(member_number=member.pk).exists()
    if line.amount:
        account = f"member:{member.pk}:{row.unit}" if is_there else f"payable:{row.unit}"
        lines = [Line(f"royalty_accrued:{row.unit}", -line.amount), Line(account, line.amount)]
        subject = (SUBJECT, str(row.idea_id))
        made = transfer(
            f"royalty.paid:{line.pk}", "royalty", row.unit, lines, subject=subject, owner=member if is_there else None
        )
        RoyaltyLine.objects.filter(pk=line.pk).update(transfer_id=made.pk)
    return is_there and line.amount > 0


def _tell(row: RoyaltyPeriod, line: RoyaltyLine, activity: Activity) -> None:
    words = {"title": row.idea.title, "url": f"/me/shares/{line.pk}"}
    give_notice(line.creator.member, NOTICE, row.idea, actor=None, activity_id=activity.pk, **words)
