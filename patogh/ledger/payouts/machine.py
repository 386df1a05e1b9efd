"""The life of a payout as one table: from which states each step leads where, and whether its money is let go."""

from __future__ import annotations

from typing import Final, NamedTuple

REQUESTED, APPROVED, SENT = "requested", "approved", "sent"
SETTLED, FAILED, CANCELLED = "settled", "failed", "cancelled"
OPEN: Final = frozenset({REQUESTED, APPROVED, SENT})


class Step(NamedTuple):
    """One line of the table."""

    name: str
    sources: frozenset[str]
    target: str


STEPS: Final = {
    one.name: one
    for one in (
        Step("approve", frozenset({REQUESTED}), APPROVED),
        Step("send", frozenset({APPROVED}), SENT),
        Step("settle", frozenset({SENT}), SETTLED),
        Step("fail", frozenset({REQUESTED, APPROVED, SENT}), FAILED),
        Step("cancel", frozenset({REQUESTED}), CANCELLED),
    )
}
