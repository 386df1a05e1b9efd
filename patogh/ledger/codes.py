"""Names of accounts: "member:17:pt", "issuance:pt#3", "clearing:zarinpal:IRR"; what each class of them may do."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Final, NamedTuple

from patogh.kit.money import CURRENCIES
from patogh.ledger.errors import UnknownAccount, UnknownUnit
from patogh.ledger.schemas.fields import UNITS as WRITABLE

SHARDS: Final = 16
POINTS: Final = "pt"
UNITS: Final = frozenset(unit for unit in WRITABLE if unit == POINTS or unit in CURRENCIES)
_CODE: Final = re.compile(
    r"([a-z_]{1,20})(?::([a-z]{1,12}|[1-9][0-9]{0,18}))?:([A-Za-z]{1,8})(?:#(0|[1-9][0-9]{0,3}))?"
)


class Class(NamedTuple):
    """What holds for a class: whether it may fall below zero, whether members have one, whether it is sharded."""

    may_be_negative: bool = False
    is_personal: bool = False
    is_sharded: bool = False


CLASSES: Final[dict[str, Class]] = {
    "member": Class(is_personal=True),
    "hold": Class(is_personal=True),
    "payable": Class(is_personal=True),
    "royalty_accrued": Class(is_personal=True),
    "issuance": Class(may_be_negative=True, is_sharded=True),
    "brand_expense": Class(may_be_negative=True),
    "revenue": Class(may_be_negative=True),
    "opening": Class(may_be_negative=True),
    "clearing": Class(may_be_negative=True),
    "bank": Class(may_be_negative=True),
    "fees": Class(),
    "tax_withheld": Class(),
    "expired_points": Class(),
    "redeemed": Class(),
}
PROVIDERS: Final = frozenset({"zarinpal", "stripe"})


class Code(NamedTuple):
    """A parsed account code."""

    text: str
    kind: str
    owner: str
    unit: str
    shard: str

    @property
    def rules(self) -> Class:
        """What holds for its class."""
        return CLASSES[self.kind]

    @property
    def member_id(self) -> int | None:
        """Whose it is, if it is a member's."""
        return int(self.owner) if self.owner.isdecimal() else None


@lru_cache(maxsize=10_000)
def parse(text: str) -> Code:
    """Return the parts of an account code; raises UnknownAccount and UnknownUnit."""
    found = _CODE.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] not in CLASSES:
        raise UnknownAccount(code=str(text)[:60])
    kind, owner, unit, shard = found[1], found[2] or "", found[3], found[4] or ""
    if unit not in UNITS:
        raise UnknownUnit(unit=unit)
    rules = CLASSES[kind]
    is_numbered = owner.isdecimal()
    if not _owner_fits(kind, owner) or (shard and not (rules.is_sharded and int(shard) < SHARDS)):
        raise UnknownAccount(code=text)
    if is_numbered and int(owner) >= 2**63:
        raise UnknownAccount(code=text)
    return Code(text, kind, owner, unit, shard)


def _owner_fits(kind: str, owner: str) -> bool:
    """Whether a class has this kind of middle part: a member's number, a provider, or nothing."""
    if owner.isdecimal():
        return CLASSES[kind].is_personal
    if owner:
        return kind == "clearing" and owner in PROVIDERS
    return kind not in {"member", "clearing"}


def sharded(code: Code, key: str) -> Code:
    """Return the shard of a hot account that `key` falls on, always the same one; other accounts are themselves."""
    if not code.rules.is_sharded or code.shard:
        return code
    return parse(f"{code.text}#{zlib.crc32(key.encode()) % SHARDS}")
