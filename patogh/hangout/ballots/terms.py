"""Limits of polls, and what is said about one before it begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

ROLL_KEYS_MAX: Final = 20_000
ROLL_KEYS_MIN: Final = 2
LEVEL_MAX: Final = 4
OPENINGS_A_BATCH: Final = 200
BATCHES_A_TURN: Final = 25
OPENINGS_WAIT_S: Final = 48 * 3600  # so long the result waits for seals whose openings are in browsers only
ENTRIES_A_PAGE: Final = 500
SUBJECT: Final = "hangout.poll"  # how the book's index names a poll; its reference is in the entries themselves


@dataclass(frozen=True, slots=True)
class Terms:
    """Who may vote and when: level from 0 to 4, joined before a moment, beginning and end (None: when somebody says so)."""

    level: int = 0
    joined_before: dt.datetime | None = None
    starts_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """A ballot as the browser made it, all in lower-case hex; without `choice` and `nonce` its opening stays there."""

    voter: str
    seal: str
    signature: str
    choice: int | None = None
    nonce: str = ""
