"""Which verbs any endpoint wants to hear of: remembered for some seconds, because every activity asks."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

from patogh.api.models import WebhookEndpoint
from patogh.api.webhooks import limits

_seen: tuple[float, frozenset[str]] | None = None


def is_wanted(verb: str) -> bool:
    """Return whether an endpoint may want to hear of this verb; costs a query once in LOOKED_AT_S seconds."""
    global _seen  # noqa: PLW0603 - one memory a process
    now = time.monotonic()
    seen = _seen
    if seen is None or now >= seen[0]:
        words = WebhookEndpoint.objects.filter(paused_at=None).values_list("patterns", flat=True)
        _seen = seen = (now + limits.LOOKED_AT_S, frozenset(" ".join(words).split()))
    return bool(seen[1]) and fits(verb, seen[1])


def fits(verb: str, patterns: frozenset[str] | list[str]) -> bool:
    """Return whether a verb fits one of the patterns (`*` and `?` as in names of files)."""
    return any(fnmatchcase(verb, pattern) for pattern in patterns)


def forget() -> None:
    """Look again at the next activity."""
    global _seen  # noqa: PLW0603 - one memory a process
    _seen = None


def assume_none() -> None:
    """Take it that nobody wants to hear anything, until `forget`: for tests that count queries."""
    global _seen  # noqa: PLW0603 - one memory a process
    _seen = (float("inf"), frozenset())
