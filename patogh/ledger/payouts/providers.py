"""Who carries money out: one protocol, and what is registered for it. `manual` is a file for the bank.

A provider that calls an interface (a payment company) keeps the same protocol: `outgoing` gives what is handed over, and
`answers` reads what came back. `ledger/tests/test_payout_providers.py` holds what every one of them must keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Order:
    """One payout as a provider gets it: nothing of the member but where the money goes."""

    payout: UUID
    unit: str
    amount: int
    iban: str
    holder: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is handed over: the same orders always give the same bytes."""

    body: bytes
    media_type: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one payout; `why` is one of Payout.WHYS where it did not arrive."""

    payout: UUID
    arrived: bool
    reference: str = ""
    why: str = ""


class Provider(Protocol):
    """What carries money out."""

    name: str

    def account(self, unit: str) -> str:
        """Return the account of the house from which it leaves."""

    def takes(self, iban: str, unit: str) -> bool:
        """Whether it can carry this unit there."""

    def outgoing(self, number: int, orders: Sequence[Order]) -> Outgoing:
        """Return what is handed over for these payouts."""

    def answers(self, body: bytes) -> list[Answer]:
        """Read what came back; raises BadReport."""


def provider(name: str = "manual") -> Provider:
    """Return a provider by its name; raises KeyError."""
    return PROVIDERS[name]


from patogh.ledger.payouts.bankfile import BankFile  # noqa: E402 - it needs the shapes above

PROVIDERS: Final[dict[str, Provider]] = {"manual": BankFile()}
