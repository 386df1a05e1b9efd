"""What goes out: a member's choices and terms, each delivery with its state, the turns of the digest, and the health of
addresses.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.people.models import Notice

MEMBER = settings.AUTH_USER_MODEL

NOW: Final = "now"
SOON: Final = "soon"
DAILY: Final = "daily"
WEEKLY: Final = "weekly"
NEVER: Final = "never"


class Choice(models.Model):
    """When a member wants to hear of one kind of event on one channel; without a row the default of the kind holds."""

    WHEN = [(NOW, "at once"), (SOON, "after 10 minutes, if unseen"), (DAILY, "once a day"), (WEEKLY, "once a week"),
            (NEVER, "never")]  # fmt: skip

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    when = models.CharField(max_length=6, choices=WHEN)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind", "channel"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind} by {self.channel} {self.when}"


class Terms(models.Model):
    """On what terms a member may be reached at all: silence, quiet hours, the digest, and how many mails a day.

    Hours and minutes are of the member's own zone; days of the week count from Saturday, 0. `outlets` names the channels
    besides mail that this member has opened, like "push".
    """

    DIGESTS = [(DAILY, "once a day"), (WEEKLY, "once a week"), (NEVER, "never")]

    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, primary_key=True, related_name="notice_terms")
    muted_until = models.DateTimeField(null=True, blank=True)
    quiet_from_min = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to_min = models.PositiveSmallIntegerField(null=True, blank=True)
    is_quiet_at_weekends = models.BooleanField(default=False)
    digest = models.CharField(max_length=6, choices=DIGESTS, default=WEEKLY)
    digest_day = models.PositiveSmallIntegerField(default=5)
    digest_hour = models.PositiveSmallIntegerField(default=18)
    outlets = models.CharField(max_length=120, blank=True, default="")
    mails_a_day = models.PositiveSmallIntegerField(default=100)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest_day__lte=6, digest_hour__lte=23), name="notice_terms_digest"),
            models.CheckConstraint(
                condition=Q(quiet_from_min__isnull=True, quiet_to_min__isnull=True)
                | Q(quiet_from_min__lt=1440, quiet_to_min__lt=1440),
                name="notice_terms_quiet",
            ),
        ]

    def __str__(self) -> str:
        return f"terms of {self.member_id}"


class Delivery(models.Model):
    """One notice, or one digest, on its way over one channel: `waiting → sending → sent`, or skipped, or dead.

    `why` says in one word why it was skipped (`words.WHY`). `thread` gathers what becomes one mail. The Message-ID is
    fixed before the first attempt, so that a mail that was sent twice can be told by its id.
    """

    STATES = [(state, state) for state in ("waiting", "sending", "sent", "skipped", "dead")]

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    thread = models.CharField(max_length=90)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    why = models.CharField(max_length=24, blank=True, default="")
    address = models.CharField(max_length=254, blank=True, default="")
    message_id = models.CharField(max_length=160, blank=True, default="")
    data = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"], condition=Q(state="waiting"), name="delivery_once_while_waiting"
            ),
            models.UniqueConstraint(
                fields=["member", "channel"],
                condition=Q(state="waiting", kind="digest"),
                name="digest_once_while_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["channel", "lease_until"], condition=Q(state="sending"), name="delivery_leased"),
            models.Index(fields=["member", "channel", "state", "ended_at"], name="delivery_by_member"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="delivery_by_message"),
            models.Index(fields=["state", "ended_at"], name="delivery_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.member_id} by {self.channel}: {self.state}"


class DigestTurn(models.Model):
    """When a member's next digest is due, and why there is none: she was away too long (`absent`)."""

    member = models.OneToOneField(MEMBER, on_delete=models.CASCADE, primary_key=True, related_name="digest_turn")
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_at", "member"], condition=Q(stopped_at__isnull=True), name="digest_turn_due")
        ]

    def __str__(self) -> str:
        return f"digest of {self.member_id} at {self.next_at}"


class Reach(models.Model):
    """How well an address takes our mail: its bounces add up to a score; at the limit nothing more is sent to it."""

    address = models.CharField(max_length=254, unique=True)
    member = models.ForeignKey(MEMBER, null=True, on_delete=models.CASCADE, related_name="reaches")
    score = models.PositiveSmallIntegerField(default=0)
    bounced_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["member"], name="reach_by_member")]

    def __str__(self) -> str:
        return f"{self.address}: {self.score}"
