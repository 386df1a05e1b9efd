"""Supports, what supporters told, and what a member may still give."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.models.ideas import Idea
from patogh.ideas.models.programmes import Programme

MEMBER = settings.AUTH_USER_MODEL


class Support(models.Model):
    """One member behind one idea; taking it back leaves the row with its time. `came_from` names the idea that was merged into this one.

    `network` is a keyed hash of the address that it came from, of that day only, cleared after `limits.NETWORK_KEPT_DAYS`.
    """

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports", db_index=False)
    member = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="idea_supports", db_index=False)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    came_from = models.ForeignKey(Idea, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    cost = models.PositiveSmallIntegerField(default=0)
    network = models.CharField(max_length=32, blank=True, default="")
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
