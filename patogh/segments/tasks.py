"""What happens behind the pages: following, turning, filling, counting. Each is safe to repeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from patogh.activity import enqueue, every, task, upkeep
from patogh.segments import limits
from patogh.segments.actions.counting import COUNT, count_on, forget_counts
from patogh.segments.actions.filling import FILL, fill_on
from patogh.segments.actions.following import follow_some, turn_some
from patogh.segments.actions.moving import spread_some
from patogh.segments.actions.touching import FOLLOW
from patogh.segments.models import Segment

_filling = threading.Lock()


@task(FOLLOW)
def follow() -> None:
    """Ask the rules again of everybody who was touched."""
    if _for_a_while(_follow_step):
        _again(FOLLOW, FOLLOW)


@task("segments.sweep")
def sweep() -> None:
    """Follow whatever was left lying, and the clock; a filling that nobody is at goes on."""
    _for_a_while(_follow_step)
    _for_a_while(lambda: turn_some() > 0)
    if not _filling.locked() and Segment.objects.filter(retired_at=None, state="filling").exists():
        _again(FILL, FILL)


@task("segments.forget_counts")
def forget_old_counts() -> None:
    """Forget counts that nobody needs."""
    forget_counts()


@task(FILL)
def fill() -> None:
    """Ask new rules of everybody, one after the other, for a slice of time, then hand on; what was touched comes first.

    One thread of a process fills: more would only wait for each other, and whoever did something would wait for all of them.
    """
    if not _filling.acquire(blocking=False):
        return
    try:
        has_more = _for_a_while(_fill_steps())
    finally:
        _filling.release()
    if has_more:
        _again(FILL, FILL)


def _fill_steps() -> Callable[[], bool]:
    """Return a step of filling that keeps to FILL_STEP_S, however busy the machine is."""
    sizes = [limits.FILLED_PERSONS_MIN]

    def step() -> bool:
        began = time.monotonic()
        goes_on = fill_on(sizes[0])
        sizes[0] = next_size(sizes[0], time.monotonic() - began)
        return goes_on

    return step


@task(COUNT)
def count() -> None:
    """Count rules exactly, one after the other, for a slice of time, then hand on."""
    if _for_a_while(count_on):
        _again(COUNT, COUNT)


def next_size(size: int, took_s: float) -> int:
    """Return of how many persons the next step asks: whoever did something waits for a step, so that a busy machine takes short ones."""
    wanted = int(size * limits.FILL_STEP_S / max(took_s, 0.001))
    return max(limits.FILLED_PERSONS_MIN, min(limits.FILLED_PERSONS_MAX, 2 * size, wanted))


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
