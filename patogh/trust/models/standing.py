"""What a member has done so far, as far as trust is earned by it."""

from django.db import models

from patogh.people.models import Member


class Record(models.Model):
    """Everything that counts for a member's level, summed over all time; `weigh_at` says when to look again."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="trust_record")
    topics_entered = models.PositiveIntegerField(default=0)
    posts_read = models.PositiveIntegerField(default=0)
    seconds_read = models.PositiveIntegerField(default=0)
    days_visited = models.PositiveIntegerField(default=0)
    words_given = models.PositiveIntegerField(default=0)
    words_received = models.PositiveIntegerField(default=0)
    topics_replied = models.PositiveIntegerField(default=0)
    flags_agreed = models.PositiveIntegerField(default=0)
    flags_disagreed = models.PositiveIntegerField(default=0)
    flags_ignored = models.PositiveIntegerField(default=0)
    posts_flagged = models.PositiveIntegerField(default=0)
    floor_level = models.PositiveSmallIntegerField(default=0)
    hand_level = models.PositiveSmallIntegerField(null=True)
    level_since = models.DateTimeField()
    wanting_since = models.DateTimeField(null=True)
    weigh_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["weigh_at"], name="trust_record_due")]

    def __str__(self) -> str:
        return f"record of {self.member_id}"


class MemberDay(models.Model):
    """What one member did on one day (UTC): the rolling window of level 3 is summed from these."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="trust_days")
    day = models.DateField()
    readings = models.PositiveIntegerField(default=0)
    topics_entered = models.PositiveIntegerField(default=0)
    posts_read = models.PositiveIntegerField(default=0)
    seconds_read = models.PositiveIntegerField(default=0)
    words_given = models.PositiveIntegerField(default=0)
    words_received = models.PositiveIntegerField(default=0)
    posts_flagged = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="trust_day_once")]
        indexes = [models.Index(fields=["day"], name="trust_day_by_day")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class RepliedTopic(models.Model):
    """In which topics of others, or their own, a member has replied; how often, and when last."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    topic_id = models.BigIntegerField()
    replies = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic_id"], name="trust_replied_once")]
        indexes = [models.Index(fields=["member", "last_at"], name="trust_replied_by_time")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.topic_id}"
