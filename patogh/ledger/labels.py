"""The words of the open book: what each kind of line is called and which tint its tag wears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNKNOWN_TINT = ""


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a kind of line, the tint of its tag, and one sentence about what such a line says."""

    name: str | _StrPromise
    tint: str
    says: str | _StrPromise


KINDS: dict[str, Label] = {
    "points.transfer.v1": Label(_("Points"), "saf", _("points moved from one account to another")),
    "money.transfer.v1": Label(_("Money"), "saf", _("money moved from one account to another")),
    "trial_balance.v1": Label(_("Balance"), "pes", _("the sums of all accounts, which cancel out")),
    "moderation.action.v1": Label(_("Moderation"), "laj", _("a moderator did something and said why")),
    "moderation.appeal_decided.v1": Label(_("Appeal"), "laj", _("an appeal was answered")),
    "poll.opened.v1": Label(_("Poll opened"), "fir", _("a sealed poll began, with a fixed roll")),
    "ballot.v1": Label(_("Ballot"), "fir", _("one sealed ballot")),
    "poll.closed.v1": Label(_("Poll closed"), "fir", _("a sealed poll ended")),
    "ballot.opened.v1": Label(_("Ballot opened"), "fir", _("the seal of one ballot was opened")),
    "poll.result.v1": Label(_("Result"), "pes", _("the result of a sealed poll")),
    "key.rotated.v1": Label(_("Key"), "laj", _("the key of the book changed")),
    "erasure.performed.v1": Label(_("Erasure"), "anar", _("what opens some lines was erased; the lines stay")),
    "policy.changed.v1": Label(_("Policy"), "laj", _("who has to witness the seals changed")),
    "rule.version.v1": Label(_("Rule"), "laj", _("a rule has a new version")),
    "log.opened.v1": Label(_("New book"), "laj", _("this book continues an earlier one")),
    "idea.submitted.v1": Label(_("Idea"), "fir", _("an idea was proposed")),
    "idea.edited.v1": Label(_("Idea"), "fir", _("an idea was edited")),
    "idea.withdrawn.v1": Label(_("Idea"), "anar", _("an idea was withdrawn")),
    "idea.moved.v1": Label(_("Decision"), "laj", _("an idea moved to another stage")),
    "support.v1": Label(_("Support"), "fir", _("one support for an idea")),
    "support.withdrawn.v1": Label(_("Taken back"), "anar", _("one support was taken back")),
    "review.decided.v1": Label(_("Decision"), "laj", _("a decision about an idea")),
    "royalty.rate_set.v1": Label(_("Share"), "pes", _("the rate of a maker's share was set")),
    "royalty.period_closed.v1": Label(_("Share"), "pes", _("the sales of a period were closed")),
    "royalty.line.v1": Label(_("Share"), "pes", _("one maker's share of a period")),
    "royalty.corrected.v1": Label(_("Share"), "pes", _("a maker's share was corrected")),
    "tip.held.v1": Label(_("Tip"), "saf", _("a tip was put aside")),
    "tip.settled.v1": Label(_("Tip"), "saf", _("a tip arrived")),
    "tip.refunded.v1": Label(_("Tip"), "anar", _("a tip was given back")),
    "payout.requested.v1": Label(_("Payout"), "saf", _("a payout was asked for")),
    "payout.settled.v1": Label(_("Payout"), "pes", _("a payout was made")),
    "payout.failed.v1": Label(_("Payout"), "anar", _("a payout failed")),
    "ambassador.rewarded.v1": Label(_("Ambassador"), "saf", _("an ambassador was rewarded")),
    "member.key_registered.v1": Label(_("Key"), "laj", _("a member registered a device key")),
    "member.key_revoked.v1": Label(_("Key"), "anar", _("a member revoked a device key")),
}


def label_of(kind: str) -> Label:
    """Return the words of a kind of line; an unknown kind is called by its own name."""
    return KINDS.get(kind) or Label(kind, UNKNOWN_TINT, "")
