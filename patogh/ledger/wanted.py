"""What is asked of the ledger: lines and whole transfers, checked before the database hears of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypedDict

from patogh.kit.errors import Invalid
from patogh.ledger import codes
from patogh.ledger.errors import BadAmount, BadKey, BadLines, MixedUnits, TooEarly, Unbalanced, UnknownUnit
from patogh.ledger.models import Transfer
from patogh.people.models import Member

LINES_MAX: Final = 40  # so that the entry of the log, with a commitment a line, stays below 4 KiB
AMOUNT_MAX: Final = 2**53 - 1  # what JSON readers everywhere take for exact
KEY_CHARS_MAX: Final = 120
BATCH_TRANSFERS_MAX: Final = 1_000
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
_WORD: Final = re.compile(r"[a-z_]{1,30}(\.[a-z_]{1,30})?")


@dataclass(frozen=True, slots=True)
class Line:
    """What one account receives (above zero) or gives (below), in minor units or points."""

    account: str
    amount: int


class Terms(TypedDict, total=False):
    """What a transfer may have besides its lines."""

    pending: bool
    expires_at: datetime | None
    owner: Member | None
    subject: tuple[str, str]
    corrects: Transfer | None
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One transfer that is asked for; `idem` is its idempotency key for good, `owner` gets the receipt."""

    idem: str
    kind: str
    unit: str
    lines: Sequence[Line]
    terms: Terms = field(default_factory=Terms)

    @property
    def is_pending(self) -> bool:
        """Whether it only waits for now."""
        return self.terms.get("pending", False)

    def hash(self) -> str:
        """Return what tells this request from another under the same key; the order of its lines does not."""
        terms = self.terms
        owner, corrects, ends = terms.get("owner"), terms.get("corrects"), terms.get("expires_at")
        what: list[Any] = [
            self.kind, self.unit, sorted((line.account, line.amount) for line in self.lines), self.is_pending, ends.isoformat() if ends else "",
            owner.pk if owner else 0, *terms.get("subject", ("", "")), corrects.pk.hex if corrects else "", terms.get("reason", ""),
        ]  # fmt: skip
        return hashlib.sha256(_ENCODER.encode(what).encode()).hexdigest()


def checked(wanted: Wanted, now: datetime) -> list[tuple[codes.Code, int]]:
    """Return the lines of a request on their shards; raises what is wrong with its form."""
    _check_words(wanted, now)
    if not isinstance(wanted.lines, list | tuple) or not 2 <= len(wanted.lines) <= LINES_MAX:
        raise BadLines(most=LINES_MAX)
    found = [(codes.sharded(codes.parse(line.account), wanted.idem), _amount(line.amount)) for line in wanted.lines]
    if any(code.unit != wanted.unit for code, _ in found):
        raise MixedUnits(unit=wanted.unit)
    if len({code.text for code, _ in found}) != len(found):
        raise BadLines(most=LINES_MAX)
    if off := sum(amount for _, amount in found):
        raise Unbalanced(off=off)
    return found


def check_key(idem: object) -> str:
    """Return an idempotency key; raises BadKey."""
    if not isinstance(idem, str) or not 1 <= len(idem) <= KEY_CHARS_MAX or not idem.isprintable():
        raise BadKey
    return idem


def _check_words(wanted: Wanted, now: datetime) -> None:
    check_key(wanted.idem)
    reason = wanted.terms.get("reason", "")
    if not isinstance(wanted.kind, str) or not _WORD.fullmatch(wanted.kind):
        raise BadKey
    if not isinstance(reason, str) or (reason and not _WORD.fullmatch(reason)):
        raise BadKey
    if wanted.unit not in codes.UNITS:
        raise UnknownUnit(unit=str(wanted.unit)[:20])
    subject = wanted.terms.get("subject", ("", ""))
    if not all(isinstance(part, str) and len(part) <= 40 for part in subject):
        raise Invalid
    ends = wanted.terms.get("expires_at")
    if ends is not None and (not wanted.is_pending or ends.tzinfo is None or ends <= now):
        raise TooEarly


def _amount(amount: object) -> int:
    if type(amount) is not int or not amount or abs(amount) > AMOUNT_MAX:
        raise BadAmount
    return amount
