"""Decisions about topics and posts: each a row with who, when and why, lifted by filling in who lifted it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.hangout.models.places import Space, Topic
from patogh.hangout.models.posts import Post

MEMBER = settings.AUTH_USER_MODEL


class Decision(models.Model):
    """Who decided, when and why, and who lifted it again."""

    by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    lifted_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Pin(Decision):
    """A topic held at the top of its space."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="pins")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic"], condition=Q(lifted_at__isnull=True), name="pin_once_while_held")
        ]

    def __str__(self) -> str:
        return f"pin of {self.topic_id}"


class Closure(Decision):
    """A topic that takes no new replies."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="closures")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(lifted_at__isnull=True), name="closure_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"closure of {self.topic_id}"


class TopicTrash(Decision):
    """A topic taken out of sight; restored by lifting."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="trashings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(lifted_at__isnull=True), name="topic_trash_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"trash of {self.topic_id}"


class PostTrash(Decision):
    """A post taken out of sight; restored by lifting."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="trashings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(lifted_at__isnull=True), name="post_trash_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"trash of post {self.post_id}"


class PostHide(Decision):
    """A post hidden by the weight of flags or by a moderator, and in review; hiding the opening post hides its topic."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hidings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(lifted_at__isnull=True), name="post_hide_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"hiding of post {self.post_id}"


class AcceptedAnswer(Decision):
    """The reply that solved a question, as its asker or a moderator said."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="acceptances")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="acceptances")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(lifted_at__isnull=True), name="accepted_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id} answers {self.topic_id}"


class TopicMove(Decision):
    """A topic carried to another space."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="moves")
    from_space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    to_space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.from_space_id} -> {self.to_space_id}"


class TopicMerge(Decision):
    """One topic's posts put at the end of another; `numbers` maps each post to its former number, so that it can be undone."""

    source = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="merges_out")
    target = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="merges_in")
    numbers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(lifted_at__isnull=True), name="merge_once_while_held"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class Promise(Decision):
    """A date that the team promised in a notice; lifting it says that it was kept or given a new date."""

    OUTCOMES = [("open", "open"), ("kept", "kept"), ("moved", "moved"), ("dropped", "dropped")]

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="promises")
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, default="open", choices=OUTCOMES)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(lifted_at__isnull=True), name="promise_once_while_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} by {self.due_on}"
