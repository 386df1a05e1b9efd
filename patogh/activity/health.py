"""Whether the house is well: what /readyz asks, each finding one plain English line for operators."""

import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from patogh.activity import jobs, limits, relay
from patogh.activity.actions import beat
from patogh.activity.models import Pulse
from patogh.kit.errors import PatoghError

_last: tuple[float, dict[str, Any]] = (-1.0, {})


def readiness() -> dict[str, Any]:
    """Return `{"ready": bool, "reasons": [...], …figures}`; kept for a second, so that asking often costs nothing."""
    global _last  # noqa: PLW0603 - one answer per process
    if time.monotonic() - _last[0] > limits.READY_CACHE_S:
        _last = (time.monotonic(), _asked())
    return _last[1]


def _asked() -> dict[str, Any]:
    """Try a true write, look at the disk, the queue and the worker."""
    free = free_bytes()
    facts: dict[str, Any] = {"disk_free_bytes": free}
    reasons = [] if free >= limits.DISK_FREE_BYTES_MIN else [f"the disk has {free // 2**20} MB left"]
    try:
        beat("readyz")
        facts |= {
            "outbox_age_s": round(relay.oldest_waiting_s(), 1),
            "job_wait_s": round(jobs.longest_wait_s(), 1),
            "worker_silent_s": silence_s(),
        }
    except (DatabaseError, PatoghError) as error:
        reasons.append(f"the database cannot be written: {type(error.__cause__ or error).__name__}")
    else:
        reasons += _late(facts)
    return {"ready": not reasons, "reasons": reasons, **facts}


def _late(facts: dict[str, Any]) -> list[str]:
    """Return what is late beyond its limit."""
    late = []
    if facts["outbox_age_s"] > limits.OUTBOX_AGE_S_MAX:
        late.append(f"the outbox has waited {facts['outbox_age_s']:.0f} s")
    if facts["job_wait_s"] > limits.JOB_WAIT_S_MAX:
        late.append(f"a job has waited {facts['job_wait_s']:.0f} s")
    if facts["worker_silent_s"] is None or facts["worker_silent_s"] > limits.WORKER_SILENT_S_MAX:
        late.append("no worker has shown itself for a minute")
    return late


def silence_s() -> float | None:
    """Return for how many seconds no worker has shown itself; None if none ever did."""
    pulse = Pulse.objects.filter(pk="worker").first()
    return round(max(dt.timedelta(), timezone.now() - pulse.beat_at).total_seconds(), 1) if pulse else None


def free_bytes() -> int:
    """Return how many bytes the disk under the data folder can still take; 0 when the folder is gone."""
    try:
        return shutil.disk_usage(Path(settings.DATA)).free
    except OSError:
        return 0
