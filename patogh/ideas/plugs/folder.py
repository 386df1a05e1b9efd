"""What the ideas plug in: their sheets of the neutral folder."""

from __future__ import annotations

from typing import Any

from patogh.ideas import neutral
from patogh.ideas.actions import coming
from patogh.kit.hooks import hookimpl


@hookimpl
def export_sheets() -> list[dict[str, Any]]:
    """Return the tables of ideas that travel."""
    return neutral.sheets()


@hookimpl
def sheets_came(came: Any) -> None:
    """Count and find anew what came."""
    coming.settle(came)
