"""What is read of payouts: one's own, the team's by state, and the files."""

from __future__ import annotations

from uuid import UUID

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.ledger import limits
from patogh.ledger.models import Account, Payout, PayoutAccount, PayoutFile
from patogh.people.models import Member

STATES = ("requested", "approved", "sent", "settled", "failed", "cancelled")


def free_of(member: Member) -> dict[str, tuple[int, int]]:
    """Return what a member can ask for and what is on its way, by unit of money, where either is above zero."""
    rows = Account.objects.filter(code__in=[f"member:{member.pk}:{unit}" for unit in limits.PAYOUT_LEAST])
    return {
        row.unit: (row.balance - row.held, row.held)
        for row in rows.order_by("code")
        if row.balance or row.entries_count
    }


def account_of(member: Member) -> PayoutAccount | None:
    """Return where a member wants their money."""
    return PayoutAccount.objects.filter(member=member).first()


def payouts_of(member: Member, *, after: str = "", before: str = "") -> Page[Payout]:
    """Return a member's payouts, the newest first."""
    rows = Payout.objects.filter(member=member)
    return paged(rows, Order("requested_at"), size=limits.PAYOUTS_A_PAGE, after=after, before=before)


def own_payout(member: Member, key: UUID) -> Payout:
    """Return a member's own payout; raises NotFound."""
    found = Payout.objects.filter(member=member, pk=key).first()
    if found is None:
        raise NotFound
    return found


def one(key: UUID) -> Payout:
    """Return any payout, for the team; raises NotFound."""
    found = Payout.objects.select_related("member").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def in_state(state: str, *, after: str = "", before: str = "") -> Page[Payout]:
    """Return the payouts in a state, the newest first; an unknown state is what was requested."""
    rows = Payout.objects.filter(state=state if state in STATES else "requested").select_related(
        "member", "approved_by", "ended_by", "file"
    )
    return paged(rows, Order("requested_at"), size=limits.PAYOUTS_A_PAGE, after=after, before=before)


def ready_units() -> list[str]:
    """Return the units in which approved payouts wait to leave."""
    return sorted(set(Payout.objects.filter(state="approved").order_by().values_list("unit", flat=True).distinct()))


def newest_files() -> list[PayoutFile]:
    """Return the newest bank files."""
    return list(PayoutFile.objects.select_related("made_by").order_by("-made_at", "-pk")[: limits.PAYOUTS_A_PAGE])


def file_with_payouts(number: int) -> tuple[PayoutFile, list[Payout]]:
    """Return a bank file with the payouts in it; raises NotFound."""
    found = PayoutFile.objects.filter(pk=number).first()
    if found is None:
        raise NotFound
    return found, list(found.payouts.order_by("requested_at", "pk"))
