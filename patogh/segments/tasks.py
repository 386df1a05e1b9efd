"""What happens behind the pages: following, turning, filling, counting. Each is safe to repeat."""

from __future__ import annotations

import time
from collections.abc import Callable

from patogh.activity import enqueue, every, task, upkeep
from patogh.segments import limits
from patogh.segments.actions.counting import COUNT, count_on, forget_counts
from patogh.segments.actions.filling import FILL, fill_on
from patogh.segments.actions.following import follow_some, turn_some
from patogh.segments.actions.moving import spread_some
from patogh.segments.actions.touching import FOLLOW


@task(FOLLOW)
def follow() -> None:
    """Ask the rules again of everybody who was touched."""
    if _for_a_while(_follow_step):
        _again(FOLLOW, FOLLOW)


@task("segments.sweep")
def sweep() -> None:
    """Follow whatever was left lying, and the clock."""
    _for_a_while(_follow_step)
    _for_a_while(lambda: turn_some() > 0)


@task("segments.forget_counts")
def forget_old_counts() -> None:
    """Forget counts that nobody needs."""
    forget_counts()


@task(FILL)
def fill() -> None:
    """Ask new rules of everybody, one after the other, for a slice of time, then hand on; what was touched comes first."""
    if _for_a_while(lambda: follow_some() >= 0 and fill_on()):
        _again(FILL, FILL)


@task(COUNT)
def count() -> None:
    """Count rules exactly, one after the other, for a slice of time, then hand on."""
    if _for_a_while(count_on):
        _again(COUNT, COUNT)


def _follow_step() -> bool:
    """Ask of those who did something; only when nobody waits, touch the followers of those who came or went."""
    return follow_some() > 0 or spread_some() > 0


def _for_a_while(step: Callable[[], bool]) -> bool:
    """Repeat a step until there is nothing left or the slice of time is over; returns whether there may be more."""
    end = time.monotonic() + limits.TASK_SLICE_S
    while step():
        if time.monotonic() >= end:
            return True
    return False


@upkeep
def _again(name: str, key: str) -> None:
    enqueue(name, key=key)


every("segments.sweep", limits.SWEEP_EVERY_S)
every("segments.forget_counts", 3600)
