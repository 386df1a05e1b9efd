"""Kinds of fields that an entry may have: all closed, so that no name, address or free text fits into any of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from patogh.kit.tlog.errors import BadEntry

INTEGER_MAX: Final = 2**53 - 1
HASH_BYTES: Final = 32
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
UNITS: Final = ("pt", "IRR", "IRT", "EUR", "USD", "GBP", "AED", "TRY")
ROOMS: Final = "hangout|people|trust|ledger|ideas|gatherings|routes|shop|recognition|campaigns|listening|knowledge|care"
HOUSE_ACCOUNTS: Final = (
    "issuance", "hold", "royalty_accrued", "payable", "clearing", "bank", "fees", "tax_withheld", "expired_points",
    "brand_expense", "redeemed", "revenue", "opening",
)  # fmt: skip


class Field:
    """One field: `check` raises BadEntry, whose sentence never repeats a refused value."""

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless `value` fits; nothing fits a field of no kind."""
        raise BadEntry(f"{path} has no kind of field that takes a {type(value).__name__}")


@dataclass(frozen=True)
class Whole(Field):
    """A whole number between bounds."""

    least: int = 0
    most: int = INTEGER_MAX

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless it is an integer within the bounds; true and false are none."""
        if type(value) is not int or not self.least <= value <= self.most:
            raise BadEntry(f"{path} must be a whole number from {self.least} to {self.most}")


@dataclass(frozen=True)
class Hex(Field):
    """So many bytes as lower-case hexadecimal digits: hashes, commitments, keys, signatures."""

    octets: int = HASH_BYTES

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless it is exactly that."""
        if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{self.octets * 2}}}", value):
            raise BadEntry(f"{path} must be {self.octets} bytes in lower-case hexadecimal")


@dataclass(frozen=True)
class OneOf(Field):
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless it is one of them."""
        if not isinstance(value, str) or value not in self.words:
            raise BadEntry(f"{path} must be one of {', '.join(self.words)}")


@dataclass(frozen=True)
class Pattern(Field):
    """A short text of one fixed form, named in words for who gets it wrong."""

    form: str
    words: str

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless the whole of it has the form."""
        if not isinstance(value, str) or not re.fullmatch(self.form, value, re.ASCII):
            raise BadEntry(f"{path} must be {self.words}")


@dataclass(frozen=True)
class ListOf(Field):
    """A list of one kind of item, with bounds for its length."""

    item: Field
    least: int = 0
    most: int = 100

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless the list and each item fit."""
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise BadEntry(f"{path} must be a list of {self.least} to {self.most}")
        for number, item in enumerate(value):
            self.item.check(item, f"{path}.{number}")


@dataclass(frozen=True)
class Record(Field):
    """An object of named fields and no others; those in `optional` may be absent."""

    fields: Mapping[str, Field]
    optional: frozenset[str] = frozenset()

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry for a missing, an unknown or an unfit field."""
        if not isinstance(value, dict):
            raise BadEntry(f"{path} must be an object")
        if missing := self.fields.keys() - self.optional - value.keys():
            raise BadEntry(f"{path or 'the entry'} lacks {', '.join(sorted(missing))}")
        if len(value.keys() - self.fields.keys()):
            raise BadEntry(f"{path or 'the entry'} has a field that its type does not know")
        for name, item in value.items():
            self.fields[name].check(item, f"{path}.{name}" if path else name)


@dataclass(frozen=True)
class AnyOf(Field):
    """One of several records."""

    choices: tuple[Record, ...]

    def check(self, value: Any, path: str) -> None:
        """Raise BadEntry unless one of them fits: the first one's complaint."""
        complaint: BadEntry | None = None
        for choice in self.choices:
            try:
                choice.check(value, path)
            except BadEntry as error:
                complaint = complaint or error
            else:
                return
        raise complaint or BadEntry(f"{path} fits nothing")


TIME: Final = Whole(0, 2**40)
COUNT: Final = Whole(0)
HASH: Final = Hex(HASH_BYTES)
COMMITMENT: Final = Hex(HASH_BYTES)
IDENTIFIER: Final = Hex(16)
PUBLIC_KEY: Final = Hex(KEY_BYTES)
SIGNATURE: Final = Hex(SIGNATURE_BYTES)
UNIT: Final = OneOf(UNITS)
AMOUNT: Final = Whole(-INTEGER_MAX)
SUBJECT: Final = Pattern(rf"({ROOMS})\.[a-z_]{{1,24}}:[0-9]{{1,19}}", 'a subject like "hangout.post:17"')
RULE: Final = Pattern(rf"({ROOMS})\.[a-z0-9_]{{1,40}}", 'a rule like "hangout.answer_accepted"')
HOUSE_ACCOUNT: Final = Pattern(
    rf"({'|'.join(HOUSE_ACCOUNTS)})(:(zarinpal|stripe))?:({'|'.join(UNITS)})(#[0-9]{{1,4}})?",
    'a house account like "issuance:pt#3"',
)
ORIGIN: Final = Pattern(
    r"[a-z0-9][a-z0-9.:-]{0,150}(/[a-z0-9][a-z0-9_-]{0,40}){1,4}", 'the origin of a log like "example.org/book"'
)
VERIFIER_KEY: Final = Pattern(
    r"[a-z0-9][a-z0-9.:/_-]{0,199}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,3000}={0,2}", "a verifier key (name+hash+base64)"
)
