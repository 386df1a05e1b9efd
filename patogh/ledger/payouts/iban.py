"""Account numbers: IBAN (ISO 13616, check digits by ISO 7064 MOD 97-10), in Iran the Sheba of 26 characters."""

from __future__ import annotations

import re
from typing import Final

from patogh.kit import persian
from patogh.ledger.payouts.errors import BadIban

TYPED_CHARS_MAX: Final = 80
LENGTHS: Final = {
    "IR": 26, "AE": 23, "AT": 20, "BE": 16, "CH": 21, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24, "TR": 26,
}  # fmt: skip
IRAN: Final = "IR"
IRANIAN_UNITS: Final = frozenset({"IRR"})
_BETWEEN: Final = re.compile(r"[\s\-_.\u200b-\u200f\u2066-\u2069]+")
_FORM: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")


def read(typed: object) -> str:
    """Return the IBAN that was typed: any digits, spaces, small letters; 24 digits alone are a Sheba. Raises BadIban."""
    if not isinstance(typed, str) or len(typed) > TYPED_CHARS_MAX:
        raise BadIban
    plain = _BETWEEN.sub("", persian.digits_en(typed)).upper()
    if plain.isascii() and plain.isdigit() and len(plain) == LENGTHS[IRAN] - 2:
        plain = f"{IRAN}{plain}"
    if not _FORM.fullmatch(plain) or len(plain) != LENGTHS.get(plain[:2]) or not is_valid(plain):
        raise BadIban
    return plain


def is_valid(iban: str) -> bool:
    """Whether the check digits hold: the number made of the moved letters and digits leaves 1 divided by 97."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def bank_of(iban: str) -> str:
    """Return the bank's code: in Iran the three digits after the check digits, elsewhere the country."""
    return iban[4:7] if iban.startswith(IRAN) else iban[:2]


def takes(iban: str, unit: str) -> bool:
    """Whether an account can take a unit: rials go to Iranian accounts only, and nothing else does."""
    return iban.startswith(IRAN) == (unit in IRANIAN_UNITS)


def grouped(iban: str) -> str:
    """Return it in groups of four, as people read it."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def hidden(iban: str) -> str:
    """Return its country and its last four characters."""
    return f"{iban[:2]} … {iban[-4:]}" if iban else ""
