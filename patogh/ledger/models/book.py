"""The log in the database: what waits to be entered, the tree and its bundles, seals, witnesses, keys and receipts.

A log is append-only by trigger on both databases: a full tile or bundle never changes, a partial one only grows, a
seal and a cosignature stay as they are. What erasure may take is apart: `Opening` rows and the member of a `Receipt`.
"""

from django.db import models
from django.db.models import Q

from patogh.kit.ids import uuid7
from patogh.people.models import Member


class LogHead(models.Model):
    """One log by its origin: how far it has grown. Only one is open; a compromised key closes it and opens the next.

    `frontier` holds the hashes of the compact range (32 bytes each), `signed_size` the greatest size ever signed.
    """

    STATES = [("open", "open"), ("closed", "closed")]

    origin = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)
    signed_size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=STATES, default="open")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="open"), name="ledger_one_open_log"),
            models.CheckConstraint(condition=Q(size__gte=models.F("signed_size")), name="ledger_signed_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Submission(models.Model):
    """One fact that has to be in the log: waiting until the sequencer gives it its leaf.

    `body` are the exact bytes while it waits; afterwards they live in the bundle of its leaf. `key` is the idempotency
    key, kept for good; `content_hash` covers what is public in it, never a secret.
    """

    STATES = [("waiting", "waiting"), ("sequenced", "sequenced")]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    body = models.BinaryField(default=bytes)
    content_hash = models.BinaryField(max_length=32)
    state = models.CharField(max_length=9, choices=STATES, default="waiting")
    log = models.ForeignKey(LogHead, null=True, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    leaf = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "leaf"], name="ledger_leaf_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", leaf__isnull=True, log__isnull=True)
                | Q(state="sequenced", leaf__isnull=False, log__isnull=False),
                name="ledger_leaf_with_state",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="ledger_submission_waiting"),
            models.Index(
                fields=["subject_kind", "subject_id", "log", "leaf"],
                condition=~Q(subject_kind=""),
                name="ledger_submission_subject",
            ),
            models.Index(
                fields=["log", "kind", "leaf"], condition=Q(leaf__isnull=False), name="ledger_submission_by_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def earlier(self) -> str:
        """The origin of the closed log in which its leaf is, or "": the pages of lines show the open log alone."""
        return self.log.origin if self.log is not None and self.log.state == "closed" else ""


class Opening(models.Model):
    """What a commitment in an entry hides: value and salt; `field` is its path ("lines.1.c"). Erasable, on its own."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="openings", db_index=False)
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=2000)
    salt = models.BinaryField(max_length=32)
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "field"], name="ledger_opening_once")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.field}"


class Receipt(models.Model):
    """A short code (K7QF-2M8T-RX4C) by which whoever it concerns finds their entry and its proof again."""

    code = models.CharField(max_length=14, unique=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="receipts")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "id"], name="ledger_receipt_by_member")]

    def __str__(self) -> str:
        return self.code


class LogTile(models.Model):
    """A row of at most 256 hashes of a level (C2SP tlog-tiles); a partial tile is a beginning of `hashes`."""

    log = models.ForeignKey(LogHead, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    width = models.PositiveSmallIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "level", "number"], name="ledger_tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.number}.p/{self.width}"


class LogBundle(models.Model):
    """At most 256 entries, each behind its length in two bytes; a partial bundle is a beginning of `body`."""

    log = models.ForeignKey(LogHead, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField()
    width = models.PositiveSmallIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="ledger_bundle_once")]

    def __str__(self) -> str:
        return f"entries {self.number}.p/{self.width}"


class SealedCheckpoint(models.Model):
    """A checkpoint that was signed: `note` carries the log's own signatures; the witnesses' lines are cosignatures.

    `witnessed_count` and `quorum_met` follow the policy of the time at which cosignatures came in.
    """

    log = models.ForeignKey(LogHead, on_delete=models.PROTECT, related_name="checkpoints", db_index=False)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    sealed_at = models.DateTimeField()
    witnessed_count = models.PositiveSmallIntegerField(default=0)
    quorum_met = models.BooleanField(default=False)
    witnessed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "size"], name="ledger_checkpoint_once")]
        indexes = [
            models.Index(fields=["log", "size"], condition=Q(quorum_met=True), name="ledger_checkpoint_witnessed"),
        ]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Witness(models.Model):
    """One who checks that the log only grows; `is_ours` never counts towards the quorum."""

    name = models.CharField(max_length=200, unique=True)
    vkey = models.CharField(max_length=4000, unique=True)
    url = models.CharField(max_length=500)
    label_fa = models.CharField(max_length=120, blank=True, default="")
    label_en = models.CharField(max_length=120, blank=True, default="")
    icon = models.CharField(max_length=40, blank=True, default="")
    is_ours = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    last_size = models.BigIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness's line under a checkpoint, with the witness's own time; several of one witness are fresher sights."""

    checkpoint = models.ForeignKey(
        SealedCheckpoint, on_delete=models.PROTECT, related_name="cosignatures", db_index=False
    )
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="+")
    timestamp = models.BigIntegerField()
    line = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness", "timestamp"], name="ledger_cosignature_once")
        ]

    def __str__(self) -> str:
        return f"{self.witness_id} on {self.checkpoint_id}"


class LogKey(models.Model):
    """A key that signs or signed a log, by its public half; the private one is a file with 0600 (docs/open-book.md)."""

    STATES = [("active", "active"), ("leaving", "leaving"), ("retired", "retired"), ("compromised", "compromised")]

    log = models.ForeignKey(LogHead, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=200)
    vkey = models.CharField(max_length=4000, unique=True)
    state = models.CharField(max_length=11, choices=STATES, default="active")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
