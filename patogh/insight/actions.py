"""The only writers of this room: what was measured is kept, and nothing of other rooms is ever written."""

from __future__ import annotations

from typing import Any

from patogh.activity import upkeep
from patogh.insight.measures import Window
from patogh.insight.models import Snapshot


@upkeep
def keep_snapshot(name: str, window: Window, found: dict[str, Any]) -> None:
    """Keep the newest result of a measure."""
    values = {"since": window.since, "until": window.until, "found": found, "measured_at": window.until}
    Snapshot.objects.update_or_create(name=name, defaults=values)
