"""Work after commit: tasks by name, and a lease queue in the database (docs/decisions/0004-lease-queue.md).

A job is enqueued in the caller's own transaction. A worker claims it by giving it a lease; a worker that is killed lets
the lease run out, and another worker takes the job again. So a task runs at least once and must be safe to repeat.
"""

import datetime as dt
import logging
import random
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from patogh.activity import limits
from patogh.activity.door import upkeep
from patogh.activity.models import Job, Pulse
from patogh.kit.errors import NotFound

Task = Callable[..., None]
_tasks: dict[str, Task] = {}
_recurring: dict[str, int] = {}
logger = logging.getLogger(__name__)


def task(name: str) -> Callable[[Task], Task]:
    """Register a task `room.verb_noun`; it takes ids only and is safe to run twice."""

    def keep(function: Task) -> Task:
        _tasks[name] = function
        return function

    return keep


def tasks() -> dict[str, Task]:
    """Return every registered task by name."""
    return dict(_tasks)


def enqueue(name: str, *, key: str | None = None, run_at: dt.datetime | None = None, **args: Any) -> None:
    """Queue a job within the running transaction; with a `key`, a waiting job of the same key stands for it."""
    values = {"task": name, "args": args, "run_at": run_at or timezone.now()}
    if key is None:
        Job.objects.create(**values)
    else:
        Job.objects.get_or_create(key=key, defaults=values)


def every(name: str, seconds: int) -> None:
    """Have the task `name` (no arguments) run again and again, `seconds` apart at least, by one worker at a time."""
    _recurring[name] = seconds


def recurring() -> dict[str, int]:
    """Return every recurring task with the seconds between its turns."""
    return dict(_recurring)


def enqueue_recurring() -> int:
    """Queue the recurring tasks whose turn it is; returns how many. Their last turns are kept with the pulses."""
    now = timezone.now()
    turns = {name: f"every:{name}" for name in _recurring}
    last = dict(Pulse.objects.filter(name__in=turns.values()).values_list("name", "beat_at"))
    due = [
        name for name, pulse in turns.items()
        if pulse not in last or last[pulse] <= now - dt.timedelta(seconds=_recurring[name])
    ]  # fmt: skip
    return _enqueue_turns(due) if due else 0


@upkeep
def _enqueue_turns(names: list[str]) -> int:
    """Queue these and write down that they had their turn; one that still waits or runs is not queued twice."""
    at_work = set(Job.objects.filter(task__in=names, state__in=("waiting", "running")).values_list("task", flat=True))
    for name in names:
        if name not in at_work:
            enqueue(name, key=f"every:{name}")
        Pulse.objects.update_or_create(name=f"every:{name}", defaults={"beat_at": timezone.now()})
    return len(set(names) - at_work)


def run_due(limit: int = limits.JOBS_CLAIMED_MAX) -> int:
    """Claim up to `limit` due jobs, run them one after the other and return how many there were."""
    claimed = claim(limit)
    for job in claimed:
        run(job)
    return len(claimed)


@upkeep
def claim(limit: int) -> list[Job]:
    """Lease the due jobs whose turn it is, those of dead workers among them, in their order."""
    now = timezone.now()
    lease = now + dt.timedelta(seconds=limits.JOB_LEASE_S)
    skip_locked = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    claimed = Job.objects.raw(
        f"""
        UPDATE activity_job SET state = 'running', lease_until = %s, attempts = attempts + 1, key = NULL
        WHERE id IN (
            SELECT id FROM activity_job
            WHERE (state = 'waiting' AND run_at <= %s) OR (state = 'running' AND lease_until <= %s)
            ORDER BY run_at, id LIMIT %s {skip_locked}
        ) RETURNING *
        """,  # noqa: S608 - the only inserted words are the constant above
        [lease, now, now, limit],
    )
    return sorted(claimed, key=lambda job: (job.run_at, job.pk))


def run(job: Job) -> None:
    """Run one claimed job: gone when it succeeds, waiting again after a failure, dead after the last attempt.

    A job whose lease ran out before its turn is left alone: another worker may have it.
    """
    if job.lease_until is not None and job.lease_until <= timezone.now():
        return
    try:
        _tasks[job.task](**job.args)
    except Exception as error:
        logger.warning("job %s (%s) failed at attempt %s", job.pk, job.task, job.attempts, exc_info=error)
        give_back(job, f"{type(error).__name__}: {error}")
    else:
        finish(job)


@upkeep
def finish(job: Job) -> None:
    """Take a job that succeeded out of the queue, unless its lease ran out and somebody else has it by now."""
    Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts).delete()


@upkeep
def give_back(job: Job, error: str) -> None:
    """Let a failed job wait for its next attempt, or lay it aside as dead after the last one."""
    dead = job.attempts >= limits.JOB_ATTEMPTS_MAX
    Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts).update(
        state="dead" if dead else "waiting",
        run_at=timezone.now() + retry_delay(job.attempts),
        lease_until=None,
        last_error=error[: limits.JOB_ERROR_CHARS_MAX],
    )


def retry_delay(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: doubling, capped, with up to a quarter of jitter either way."""
    delay_s = min(limits.JOB_RETRY_DELAY_S_MIN * 2 ** (attempts - 1), limits.JOB_RETRY_DELAY_S_MAX)
    return dt.timedelta(seconds=delay_s * random.uniform(0.75, 1.25))  # noqa: S311 - it spreads load, it guards nothing


@upkeep
def prolong(job: Job) -> None:
    """Renew the lease of a job that takes long; a long task calls it now and then."""
    lease = timezone.now() + dt.timedelta(seconds=limits.JOB_LEASE_S)
    Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts).update(lease_until=lease)


@upkeep
def retry_dead(job_id: int | None = None) -> int:
    """Put one dead job, or all, back in the queue; returns how many. Raises NotFound for one that is not dead."""
    dead = Job.objects.filter(state="dead")
    if job_id is not None:
        dead = dead.filter(pk=job_id)
    count = dead.update(state="waiting", run_at=timezone.now(), attempts=0, lease_until=None)
    if job_id is not None and not count:
        raise NotFound
    return count


def drain(rounds_max: int = 100) -> int:
    """Hand the outbox on and run every due job until nothing is due; returns how many ran. For tests and imports."""
    from patogh.activity.relay import relay

    ran = 0
    for _ in range(rounds_max):
        relay()
        now_ran = run_due()
        ran += now_ran
        if not now_ran:
            break
    return ran


def is_due() -> bool:
    """Return whether any job waits for a worker now."""
    now = timezone.now()
    return Job.objects.filter(Q(state="waiting", run_at__lte=now) | Q(state="running", lease_until__lte=now)).exists()


def longest_wait_s() -> float:
    """Return for how many seconds the job that has waited longest beyond its time has done so; 0 when none does."""
    first = Job.objects.filter(state="waiting").order_by("run_at").values_list("run_at", flat=True).first()
    return max(0.0, (timezone.now() - first).total_seconds()) if first else 0.0


@upkeep
def hurry() -> int:
    """Make every waiting job due at once, for tests and for an operator who has mended the cause; returns how many."""
    return Job.objects.filter(state="waiting", run_at__gt=timezone.now()).update(run_at=timezone.now())
