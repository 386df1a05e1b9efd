"""What waits for a moderator: one queue for flags, held texts, sign-ups, ages and appeals."""

from django.db import models
from django.db.models import Q

from patogh.people.models import Member

ITEM_KINDS = [
    ("flags", "flags"),
    ("held", "held"),
    ("edit", "edit"),
    ("sign_up", "sign_up"),
    ("age", "age"),
    ("appeal", "appeal"),
]


class ReviewItem(models.Model):
    """One thing to decide; `member` is whom it affects, `score` how much it presses.

    A claim is a lease: after `claimed_until` the item is anybody's again.
    """

    STATES = [("open", "open"), ("decided", "decided")]

    kind = models.CharField(max_length=8, choices=ITEM_KINDS)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="review_items")
    space_id = models.BigIntegerField(null=True)
    score = models.FloatField(default=0)
    flags_count = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default="open", choices=STATES)
    opened_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(null=True)
    first_seen_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"], condition=Q(state="open"), name="trust_item_once_open"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "score", "id"], name="trust_item_by_score"),
            models.Index(fields=["state", "kind", "score", "id"], name="trust_item_by_kind"),
            models.Index(fields=["state", "space_id", "score", "id"], name="trust_item_by_space"),
            models.Index(fields=["subject_kind", "subject_id"], name="trust_item_by_subject"),
            models.Index(fields=["decided_at", "id"], name="trust_item_by_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class QueueTally(models.Model):
    """How many items of a kind are open: stored, so that no page counts."""

    kind = models.CharField(max_length=8, choices=ITEM_KINDS, primary_key=True)
    open_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.open_count} {self.kind}"


class Flag(models.Model):
    """One member says that something is wrong with a thing, and why; `weight` is what that was worth then."""

    REASONS = [
        ("off_topic", "off_topic"),
        ("inappropriate", "inappropriate"),
        ("spam", "spam"),
        ("illegal", "illegal"),
        ("needs_moderator", "needs_moderator"),
        ("minor_safety", "minor_safety"),
    ]
    OUTCOMES = [("", "open"), ("agreed", "agreed"), ("disagreed", "disagreed"), ("ignored", "ignored")]

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="flags")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="flags_raised")
    reason = models.CharField(max_length=16, choices=REASONS)
    words = models.CharField(max_length=500, blank=True, default="")
    weight = models.FloatField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, default="", choices=OUTCOMES)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "subject_kind", "subject_id"],
                condition=Q(withdrawn_at__isnull=True, outcome=""),
                name="trust_flag_once_open",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "created_at"], name="trust_flag_by_member"),
            models.Index(fields=["subject_kind", "subject_id"], name="trust_flag_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} by {self.by_id}"


class Held(models.Model):
    """Something that waits for a moderator before it appears: `payload` is what its room needs to publish it."""

    KINDS = [("topic", "topic"), ("reply", "reply"), ("edit", "edit"), ("sign_up", "sign_up"), ("age", "age")]
    STATES = [("waiting", "waiting"), ("published", "published"), ("refused", "refused"), ("withdrawn", "withdrawn")]

    kind = models.CharField(max_length=8, choices=KINDS)
    author = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="held")
    place_kind = models.CharField(max_length=40)
    place_id = models.CharField(max_length=40)
    space_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    payload = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    score = models.FloatField(default=0)
    channel = models.CharField(max_length=24, default="web")
    key = models.CharField(max_length=255, null=True)  # noqa: DJ001 - NULL is outside the unique constraint
    held_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting", choices=STATES)
    settled_at = models.DateTimeField(null=True)
    published_kind = models.CharField(max_length=40, blank=True, default="")
    published_id = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name_plural = "held"
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="trust_held_once")]
        indexes = [
            models.Index(fields=["author", "held_at", "id"], name="trust_held_by_author"),
            models.Index(
                fields=["place_kind", "place_id", "author"], condition=Q(state="waiting"), name="trust_held_by_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.author_id}"
