"""Whom an import must not bring again: keyed hashes of the keys that erased people had elsewhere, which tell nobody who."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from django.conf import settings

from patogh.people.models import ErasedSource


def digest(source: str, key: str) -> str:
    """Return the keyed hash of somebody's key in a source."""
    said = f"erased:{source}:{key}".encode("utf-8", "surrogatepass")
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256").hex()[:40]


def erased(source: str, keys: Iterable[str]) -> dict[str, int]:
    """Return, of these keys, those whose people were erased here, with the numbers of their accounts."""
    wanted = {digest(source, key): key for key in keys}
    every = list(wanted)
    found: dict[str, int] = {}
    for start in range(0, len(every), 400):
        rows = ErasedSource.objects.filter(digest__in=every[start : start + 400])
        found |= {wanted[said]: number for said, number in rows.values_list("digest", "member_number")}
    return found
