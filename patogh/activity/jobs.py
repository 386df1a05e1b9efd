"""Work after commit: tasks by name, a lease queue in the database, and the enqueueing that rides in the caller's transaction."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from patogh.activity.models import Job

Task = Callable[..., None]
_tasks: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register a task `room.verb_noun`; it takes ids only and is safe to run twice."""

    def keep(function: Task) -> Task:
        _tasks[name] = function
        return function

    return keep


def enqueue(name: str, *, key: str | None = None, run_at: dt.datetime | None = None, **args: Any) -> None:
    """Put a job in the queue within the running transaction; with a `key`, a waiting job of the same key stands for it."""
    values = {"task": name, "args": args, "run_at": run_at or timezone.now()}
    if key is None:
        Job.objects.create(**values)
    else:
        Job.objects.get_or_create(key=key, defaults=values)
