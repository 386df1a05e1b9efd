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

plug(sys.modules[__name__])
