"""Which verbs any endpoint wants to hear of: remembered for some seconds, because every activity asks."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from patogh.api.models import WebhookEndpoint
from patogh.api.webhooks import limits
from patogh.kit.memory import Remembered


def _patterns() -> frozenset[str]:
    words = WebhookEndpoint.objects.filter(paused_at=None).values_list("patterns", flat=True)
    return frozenset(" ".join(words).split())


PATTERNS: Final = Remembered(_patterns, limits.LOOKED_AT_S)
forget = PATTERNS.forget


def is_wanted(verb: str) -> bool:
    """Return whether an endpoint may want to hear of this verb; costs a query once in LOOKED_AT_S seconds."""
    return fits(verb, PATTERNS())


def fits(verb: str, patterns: frozenset[str] | list[str]) -> bool:
    """Return whether a verb fits one of the patterns (`*` and `?` as in names of files)."""
    return any(fnmatchcase(verb, pattern) for pattern in patterns)


def assume_none() -> None:
    """Take it that nobody wants to hear anything, until `forget`: for tests that count queries."""
    PATTERNS.assume(frozenset())
