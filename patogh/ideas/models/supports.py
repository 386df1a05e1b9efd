"""Supports, what supporters told, and what a member may still give."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.models.ideas import Idea
from patogh.ideas.models.programmes import Programme

MEMBER = settings.AUTH_USER_MODEL


class Support(models.Model):
    """One member behind one idea; taking it back leaves the row with its time. `came_from` names the idea that was merged into this one.

    `network` is a keyed hash of the address that it came from, of that day only, cleared after `limits.NETWORK_KEPT_DAYS`;
    `crowd_count` then keeps how many supports of this idea came from there on that day.
    """

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports", db_index=False)
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="idea_supports", db_index=False)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    came_from = models.ForeignKey(Idea, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    cost = models.PositiveSmallIntegerField(default=0)
    network = models.CharField(max_length=32, blank=True, default="")
    crowd_count = models.PositiveIntegerField(default=0, db_default=0)
    account_age_days = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "member"], condition=Q(withdrawn_at__isnull=True), name="ideas_support_once"
            )
        ]
        indexes = [
            models.Index(fields=["idea", "-given_at", "-id"], name="ideas_support_by_age"),
            models.Index(fields=["member", "-given_at", "-id"], name="ideas_support_by_member"),
            models.Index(fields=["given_at"], name="ideas_support_networks", condition=~Q(network="")),
            models.Index(
                fields=["came_from", "id"], name="ideas_support_carried", condition=Q(came_from__isnull=False)
            ),
            models.Index(fields=["idea", "id"], name="ideas_support_costly", condition=Q(cost__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} behind {self.idea_id}"


class SurveyAnswer(models.Model):
    """What a supporter would pay, and for whom; seen by the team as a distribution, never by name."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="answers")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    price_minor = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=8, default="IRR")
    for_whom = models.CharField(max_length=12, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "member"], name="ideas_answer_once")]
        indexes = [models.Index(fields=["idea", "unit", "price_minor"], name="ideas_answer_by_price")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.idea_id}"


class Budget(models.Model):
    """How many supports of a programme with a budget a member has out now; given back when an idea ends."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="budgets")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "member"], name="ideas_budget_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.spent}"


class Merging(models.Model):
    """One merge of an idea into another: how far its supporters were carried over, or back after it was undone."""

    source = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="mergings")
    into = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_at = models.DateTimeField()
    last_support = models.BigIntegerField(default=0)
    carried_count = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at__isnull=True), name="ideas_merged_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.into_id}"


class Meaning(models.Model):
    """What an idea means, as 384 numbers of 16 bits. Processes read the newest by `made_at`."""

    idea = models.OneToOneField(Idea, on_delete=models.CASCADE, related_name="meaning")
    model = models.CharField(max_length=40)
    vector = models.BinaryField()
    text_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="ideas_meaning_by_age")]

    def __str__(self) -> str:
        return f"{self.model} of {self.idea_id}"
