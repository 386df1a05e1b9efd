"""The clock of the ideas. Each turn is safe to repeat."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import every, task
from patogh.ideas import limits
from patogh.ideas.actions import clock, thresholds

every("ideas.turn", limits.TURN_S)


@task("ideas.turn")
def turn() -> None:
    """End the windows that are over, give batches what waits for them, and set last stations whose round is over."""
    now = timezone.now()
    clock.expire_due(now)
    clock.take_up_waiting(now)
    thresholds.turn_due(now)
