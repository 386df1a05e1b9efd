"""Receipt codes as people type them: small letters, spaces, any digits, with or without dashes."""

from __future__ import annotations

import re
from typing import Final

from patogh.kit import persian

TYPED_CHARS_MAX: Final = 60
_CODE: Final = re.compile(r"[2-9A-HJKMNP-TV-Z]{12}")
_BETWEEN: Final = re.compile(r"[\s\-_.#\u200b-\u200f\u2010-\u2015\u2212]+")


def code_of(typed: str) -> str | None:
    """Return a code like K7QF-2M8T-RX4C from what was typed, or None where it cannot be one."""
    if len(typed) > TYPED_CHARS_MAX:
        return None
    plain = _BETWEEN.sub("", persian.digits_en(typed)).upper()
    if not _CODE.fullmatch(plain):
        return None
    return "-".join(plain[at : at + 4] for at in (0, 4, 8))
