"""What this installation asks and allows, kept in memory for a moment."""

from __future__ import annotations

import time

from django.conf import settings

from patogh.trust.models import TrustTerms
from patogh.trust.terms import TERMS

_kept: tuple[float, dict[str, int | str]] | None = None


def terms() -> dict[str, int | str]:
    """Return every term with its value here; kept for BRAND_CACHE_S seconds, forgotten at once where it is changed."""
    global _kept  # noqa: PLW0603 - one set of terms per process is the point
    now = time.monotonic()
    if _kept is not None and now - _kept[0] < settings.BRAND_CACHE_S:
        return _kept[1]
    row = TrustTerms.objects.filter(pk=1).values_list("chosen", flat=True).first() or {}
    chosen = {name: row.get(name, term.default) for name, term in TERMS.items()}
    _kept = (now, chosen)
    return chosen


def number(name: str) -> int:
    """Return a term that is a number."""
    return int(terms()[name])


def choice(name: str) -> str:
    """Return a term that is one of some words."""
    return str(terms()[name])


def forget_terms() -> None:
    """Drop what this process keeps."""
    global _kept  # noqa: PLW0603
    _kept = None
