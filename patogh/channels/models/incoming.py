"""What comes in by mail: each mail with what became of it, and how far the mailbox has been read."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MEMBER = settings.AUTH_USER_MODEL


class InboundMail(models.Model):
    """One mail that came in: `arrived` until it was looked at, then for good what it became, and why.

    `digest` is the SHA-256 of its Message-ID (of the whole mail where it has none), so that a mail that is fetched twice
    is one row. `raw` is the mail as it came, dropped after RAW_KEPT_DAYS.
    """

    STATES = [(state, state) for state in ("arrived", "accepted", "refused", "ignored", "bounce")]

    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=250, blank=True, default="")
    state = models.CharField(max_length=8, choices=STATES, default="arrived")
    why = models.CharField(max_length=40, blank=True, default="")
    sender = models.CharField(max_length=254, blank=True, default="")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, blank=True, default="")
    target = models.CharField(max_length=20, blank=True, default="")
    outcome = models.CharField(max_length=120, blank=True, default="")
    raw = models.BinaryField(null=True)
    size_bytes = models.PositiveIntegerField(default=0)
    arrived_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["arrived_at", "id"], name="inbound_by_age"),
            models.Index(
                fields=["sender", "answered_at"], condition=Q(answered_at__isnull=False), name="inbound_answered"
            ),
            models.Index(fields=["arrived_at"], condition=Q(raw__isnull=False), name="inbound_with_raw"),
            models.Index(fields=["member"], name="inbound_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id or self.digest[:12]}: {self.state} {self.why}"


class Mailbox(models.Model):
    """How far the one mailbox has been read; `fault` is what went wrong at the last try, for the operator."""

    name = models.CharField(max_length=250, primary_key=True)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True, default="")
    fault_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} up to {self.last_uid}"
