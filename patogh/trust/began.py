"""When a form appeared, signed, so that the time between its appearance and its sending is the house's own measure."""

from __future__ import annotations

import time
from functools import lru_cache

from django.core import signing

_SALT = "patogh.hangout.began"
AGE_S_MAX = 24 * 3600


def now() -> str:
    """Return the mark of this second, for a hidden field of a form."""
    return _mark(int(time.time()))


@lru_cache(maxsize=2)
def _mark(second: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(second))


def typed_ms(mark: str) -> int | None:
    """Return the milliseconds since a mark was made; None for no mark, a forged one or one older than a day."""
    try:
        made_s = int(signing.Signer(salt=_SALT).unsign(mark[:200]))
    except (signing.BadSignature, ValueError):
        return None
    passed_s = time.time() - made_s
    return int(passed_s * 1000) if 0 <= passed_s <= AGE_S_MAX else None
