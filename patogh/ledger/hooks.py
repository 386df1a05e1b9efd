"""What the open book plugs in."""

from __future__ import annotations

import sys

from patogh.activity import verb
from patogh.kit.hooks import hookimpl, plug
from patogh.ledger import person_page  # noqa: F401 - plugs itself in
from patogh.ledger.actions.forgetting import forget
from patogh.ledger.actions.payouts import let_go_of
from patogh.people.models import Member

verb(
    "ledger.point_rule_changed",
    type="Update",
    fa="قاعدهٔ امتیازی را عوض کرد",
    en="changed a rule of points",
    visible="staff",
)
verb(
    "ledger.witness_added",
    type="Add",
    fa="گواهی به دفتر باز افزود",
    en="added a witness of the open book",
    visible="staff",
)
verb(
    "ledger.witness_retired",
    type="Remove",
    fa="گواهی را از دفتر باز کنار گذاشت",
    en="retired a witness of the open book",
    visible="staff",
)
verb(
    "ledger.key_rotated",
    type="Update",
    fa="کلید دفتر باز را عوض کرد",
    en="rotated the key of the open book",
    visible="staff",
)
verb(
    "ledger.log_replaced",
    type="Update",
    fa="دفتر باز را با نامی تازه ادامه داد",
    en="went on with the open book under a new origin",
    visible="staff",
)
verb(
    "ledger.payout_account_saved",
    type="Update",
    fa="حساب بانکی خود را نوشت",
    en="wrote down a bank account",
    visible="staff",
)
verb(
    "ledger.payout_requested",
    type="Offer",
    fa="درخواست واریز داد",
    en="asked for a payout",
    visible="staff",
)
verb(
    "ledger.payout_cancelled",
    type="Undo",
    fa="درخواست واریز را پس گرفت",
    en="took a request for a payout back",
    visible="staff",
)
verb(
    "ledger.payout_approved",
    type="Accept",
    fa="واریزی را پذیرفت",
    en="approved a payout",
    visible="staff",
)
verb(
    "ledger.payouts_sent",
    type="Create",
    fa="پروندهٔ واریز را برای بانک ساخت",
    en="made a file of payouts for the bank",
    visible="staff",
)
verb(
    "ledger.payout_settled",
    type="Update",
    fa="رسیدن واریزی را ثبت کرد",
    en="said that a payout arrived",
    visible="staff",
)
verb(
    "ledger.payout_failed",
    type="Reject",
    fa="نرسیدن واریزی را ثبت کرد",
    en="said that a payout did not arrive",
    visible="staff",
)


@hookimpl
def erase_extras(member: Member, pseudonym: str) -> None:
    """Let go of a member's payouts, set their money aside, and delete what opens their commitments; entries and proofs stay."""
    let_go_of(member)
    forget(member, pseudonym)


plug(sys.modules[__name__])
