"""The review board: batches, who reviews, scores that stay sealed until the reviewer hands them in, and decisions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.models.ideas import Idea
from patogh.ideas.models.programmes import Programme

MEMBER = settings.AUTH_USER_MODEL


class Batch(models.Model):
    """One round of review: takes ideas until `closes_at`, answers by `answers_by`."""

    STATES = [(name, name) for name in ("open", "reviewing", "answered")]

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=9, default="open", choices=STATES)
    criteria = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    answers_by = models.DateTimeField()
    ideas_count = models.PositiveIntegerField(default=0)
    decided_count = models.PositiveIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="ideas_batch_once")]
        indexes = [models.Index(fields=["programme", "state", "closes_at"], name="ideas_batch_by_close")]

    def __str__(self) -> str:
        return self.name


class BatchIdea(models.Model):
    """An idea in a batch; an idea that is carried over stands in the next one too."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries")
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="batch_entries")
    added_at = models.DateTimeField()
    discussion_opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "idea"], name="ideas_batch_idea_once")]

    def __str__(self) -> str:
        return f"{self.idea_id} in {self.batch_id}"


class Reviewer(models.Model):
    """A member of the team who scores a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="reviewers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "member"], name="ideas_reviewer_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.batch_id}"


class Conflict(models.Model):
    """A reviewer's interest in one idea: they neither see its scores nor decide on it."""

    entry = models.ForeignKey(BatchIdea, on_delete=models.CASCADE, related_name="conflicts")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=300)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "member"], name="ideas_conflict_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.entry_id}"


class Score(models.Model):
    """A reviewer's marks (criterion key to 0..10) and why; others see it only once `handed_in_at` is set and theirs is too."""

    entry = models.ForeignKey(BatchIdea, on_delete=models.CASCADE, related_name="scores")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    marks = models.JSONField(default=dict)
    words = models.TextField(blank=True, default="")
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "member"], name="ideas_score_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.entry_id}"


class ReviewNote(models.Model):
    """A word of the board among itself."""

    entry = models.ForeignKey(BatchIdea, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["entry", "written_at"], name="ideas_note_by_age")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.written_at}"


class Decision(models.Model):
    """What the board decided with its public text; it is announced, and moves the idea, once witnesses have seen its line."""

    OUTCOMES = [(name, name) for name in ("approve", "decline", "carry_over")]

    entry = models.OneToOneField(BatchIdea, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    reason = models.TextField()
    reason_en = models.TextField()
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    # Why it is not announced: "moved_on" when the idea had left the review, else the code of the error of the last try.
    trouble = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["decided_at"], name="ideas_decision_waiting", condition=Q(announced_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.outcome}"
