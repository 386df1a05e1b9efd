"""What the open book knows of a poll, and the polls that can be recounted: the roll and the sealed ballots."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.hangout.models.posts import Poll

MEMBER = settings.AUTH_USER_MODEL


class PollRecord(models.Model):
    """A poll whose story stands in the book; `ref` names it there, so that the book says nothing of where it was asked.

    A simple poll goes vote, counted, final; a sealed one enrol, vote, opening (seals are being opened), counted, final.
    Final is a result that enough witnesses have seen.
    """

    PHASES = [(phase, phase) for phase in ("enrol", "vote", "opening", "counted", "final")]

    poll = models.OneToOneField(Poll, on_delete=models.CASCADE, related_name="record")
    ref = models.CharField(max_length=32, unique=True)
    is_sealed = models.BooleanField(default=False)
    phase = models.CharField(max_length=7, default="vote", choices=PHASES)
    level_min = models.PositiveSmallIntegerField(default=0)
    joined_before = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    roll_size = models.PositiveIntegerField(default=0)
    roll_root = models.CharField(max_length=64, blank=True, default="")
    ballots_count = models.PositiveIntegerField(default=0)
    opened_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["phase", "id"], condition=~Q(phase="final"), name="poll_record_at_work"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.phase}"


class Elector(models.Model):
    """A key on the roll of a sealed poll; whose it is goes when the member goes."""

    record = models.ForeignKey(PollRecord, on_delete=models.CASCADE, related_name="electors")
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=64)
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "key"], name="elector_key_once"),
            models.UniqueConstraint(fields=["record", "member"], name="elector_member_once"),
        ]

    def __str__(self) -> str:
        return self.key


class Ballot(models.Model):
    """One sealed vote. `choice` and `nonce` open the seal; kept only in the voter's browser, they are missing here."""

    elector = models.OneToOneField(Elector, on_delete=models.CASCADE, related_name="ballot")
    record = models.ForeignKey(PollRecord, on_delete=models.CASCADE, related_name="ballots")
    seal = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    choice = models.PositiveSmallIntegerField(null=True)
    nonce = models.CharField(max_length=64, blank=True, default="")
    cast_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["record", "id"], condition=Q(opened_at=None), name="ballot_unopened"),
        ]

    def __str__(self) -> str:
        return self.seal
