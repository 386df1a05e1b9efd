"""The one spelling of a code: in capital Latin letters and digits, whatever script and case it was typed in."""

from __future__ import annotations

import re
import secrets
from typing import Final

from patogh.kit import persian
from patogh.shop import limits

# Letters that nobody takes for another when reading aloud or by hand: no I, L, O, U, no 0 and 1.
ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_LIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GAPS: Final = re.compile(r"[\s\-_.‌]+")


def key_of(typed: str) -> str:
    """Return the spelling by which a code is found, "" for what can be none: O is 0, I and L are 1, gaps are nothing."""
    plain = _GAPS.sub("", persian.digits_en(persian.chars(typed[:200]))).upper()
    if not plain or len(plain) > limits.CODE_CHARS_MAX or not plain.isprintable() or not plain.isalnum():
        return ""
    return plain.translate(_LIKE)


def fresh() -> str:
    """Return a code of eight letters that are easy to read."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(limits.CODE_FRESH_CHARS))
    return f"{letters[:4]}-{letters[4:]}"
