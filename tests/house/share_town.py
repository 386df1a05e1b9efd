"""The makers' share of the small town: a closed month, an agreement that waits for a yes, and a payout, the member's and the owner's."""

from __future__ import annotations

from patogh.ideas.models import RoyaltyLine
from patogh.ideas.royalties.actions import close_period, offer_agreement, tie_product
from patogh.ideas.tests import royal
from patogh.ledger.actions import payouts
from patogh.ledger.actions.transfers import transfer
from patogh.ledger.wanted import Line
from patogh.people.models import Member

SHEBA = "IR820540102680020817909002"
MILLION = 1_000_000


def shares(owner: Member, member: Member) -> tuple[dict, dict]:
    """Return what addresses need: statements and payouts of the member's, and the same of the owner's."""
    own, foreign = ({"shared.line_id": line_of(one, owner), "paid.key": payout_of(one)} for one in (member, owner))
    asked = royal.made_idea(member)
    offer_agreement(asked, by=owner)
    return {**own, "shared.idea_id": asked.pk}, foreign


def line_of(maker: Member, owner: Member) -> int:
    """Close one month of an idea of somebody's, and return the number of their line."""
    idea, product = royal.made_idea(maker, state="on_sale"), royal.made_product(f"shared-{maker.pk}")
    royal.agreed(idea, owner)
    tie_product(idea, product, since=royal.SINCE, by=owner)
    royal.sold(product, 5 * MILLION)
    close_period(idea, royal.ABAN, now=royal.NOW)
    return RoyaltyLine.objects.get(creator__member=maker).pk


def payout_of(member: Member) -> object:
    """Give somebody money and have them ask for it; return the payout's key."""
    lines = [Line("brand_expense:IRR", -MILLION), Line(f"member:{member.pk}:IRR", MILLION)]
    transfer(f"town:{member.pk}", "grant", "IRR", lines)
    payouts.save_account(SHEBA, "مینا", by=member)
    return payouts.request_payout(member, "IRR", MILLION, key="town", by=member).pk
