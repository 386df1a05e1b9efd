"""What people agreed to: append-only rows, one a purpose, channel and sender, with the words that were shown."""

from django.db import models

from patogh.kit.ids import uuid7
from patogh.people.models.accounts import Identity


class ConsentText(models.Model):
    """One version of the words that ask for a consent; append-only, a changed sentence is a new number."""

    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    fa = models.TextField()
    en = models.TextField()
    by_identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "channel", "number"], name="consent_text_number")]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}, version {self.number}"


class Consent(models.Model):
    """One word of somebody about one purpose on one channel from one sender: given or withdrawn, never overwritten.

    `identity` is whose word it is (the address or account that said it); `sender` is the number or address that would send,
    "" for any of the brand's. `words` are the text as it was shown, `evidence` what proves it (form, message, file and line).
    """

    STATES = [("given", "given"), ("withdrawn", "withdrawn")]

    receipt = models.UUIDField(unique=True, default=uuid7, editable=False)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=24)
    sender = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=10, choices=STATES)
    text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="consents")
    words = models.TextField(blank=True, default="")
    words_hash = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    method = models.CharField(max_length=24)
    evidence = models.JSONField(default=dict)
    by_identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["identity", "purpose", "channel", "sender", "id"], name="consent_by_identity"),
        ]

    def __str__(self) -> str:
        return f"{self.identity_id} {self.state} {self.purpose} by {self.channel}"


class ConsentCount(models.Model):
    """How often a cell was said by a method; the row with method "" tells how many addresses stand where now."""

    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=24)
    method = models.CharField(max_length=24, blank=True, default="")
    given_count = models.BigIntegerField(default=0)
    withdrawn_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "channel", "method"], name="consent_count_once")]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.given_count} given, {self.withdrawn_count} withdrawn"
