"""What tells us of people from outside: sources, their write keys, what became of their events."""

from django.conf import settings
from django.db import models

MEMBER = settings.AUTH_USER_MODEL


class IntakeSource(models.Model):
    """A website, an application or a server that sends events.

    `kind` "browser" means that its keys are in plain sight: then whatever it says is a claim. `is_trusted` lets a server
    vouch that a user id and an anonymous id are one person, `proves_contact` that its addresses and numbers are proved,
    `takes_orders` that "Order Completed" is an order of the shop. Sources with the same `users` share their user ids.
    """

    KINDS = [(kind, kind) for kind in ("server", "browser")]

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=KINDS, default="server")
    users = models.CharField(max_length=36)
    is_trusted = models.BooleanField(default=False)
    proves_contact = models.BooleanField(default=False)
    takes_orders = models.BooleanField(default=False)
    origins = models.CharField(max_length=600, blank=True, default="")
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="server")
                | models.Q(is_trusted=False, proves_contact=False, takes_orders=False),
                name="intake_browser_proves_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IntakeKey(models.Model):
    """A write key: of the key itself only its SHA-256 is kept. Two of a source work at once while one replaces the other."""

    source = models.ForeignKey(IntakeSource, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=24)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="intake_key_by_source")]
        constraints = [
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="intake_key_form")
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"


class IntakeTally(models.Model):
    """How many events of a source had an outcome on a day (UTC): "accepted", "duplicate", "kept_out" or the code of an error."""

    source = models.ForeignKey(IntakeSource, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField()
    outcome = models.CharField(max_length=40)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day", "outcome"], name="intake_tally_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day} {self.outcome}: {self.count}"


class IntakeSample(models.Model):
    """One of the last events with its outcome, for whoever connects a program; `shape` has names and kinds, no values."""

    source = models.ForeignKey(IntakeSource, on_delete=models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    call = models.CharField(max_length=12)
    name = models.CharField(max_length=80, blank=True, default="")
    message_id = models.CharField(max_length=80, blank=True, default="")
    outcome = models.CharField(max_length=40)
    field = models.CharField(max_length=80, blank=True, default="")
    shape = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["source", "-id"], name="intake_sample_by_source"),
            models.Index(fields=["at"], name="intake_sample_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.outcome}"
