"""Amounts of the shop as people read them."""

from __future__ import annotations

from patogh.kit.calendar import Viewer
from patogh.kit.money import Money


def shown(minor: int | None, unit: str, viewer: Viewer) -> str:
    """Return an amount in words; rials that are whole tomans are said in tomans. Empty for none."""
    if minor is None:
        return ""
    amount = Money(minor, unit)
    return (amount.in_("TOMAN") if unit == "IRR" and minor % 10 == 0 else amount).format(viewer)
