"""What the worker does for connectors: a job a setup and way, so that a dead one holds up no other."""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import reverse
from django.utils import timezone

from patogh.activity import after, every, task
from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals, fetching, limits, polling, queries, sending, trying
from patogh.channels.connectors.actions import dead, turns
from patogh.channels.connectors.actions.keeping import ERRAND, FETCH
from patogh.channels.connectors.contract import Turned, Unreachable
from patogh.channels.connectors.running import connector_of, running
from patogh.channels.models import Message, Setup
from patogh.people.actions import give_notice
from patogh.people.queries import those_who_may

_slots = threading.BoundedSemaphore(limits.TURNS_AT_ONCE_MAX)
_aside = threading.BoundedSemaphore(limits.STRANGERS_AT_ONCE_MAX)
BROKEN = "channels.setup_broke"
DOUBTED = "channels.message_doubted"
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
    with one_of_strangers(FETCH, f"files:{message}", message=message) as is_mine:
        if is_mine:
            fetching.fetch(message)


@task(ERRAND)
def do_errand(setup: int, errand: dict[str, Any]) -> None:
    """Do an errand that a connector left; what must wait is tried again by the queue."""
    with one_of_strangers(ERRAND, turns.key_of_errand(setup, errand), setup=setup, errand=errand) as is_mine:
        if is_mine:
            _errand(setup, errand)


def _errand(setup: int, errand: dict[str, Any]) -> None:
    row = Setup.objects.filter(pk=setup, state="on").first()
    if row is None:
        return
    try:
        found = connector_of(row).work(running(row), errand)
    except (Turned, Unreachable):
        return
    if found:
        arrivals.take(row.pk, found)


@task("channels.open_setup")
def open_setup(activity: str) -> None:
    """Do what a channel wants of a setup that was added, changed or switched on."""
    row = _setup_of(activity)
    if row is not None and row.state == "on":
        trying.open_setup(row)


@task("channels.close_setup")
def close_setup(activity: str) -> None:
    """Undo it for a setup that was switched off."""
    row = _setup_of(activity)
    if row is not None and row.state == "off":
        trying.close_setup(row)


@task("channels.tell_of_broken")
def tell_of_broken(activity: str) -> None:
    """Tell those who look after channels that one stopped working."""
    row = _setup_of(activity)
    if row is None:
        return
    url = reverse("channel_setup", args=[row.pk])
    for member in those_who_may("channels.setup"):
        give_notice(member, BROKEN, row, actor=None, activity_id=uuid.UUID(activity), title=row.name[:200], url=url)


@task("channels.tell_of_doubt")
def tell_of_doubt(activity: str) -> None:
    """Tell whoever wrote a message that may have arrived, or else those who look after channels."""
    what = Activity.objects.filter(pk=activity).first()
    rows = Message.objects.select_related("setup", "by")
    row = rows.filter(pk=what.subject_id).first() if what is not None else None
    if row is None or row.setup is None:
        return
    keepers = those_who_may("channels.write")
    told = [row.by] if row.by is not None and row.by in keepers else keepers
    url = reverse("channel_talk", args=[row.pk])
    for member in told:
        give_notice(member, DOUBTED, row, actor=None, activity_id=uuid.UUID(activity), title=row.setup.name, url=url)


def _setup_of(activity: str) -> Setup | None:
    what = Activity.objects.filter(pk=activity).first()
    return Setup.objects.filter(pk=what.subject_id).first() if what is not None else None


@task(dead.READ)
def read_letters(digests: list[str]) -> None:
    """Read the letters whose names are not all known, for somebody who was erased."""
    dead.read_letters(digests)


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


@contextmanager
def one_of_strangers(name: str, key: str, **args: Any) -> Iterator[bool]:
    """Tell whether this job may ask an address that a stranger gave: one at a time, so that slow ones hold up no mail and no
    turn. The others wait, in whatever order.
    """
    if not _aside.acquire(blocking=False):
        wait_s = random.uniform(*limits.STRANGERS_WAIT_S)  # noqa: S311 - it spreads load, it guards nothing
        turns.queue_again(name, key, timezone.now() + dt.timedelta(seconds=wait_s), args)
        yield False
        return
    try:
        yield True
    finally:
        _aside.release()


for _verb in ("added", "edited", "switched_on"):
    after(f"channels.setup_{_verb}", "channels.open_setup")
after("channels.setup_switched_off", "channels.close_setup")
after(BROKEN, "channels.tell_of_broken")
after(DOUBTED, "channels.tell_of_doubt")
every("channels.look_at_setups", limits.LOOK_EVERY_S)
every("channels.sweep_letters", limits.SWEEP_EVERY_S)
