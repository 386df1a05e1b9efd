"""What the open book plugs in."""

from __future__ import annotations

import sys

from patogh.activity import verb
from patogh.kit.hooks import hookimpl, plug
from patogh.ledger.actions.forgetting import forget
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


@hookimpl
def erase_extras(member: Member, pseudonym: str) -> None:
    """Delete what opens a member's commitments; the entries and every proof stay."""
    forget(member, pseudonym)


plug(sys.modules[__name__])
