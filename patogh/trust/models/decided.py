"""What moderators decided, what followed for a member, and what was said against it."""

from django.db import models
from django.db.models import F, Q

from patogh.people.models import Member
from patogh.trust.models.asked import ReviewItem


class Decision(models.Model):
    """Who decided what about a thing or a member, and why; `before` is what an undo restores.

    `by` is empty where the house itself acted (flags of several members), `batch` names decisions made in one go.
    """

    WHATS = [
        ("approve", "approve"),
        ("hide", "hide"),
        ("edit", "edit"),
        ("delete", "delete"),
        ("none", "none"),
    ]
    SANCTIONS = [("", "none"), ("warning", "warning"), ("silence", "silence"), ("suspension", "suspension")]
    REASONS = [
        ("off_topic", "off_topic"),
        ("insult", "insult"),
        ("sexual", "sexual"),
        ("spam", "spam"),
        ("scam", "scam"),
        ("illegal", "illegal"),
        ("privacy", "privacy"),
        ("minor_safety", "minor_safety"),
        ("flags", "flags"),
        ("harmless", "harmless"),
        ("other", "other"),
    ]

    item = models.ForeignKey(ReviewItem, null=True, on_delete=models.SET_NULL, related_name="decisions")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="decisions_met")
    space_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="decisions_made")
    what = models.CharField(max_length=8, choices=WHATS)
    sanction = models.CharField(max_length=10, blank=True, default="", choices=SANCTIONS)
    reason = models.CharField(max_length=16, choices=REASONS)
    words = models.TextField(blank=True, default="")
    public_reason = models.CharField(max_length=300, blank=True, default="")
    before = models.JSONField(default=dict)
    batch = models.UUIDField()
    decided_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["decided_at", "id"], name="trust_decision_by_time"),
            models.Index(fields=["member", "decided_at", "id"], name="trust_decision_by_member"),
            models.Index(fields=["subject_kind", "subject_id"], name="trust_decision_by_subject"),
            models.Index(fields=["batch"], name="trust_decision_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject_kind}:{self.subject_id}"


class Sanction(models.Model):
    """A warning, a silence or a suspension with its reason and its end; it ends by time, without any job."""

    KINDS = [("warning", "warning"), ("silence", "silence"), ("suspension", "suspension")]

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="sanctioned")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=KINDS)
    reason = models.CharField(max_length=16, choices=Decision.REASONS)
    words = models.TextField(blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind="warning") | Q(until__isnull=False), name="trust_sanction_ends"),
        ]
        indexes = [models.Index(fields=["member", "since", "id"], name="trust_sanction_by_member")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Appeal(models.Model):
    """The member's word against a decision, answered by somebody else than who made it (`against`)."""

    OUTCOMES = [("", "open"), ("upheld", "upheld"), ("lifted", "lifted")]

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="appeals")
    against = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField()
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=6, blank=True, default="", choices=OUTCOMES)
    answer = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(against__isnull=True) | ~Q(decided_by=F("against")),
                name="trust_appeal_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"


class SecondOpinion(models.Model):
    """A decided item shown to a second moderator who does not see what the first one decided."""

    item = models.OneToOneField(ReviewItem, on_delete=models.CASCADE, related_name="second_opinion")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    first_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="second_opinions")
    what = models.CharField(max_length=8, blank=True, default="", choices=[("", "open"), *Decision.WHATS])
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(first_by__isnull=True) | ~Q(by=F("first_by")),
                name="trust_opinion_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(given_at__isnull=True), name="trust_opinion_open")
        ]

    def __str__(self) -> str:
        return f"second opinion on {self.item_id}"
