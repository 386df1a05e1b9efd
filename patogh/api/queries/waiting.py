"""Why something waits for a moderator, in the codes that programs go by."""

from __future__ import annotations

from patogh.trust.models import Held
from patogh.trust.queries import reasons_of


def reasons(held: Held) -> list[str]:
    """Return the codes of the signals, the heaviest first."""
    return [one.code for one in sorted(reasons_of(held), key=lambda one: -one.score)]
