"""Merges: a few link rows each, and what was chosen for the fields on which both sides differ."""

from django.conf import settings
from django.db import models

from patogh.people.models import IdentityLink, Person

MEMBER = settings.AUTH_USER_MODEL


class Merge(models.Model):
    """Two persons were said to be one; `folded` stands behind `kept` until `undone_at`.

    `why` is "verified", "staff", "suggestion" or "claimed"; `survivors` names, field by field, the identity whose word
    stands ({"name": 17}); fields that are not named follow the rules of `persons.survivors`.
    """

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    folded = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_away")
    why = models.CharField(max_length=16)
    reason = models.CharField(max_length=300, blank=True, default="")
    score = models.FloatField(null=True)
    evidence = models.JSONField(default=dict)
    survivors = models.JSONField(default=dict)
    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["kept", "-id"], name="merge_by_kept"),
            models.Index(fields=["folded", "-id"], name="merge_by_folded"),
        ]

    def __str__(self) -> str:
        return f"{self.folded_id} into {self.kept_id}"


class MergeLink(models.Model):
    """One link row that a merge wrote."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="links")
    link = models.OneToOneField(IdentityLink, on_delete=models.PROTECT, related_name="merge_link")

    def __str__(self) -> str:
        return f"link {self.link_id} of merge {self.merge_id}"
