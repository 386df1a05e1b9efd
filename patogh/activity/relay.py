"""The one sequencer: it numbers what happened, in one order for all readers, and turns it into jobs."""

import datetime as dt
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from patogh.activity import limits, registry
from patogh.activity.door import upkeep
from patogh.activity.models import Activity, Job, Outbox

SEQUENCER_LOCK = 0x9A706A  # A number of our own among PostgreSQL's advisory locks.


@upkeep
def relay(limit: int = limits.OUTBOX_ROWS_MAX) -> int:
    """Number up to `limit` waiting outbox rows and enqueue the tasks that follow them; returns how many rows.

    Only one process at a time does this: the IMMEDIATE transaction of SQLite, or an advisory lock, sees to it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
    waiting = list(Outbox.objects.filter(state="waiting").order_by("created_at", "activity_id")[:limit])
    if not waiting:
        return 0
    number = Outbox.objects.aggregate(last=Max("seq"))["last"] or 0
    for row in waiting:
        number += 1
        row.seq, row.state = number, "sequenced"
    Outbox.objects.bulk_update(waiting, ["seq", "state"], batch_size=200)
    Job.objects.bulk_create(_jobs_for([row.activity_id for row in waiting]))
    return len(waiting)


def _jobs_for(activity_ids: list[UUID]) -> list[Job]:
    """Return a job for each task that follows each of these activities, in the order given."""
    now = timezone.now()
    verbs = dict(Activity.objects.filter(pk__in=activity_ids).values_list("pk", "verb"))
    return [
        Job(task=task, args={"activity": str(activity_id)}, run_at=now)
        for activity_id in activity_ids
        for task in registry.tasks_after(verbs.get(activity_id, ""))
    ]


@upkeep
def sweep() -> int:
    """Forget outbox rows handed on some days ago, all but the last, which carries the count; returns how many."""
    last = Outbox.objects.aggregate(last=Max("seq"))["last"]
    before = timezone.now() - dt.timedelta(days=limits.OUTBOX_KEPT_DAYS)
    return Outbox.objects.filter(state="sequenced", created_at__lt=before, seq__lt=last or 0).delete()[0]


def oldest_waiting_s() -> float:
    """Return for how many seconds the oldest waiting outbox row has waited; 0 when none does."""
    oldest = Outbox.objects.filter(state="waiting").order_by("created_at").values_list("created_at", flat=True).first()
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
