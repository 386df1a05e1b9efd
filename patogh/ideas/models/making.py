"""Making an idea together: followers, the author's updates, feedback on fixed criteria, questions of the team."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.ideas.models.ideas import Idea

MEMBER = settings.AUTH_USER_MODEL


class Follow(models.Model):
    """Who hears of an idea."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "member"], name="ideas_follow_once")]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.idea_id}"


class Update(models.Model):
    """News from the makers, or the team's word (`as_team`); told to supporters at most once in `limits.UPDATE_EVERY_DAYS`."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="updates")
    author = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    as_team = models.BooleanField(default=False)
    text = models.TextField()
    html = models.TextField()
    posted_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["idea", "-posted_at"], name="ideas_update_by_age"),
            models.Index(fields=["idea", "posted_at"], name="ideas_update_untold", condition=Q(told_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.posted_at}"


class Feedback(models.Model):
    """One member's marks (1 to 5) on the programme's fixed questions, and a few words; only the makers and the team see it."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="feedback")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    marks = models.JSONField(default=dict)
    words = models.CharField(max_length=1000, blank=True, default="")
    given_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [models.UniqueConstraint(fields=["idea", "member"], name="ideas_feedback_once")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.idea_id}"


class Question(models.Model):
    """Something that the team asks the makers in public, and their answer."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True, default="")
    answer_html = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["idea", "-asked_at"], name="ideas_question_by_age")]

    def __str__(self) -> str:
        return self.text
