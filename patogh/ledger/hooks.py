"""What the open book plugs in."""

from __future__ import annotations

import sys

from patogh.activity import verb
from patogh.kit.hooks import plug

verb(
    "ledger.point_rule_changed",
    type="Update",
    fa="قاعدهٔ امتیازی را عوض کرد",
    en="changed a rule of points",
    visible="staff",
)
verb("ledger.witness_added", type="Add", fa="گواهی به دفتر باز افزود", en="added a witness of the open book", visible="staff")
verb("ledger.witness_retired", type="Remove", fa="گواهی را از دفتر باز کنار گذاشت", en="retired a witness of the open book", visible="staff")

plug(sys.modules[__name__])
