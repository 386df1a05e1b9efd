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

__all__ = [
    "Account",
    "Cosignature",
    "Entry",
    "LogBundle",
    "LogHead",
    "LogKey",
    "LogTile",
    "Opening",
    "PendingLine",
    "PointRule",
    "Receipt",
    "SealedCheckpoint",
    "Submission",
    "Transfer",
    "Witness",
]
