"""A segment, the versions of its rule, and what a rule that is being written was counted to."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MEMBER = settings.AUTH_USER_MODEL


class Segment(models.Model):
    """A group of persons by a rule; `version` is the number of the rule in force, `members_count` a stored counter.

    "filling" means that the rule is being asked of everybody, "broken" that its words are not known any more.
    """

    STATES = [(state, state) for state in ("filling", "live", "paused", "broken")]

    slug = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=STATES, default="filling")
    broken_why = models.CharField(max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    members_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], condition=Q(retired_at=None), name="segment_in_use")]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """One wording of a rule; the text is the canonical one. `last_person` is how far its filling came, in their order.

    `asking_until` is the last of those of whom it is being asked right now; nothing, when one of them was asked again meanwhile.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    last_person = models.UUIDField(null=True)
    asking_until = models.UUIDField(null=True)
    asked_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    entered_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    filled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} v{self.number}"


class RuleCount(models.Model):
    """The exact count of a rule that somebody writes in the builder: known by the hash of its canonical text."""

    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    members_count = models.PositiveIntegerField(default=0)
    asked_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    last_person = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.digest[:8]}: {self.members_count}"
