"""Handing many notices over to jobs of their own."""

from __future__ import annotations

from typing import Any

from patogh.activity import enqueue, upkeep


@upkeep
def spread_notices(args: dict[str, Any]) -> None:
    """Enqueue one job of `hangout.give_notices`; a repeated one finds everybody told already."""
    enqueue("hangout.give_notices", **args)
