"""Who is in a segment and was, when time alone may change that, and whom to ask again."""

from django.db import models
from django.db.models import Q

from patogh.people.models import Person
from patogh.segments.models.segments import Segment


class Membership(models.Model):
    """One stay of a person in a segment; a row that ended stays as history.

    `why` says what brought the end or the beginning to light: "fill" (a new rule), "road" (something happened) or "time".
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    version = models.PositiveIntegerField()
    why = models.CharField(max_length=8)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "person"], condition=Q(left_at=None), name="membership_once_now"
            ),
        ]
        indexes = [models.Index(fields=["segment", "-id"], condition=Q(left_at=None), name="membership_by_segment")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.segment_id}"


class DueMoment(models.Model):
    """The next moment at which time alone may change whether a person belongs to a segment."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "person"], name="due_moment_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="due_moment_by_time")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.segment_id} at {self.due_at}"


class Touched(models.Model):
    """Somebody of whom live rules have to be asked again; `verb` says by what, "" by anything.

    Rows are only appended, and deleted by the one task that asks, so that writers never wait for each other here.
    """

    identity_id = models.BigIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.identity_id or self.person_id} by {self.verb or 'anything'}"


class Moved(models.Model):
    """Somebody who came into or went out of a segment for whose people other rules ask: whoever follows them is asked again.

    `last_follow` is how far that came, so that the followers of somebody famous go in steps and nobody waits behind them.
    """

    person_id = models.UUIDField(unique=True)
    last_follow = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id} after {self.last_follow}"


class SegmentDay(models.Model):
    """How many came and went on a day (of the brand's zone), and how many there were at its end."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    entered_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    members_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="segment_day_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} on {self.day}"
