"""The road itself, its outbox, and the jobs that follow it."""

from django.db import models

from patogh.kit.ids import uuid7


class Activity(models.Model):
    """One thing that someone did: append-only, a database trigger refuses UPDATE and DELETE."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verb = models.CharField(max_length=64)
    identity_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=40, blank=True, default="")
    target_id = models.CharField(max_length=40, blank=True, default="")
    audience = models.CharField(max_length=40)
    channel = models.CharField(max_length=24)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    value = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=8, blank=True, default="")
    data = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True, default="")
    key = models.CharField(max_length=255, null=True)  # noqa: DJ001 - NULL is outside the unique constraint, "" would not be

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="activity_once_per_source_key"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | ~models.Q(currency=""), name="activity_value_has_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["audience", "happened_at", "id"], name="activity_by_audience"),
            models.Index(fields=["identity_id", "happened_at", "id"], name="activity_by_identity"),
            models.Index(fields=["subject_kind", "subject_id"], name="activity_by_subject"),
            models.Index(fields=["identity_id", "verb", "happened_at"], name="activity_by_identity_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind}:{self.subject_id}"


class Outbox(models.Model):
    """What has to leave after commit: one row an activity, numbered by the one sequencer when it hands the row on.

    Rows that were handed on are swept away after some days, all but the last, which carries the count.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, primary_key=True, db_constraint=False)
    state = models.CharField(
        max_length=12, default="waiting", choices=[("waiting", "waiting"), ("sequenced", "sequenced")]
    )
    seq = models.BigIntegerField(null=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="outbox_by_state")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.state}"


class Job(models.Model):
    """One piece of work after commit, under a lease: a worker that dies gives it back when the lease ends."""

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, default="waiting", choices=[("waiting", "waiting"), ("running", "running"), ("dead", "dead")]
    )
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - NULL is outside the unique constraint
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "run_at", "id"], name="job_by_turn")]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


class ErasureDoor(models.Model):
    """The one narrow door through the append-only trigger: a row that lives inside one erasing transaction only."""

    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"open since {self.opened_at}"


class Pulse(models.Model):
    """When a part of the house last showed that it is alive: a worker's heartbeat, the write that /readyz tries."""

    name = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at}"
