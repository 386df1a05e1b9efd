"""The clock of the ideas. Each turn is safe to repeat."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import every, task
from patogh.ideas import limits
from patogh.ideas.actions import clock, thresholds

every("ideas.turn", limits.TURN_S)


@task("ideas.turn")
def turn() -> None:
    """End the windows that are over, and set the last stations of programmes whose review round is over."""
    now = timezone.now()
    clock.expire_due(now)
    thresholds.turn_due(now)
