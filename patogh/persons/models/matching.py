"""The live index: what is known of a person as one record, the keys it is found by, the weights, and the suggestions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patogh.people.models import Person

MEMBER = settings.AUTH_USER_MODEL


class MatchRecord(models.Model):
    """What all identities and traits of a person say, folded for comparison (`resolving.fields.Record` as JSON)."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="match_record")
    facts = models.JSONField(default=dict)
    keyed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"record of {self.person_id}"


class MatchKey(models.Model):
    """One key under which a person is found: 63 bits of a keyed hash of the rule and its values."""

    key = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="match_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "person"], name="match_key_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.person_id}"


class MatchModel(models.Model):
    """The weights of a comparison (m, u, term frequencies, prior), trained in a batch; the newest is the one in use."""

    version = models.CharField(max_length=40, unique=True)
    weights = models.JSONField()
    facts = models.JSONField(default=dict)
    trained_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class Suggestion(models.Model):
    """Two persons who may be one: the score and the reasons that made it, and what somebody of the team decided.

    `left` is the smaller key. A refused pair is not suggested again unless its reasons change.
    """

    STATES = [(state, state) for state in ("waiting", "merged", "refused", "gone")]

    left = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    weight = models.FloatField()
    probability = models.FloatField()
    reasons = models.JSONField(default=list)
    model = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True, default="")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="suggestion_once"),
            models.CheckConstraint(condition=~Q(left=F("right")), name="suggestion_of_two"),
        ]
        indexes = [
            models.Index(fields=["state", "-weight", "-id"], name="suggestion_by_weight"),
            models.Index(fields=["right", "state"], name="suggestion_by_right"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} and {self.right_id}: {self.probability:.2f} {self.state}"
