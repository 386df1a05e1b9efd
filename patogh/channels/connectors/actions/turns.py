"""Leases of turns, and what a turn notes about its setup."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from patogh.activity import enqueue, upkeep
from patogh.channels.connectors import limits
from patogh.channels.models import Halt, Setup

POLL, SEND = "channels.poll_setup", "channels.send_setup"


@upkeep
def queue_turns(polls: list[int], sends: list[int]) -> None:
    """Queue a turn for each of these setups; one that waits already stands for it."""
    for pk in polls:
        enqueue(POLL, key=f"poll:{pk}", setup=pk)
    for pk in sends:
        enqueue(SEND, key=f"send:{pk}", setup=pk)


@upkeep
def queue_turn_at(task: str, setup_id: int, at: dt.datetime) -> None:
    """Queue a turn for a moment that is near."""
    enqueue(task, key=f"{task}:{setup_id}:soon", run_at=at, setup=setup_id)


@upkeep
def queue_again(task: str, key: str, at: dt.datetime, args: Mapping[str, Any]) -> None:
    """Queue the same job once more for later."""
    enqueue(task, key=key, run_at=at, **args)


def key_of_errand(setup_id: int, errand: Mapping[str, Any]) -> str:
    """Return the key under which an errand waits once."""
    said = json.dumps([setup_id, dict(errand)], sort_keys=True, default=str).encode()
    return f"errand:{hashlib.sha256(said).hexdigest()}"


@upkeep
def claim_polling(setup_id: int) -> Setup | None:
    """Take the lease of asking a setup; None when somebody has it, it is not on, not due, or everything is halted."""
    return _claimed(setup_id, "asking_until", "next_at")


@upkeep
def claim_sending(setup_id: int) -> Setup | None:
    """Take the lease of sending; None as above."""
    return _claimed(setup_id, "sending_until", "send_at")


@upkeep
def release(setup_id: int, lease: str) -> None:
    """Give a lease back: "asking_until" or "sending_until"."""
    Setup.objects.filter(pk=setup_id).update(**{lease: None})


@upkeep
def note_poll_fault(setup: Setup, fault: str, after_s: float | None) -> None:
    """Note that asking failed, and when it is tried again: after what the other side said, or by back-off."""
    row = Setup.objects.select_for_update().get(pk=setup.pk)
    now = timezone.now()
    row.faults_count += 1
    row.next_at = now + dt.timedelta(seconds=wait_s(row.faults_count, after_s))
    row.fault, row.fault_at = fault[: limits.FAULT_CHARS_MAX], now
    row.save(update_fields=["faults_count", "next_at", "fault", "fault_at"])


@upkeep
def note_send_fault(setup_id: int, fault: str, after_s: float | None) -> None:
    """Note that sending failed, and when it is tried again."""
    row = Setup.objects.select_for_update().get(pk=setup_id)
    now = timezone.now()
    row.send_faults_count += 1
    row.send_at = now + dt.timedelta(seconds=wait_s(row.send_faults_count, after_s))
    row.fault, row.fault_at = fault[: limits.FAULT_CHARS_MAX], now
    row.save(update_fields=["send_faults_count", "send_at", "fault", "fault_at"])


@upkeep
def note_fault(setup_id: int, fault: str) -> None:
    """Note what went wrong when a setup was switched on or off."""
    Setup.objects.filter(pk=setup_id).update(fault=fault[: limits.FAULT_CHARS_MAX], fault_at=timezone.now())


@upkeep
def postpone_poll(setup_id: int, wait: float) -> None:
    """Ask again after some seconds, without a fault."""
    Setup.objects.filter(pk=setup_id).update(next_at=timezone.now() + dt.timedelta(seconds=wait))


@upkeep
def note_left(setup_id: int) -> None:
    """Note that a message left, and that a fault of sending is over."""
    changes: dict[str, Any] = {"left_at": timezone.now(), "left_count": F("left_count") + 1, "send_faults_count": 0}
    Setup.objects.filter(pk=setup_id, faults_count=0, send_faults_count__gt=0).update(fault="")
    Setup.objects.filter(pk=setup_id).update(**changes, send_at=None)


def wait_s(faults: int, after_s: float | None) -> float:
    """Return how long to wait after so many faults in a row: what was asked for, capped, or doubling with jitter."""
    if after_s is not None and after_s > 0:
        return float(min(max(after_s, limits.WAIT_S_MIN), limits.RETRY_AFTER_S_MAX))
    planned = float(min(limits.BACK_OFF_S_MIN << min(faults - 1, 20), limits.BACK_OFF_S_MAX))
    return planned * random.uniform(1 - limits.BACK_OFF_JITTER, 1 + limits.BACK_OFF_JITTER)  # noqa: S311 - it spreads load, it guards nothing


def _claimed(setup_id: int, lease: str, due: str) -> Setup | None:
    now = timezone.now()
    if Halt.objects.filter(ended_at=None).exists():
        return None
    free = Q(**{lease: None}) | Q(**{f"{lease}__lte": now})
    is_due = Q(**{due: None}) | Q(**{f"{due}__lte": now})
    until = now + dt.timedelta(seconds=limits.LEASE_S)
    real = Setup.objects.exclude(address__startswith=limits.MADE_UP)
    taken = real.filter(free, is_due, pk=setup_id, state="on").update(**{lease: until})
    return Setup.objects.filter(pk=setup_id).first() if taken else None
