"""Entries of polls: the roll is committed to before anybody votes, so that everybody can recount (kit/ballots.py says how)."""

from __future__ import annotations

from typing import Final

from patogh.ledger.schemas.fields import (
    COMMITMENT,
    COUNT,
    HASH,
    PUBLIC_KEY,
    SIGNATURE,
    TIME,
    Hex,
    ListOf,
    OneOf,
    Record,
    Whole,
)

POLL: Final = Hex(16)
OPTIONS_MAX: Final = 60
CHOICE: Final = Whole(0, OPTIONS_MAX - 1)
ROLL_KEYS_MAX: Final = 50

POLLS: Final = {
    "poll.opened.v1": Record(
        {
            "poll": POLL,
            "sealed": Whole(0, 1),
            "multiple": Whole(0, 1),
            "options": Whole(2, OPTIONS_MAX),
            "question": COMMITMENT,
            "choices": COMMITMENT,
            "level": Whole(0, 9),
            "roll_size": COUNT,
            "roll_root": HASH,
            "closes_at": TIME,
        },
        frozenset({"level", "roll_size", "roll_root", "closes_at"}),
    ),
    "poll.roll.v1": Record({"poll": POLL, "part": COUNT, "keys": ListOf(PUBLIC_KEY, 1, ROLL_KEYS_MAX)}),
    "ballot.v1": Record({"poll": POLL, "voter": PUBLIC_KEY, "seal": HASH, "sig": SIGNATURE}),
    "poll.closed.v1": Record({"poll": POLL, "ballots": COUNT, "why": OneOf(("time", "hand"))}),
    "ballot.opened.v1": Record({"poll": POLL, "voter": PUBLIC_KEY, "choice": CHOICE, "r": Hex(32)}),
    "poll.result.v1": Record(
        {
            "poll": POLL,
            "counts": ListOf(COUNT, 2, OPTIONS_MAX),
            "ballots": COUNT,
            "opened": COUNT,
            "unopened": COUNT,
        }
    ),
}
