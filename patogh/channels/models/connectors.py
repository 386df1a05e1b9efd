"""Connectors that were set up, what came in through them, what leaves, and what could not be understood."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.people.models import Identity

MEMBER = settings.AUTH_USER_MODEL


class Setup(models.Model):
    """One connector as it was set up: "our bot on Bale". `secrets` are sealed (`connectors.sealing`), `plain` are not.

    `state`: "on" works, "off" was switched off by somebody, "broken" waits for new credentials. `fault` is the last error as
    a sentence, `faults_count` how many in a row; `next_at` is when it may be asked again (back-off, Retry-After). Sending has
    its own (`send_faults_count`, `send_at`), so that neither stops the other. `asking_until` and `sending_until` are leases of
    the turns at work; `who` is who we are there, as the last trial said.
    """

    STATES = [(state, state) for state in ("on", "off", "broken")]

    connector = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=8, choices=STATES, default="on")
    plain = models.JSONField(default=dict)
    secrets = models.BinaryField(null=True)
    cursor = models.JSONField(default=dict)
    fault = models.CharField(max_length=400, blank=True, default="")
    fault_at = models.DateTimeField(null=True)
    faults_count = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    asking_until = models.DateTimeField(null=True)
    sending_until = models.DateTimeField(null=True)
    send_at = models.DateTimeField(null=True)
    send_faults_count = models.PositiveIntegerField(default=0, db_default=0)
    who = models.CharField(max_length=120, blank=True, default="", db_default="")
    came_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    came_count = models.PositiveBigIntegerField(default=0)
    left_count = models.PositiveBigIntegerField(default=0)
    dead_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=Q(state="on"), name="setup_by_turn")]

    def __str__(self) -> str:
        return f"{self.connector}: {self.name}"


class Halt(models.Model):
    """Every connector was stopped at once: nothing comes in, is asked or leaves until it ends. One at a time is open."""

    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(ended_at=None), name="halt_once"),
        ]

    def __str__(self) -> str:
        return f"halted at {self.at}"


class Message(models.Model):
    """One message of a channel as it came or left: whose it is, its words as written, its thread.

    `key` is the channel's own id, once a setup and way (of one that leaves: ours, and `channel_key` the channel's own once it
    left); `thread` is the channel's own conversation. "unsure" is one that may have left: somebody has to look.
    """

    WAYS = [("in", "in"), ("out", "out")]
    STATES = [(state, state) for state in ("came", "waiting", "sending", "sent", "refused", "dead", "unsure")]

    setup = models.ForeignKey(Setup, null=True, on_delete=models.SET_NULL, related_name="messages")
    connector = models.CharField(max_length=40)
    way = models.CharField(max_length=3, choices=WAYS)
    kind = models.CharField(max_length=16, default="message")
    key = models.CharField(max_length=250)
    channel_key = models.CharField(max_length=250, blank=True, default="", db_default="")
    thread = models.CharField(max_length=250, blank=True, default="")
    reply_to = models.CharField(max_length=250, blank=True, default="")
    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="messages")
    subject = models.CharField(max_length=400, blank=True, default="")
    text = models.TextField(blank=True, default="")
    url = models.CharField(max_length=1000, blank=True, default="")
    data = models.JSONField(default=dict)
    purpose = models.CharField(max_length=32, blank=True, default="")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=STATES)
    why = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["setup", "way", "key"], name="message_once_per_setup")]
        indexes = [
            models.Index(fields=["identity", "-happened_at", "-id"], name="message_by_identity"),
            models.Index(fields=["setup", "thread", "id"], name="message_by_thread"),
            models.Index(fields=["next_at", "id"], condition=Q(way="out", state="waiting"), name="message_to_send"),
            models.Index(fields=["setup", "channel_key"], condition=~Q(channel_key=""), name="message_by_channel_key"),
            models.Index(fields=["setup", "-id"], name="message_by_setup"),
        ]

    def __str__(self) -> str:
        return f"{self.connector} {self.way} {self.key}"


class Silenced(models.Model):
    """Somebody whom a setup no longer hears: what they write is dropped, until somebody of the team takes it back."""

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="silenced")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["setup", "identity"], name="silenced_once")]

    def __str__(self) -> str:
        return f"{self.identity_id} at {self.setup_id}"


class Attachment(models.Model):
    """A file that came with a message: kept in storage under a name of ours, or named only, with why it was left out.

    One that has still to be taken from `url` has neither.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=160, blank=True, default="")
    url = models.CharField(max_length=1000, blank=True, default="", db_default="")
    why_left_out = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class DeadLetter(models.Model):
    """What came in and could not be taken: kept as it came, with the reason, until somebody replays or drops it.

    `is_named`: everybody whom it may name stands beside it as a digest (`LetterName`); else it is read when somebody is erased.
    """

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="dead_letters")
    key = models.CharField(max_length=250, blank=True, default="")
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    fault = models.CharField(max_length=400)
    came_at = models.DateTimeField()
    is_named = models.BooleanField(default=False, db_default=False)
    replayed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["setup", "-id"], condition=Q(replayed_at=None, dropped_at=None), name="dead_letter_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.setup_id}: {self.fault}"


class LetterName(models.Model):
    """Somebody whom a dead letter may name, as a keyed digest (`connectors.naming`): the letter goes with them."""

    letter = models.ForeignKey(DeadLetter, on_delete=models.CASCADE, related_name="names")
    digest = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="letter_by_name")]

    def __str__(self) -> str:
        return f"somebody in {self.letter_id}"
