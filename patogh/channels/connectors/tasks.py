"""What the worker does for connectors: a job a setup and way, so that a dead one holds up no other."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from patogh.activity import every, task
from patogh.channels.connectors import arrivals, fetching, limits, polling, queries, sending
from patogh.channels.connectors.actions import dead, turns
from patogh.channels.connectors.actions.keeping import ERRAND, FETCH
from patogh.channels.connectors.contract import Turned
from patogh.channels.connectors.running import connector_of, running
from patogh.channels.models import Setup

_slots = threading.BoundedSemaphore(limits.TURNS_AT_ONCE_MAX)
_SOON = dt.timedelta(seconds=2)


@task("channels.look_at_setups")
def look_at_setups() -> None:
    """Queue the turns that are due."""
    now = timezone.now()
    polls, sends = queries.due_to_poll(now), queries.due_to_send(now)
    if polls or sends:
        turns.queue_turns(polls, sends)


@task(turns.POLL)
def poll_setup(setup: int) -> None:
    """Take a turn of asking one setup."""
    _in_a_slot(turns.POLL, setup, polling.poll)


@task(turns.SEND)
def send_setup(setup: int) -> None:
    """Take a turn of sending through one setup."""
    _in_a_slot(turns.SEND, setup, sending.send_due)


@task(FETCH)
def fetch_files(message: int) -> None:
    """Take the files of a message that came as addresses."""
    fetching.fetch(message)


@task(ERRAND)
def do_errand(setup: int, errand: dict[str, Any]) -> None:
    """Do an errand that a connector left; what must wait is tried again by the queue."""
    row = Setup.objects.filter(pk=setup, state="on").first()
    if row is None:
        return
    try:
        found = connector_of(row).work(running(row), errand)
    except Turned:
        return
    if found:
        arrivals.take(row.pk, found)


@task("channels.sweep_letters")
def sweep_letters() -> None:
    """Forget dead letters of long ago."""
    while dead.forget_letters():
        pass


def _in_a_slot(name: str, setup: int, turn: Callable[[int], object]) -> None:
    """Take a turn, or come again soon where this process has no thread to spare: services that hang get half of them."""
    if not _slots.acquire(blocking=False):
        turns.queue_turn_at(name, setup, timezone.now() + _SOON)
        return
    try:
        turn(setup)
    finally:
        _slots.release()


every("channels.look_at_setups", limits.LOOK_EVERY_S)
every("channels.sweep_letters", limits.SWEEP_EVERY_S)
