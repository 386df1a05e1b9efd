"""Outgoing webhooks: endpoints, what is to be told, and each delivery with its attempts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MEMBER = settings.AUTH_USER_MODEL


class WebhookEndpoint(models.Model):
    """An address of another program that is told what happens here.

    `patterns` are globs over verbs, separated by spaces. `reach` is the widest audience it hears of. While it is paused
    nothing is sent, and what waits keeps waiting. One turn at a time sends to it, under the lease `sending_until`.
    """

    REACHES = [(reach, reach) for reach in ("public", "members", "staff")]
    PAUSES = [(why, why) for why in ("by_hand", "gone", "failing")]

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    patterns = models.CharField(max_length=600)
    reach = models.CharField(max_length=8, choices=REACHES, default="public")
    takes_private = models.BooleanField(default=False)
    secret = models.CharField(max_length=100)
    secret_old = models.CharField(max_length=100, blank=True, default="")
    secret_old_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_why = models.CharField(max_length=8, choices=PAUSES, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    sending_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="") | Q(paused_at__isnull=False) & ~Q(paused_why=""),
                name="webhook_pause_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url


class WebhookMessage(models.Model):
    """One thing to tell: its id and body stay the same for every endpoint and every attempt."""

    key = models.CharField(max_length=40, unique=True)
    activity_id = models.UUIDField(null=True, unique=True)
    identity_id = models.BigIntegerField(null=True)
    type = models.CharField(max_length=64)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="webhook_message_by_age"),
            models.Index(fields=["identity_id"], name="webhook_message_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.type}"


class WebhookDelivery(models.Model):
    """One message on its way to one endpoint: `waiting` until it was `delivered` or is `failed` for good."""

    STATES = [(state, state) for state in ("waiting", "delivered", "failed")]

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=STATES, default="waiting")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "message"], name="webhook_delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"], condition=Q(state="waiting"), name="webhook_delivery_due"
            ),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_delivery_by_state"),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.endpoint_id}: {self.state}"


class WebhookAttempt(models.Model):
    """One request of a delivery and what was answered; a status of 0 means that there was no answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True, default="")
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["delivery", "-id"], name="webhook_attempt_by_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"
