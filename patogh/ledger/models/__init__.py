"""Nouns of the open book: `accounts` for value, `book` for the log."""

from patogh.ledger.models.accounts import Account, Entry, PendingLine, PointRule, Transfer
from patogh.ledger.models.book import (
    Cosignature,
    LogBundle,
    LogHead,
    LogKey,
    LogTile,
    Opening,
    Receipt,
    SealedCheckpoint,
    Submission,
    Witness,
)
from patogh.ledger.models.payouts import Payout, PayoutAccount, PayoutFile

__all__ = [
    "Account",
    "Cosignature",
    "Entry",
    "LogBundle",
    "LogHead",
    "LogKey",
    "LogTile",
    "Opening",
    "Payout",
    "PayoutAccount",
    "PayoutFile",
    "PendingLine",
    "PointRule",
    "Receipt",
    "SealedCheckpoint",
    "Submission",
    "Transfer",
    "Witness",
]
