"""What belongs to one member: what they follow, keep, have read and have not sent yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from patogh.hangout.models.places import Space, Tag, Topic
from patogh.hangout.models.posts import Post

MEMBER = settings.AUTH_USER_MODEL


class Follow(models.Model):
    """A member follows or mutes exactly one of a space, a topic or a tag."""

    LEVELS = [("following", "following"), ("muted", "muted")]

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="hangout_follows")
    space = models.ForeignKey(Space, null=True, on_delete=models.CASCADE, related_name="follows")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="follows")
    tag = models.ForeignKey(Tag, null=True, on_delete=models.CASCADE, related_name="follows")
    level = models.CharField(max_length=10, default="following", choices=LEVELS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "space"], condition=Q(space__isnull=False), name="follow_space_once"
            ),
            models.UniqueConstraint(
                fields=["member", "topic"], condition=Q(topic__isnull=False), name="follow_topic_once"
            ),
            models.UniqueConstraint(fields=["member", "tag"], condition=Q(tag__isnull=False), name="follow_tag_once"),
            models.CheckConstraint(
                condition=Q(space__isnull=False, topic__isnull=True, tag__isnull=True)
                | Q(space__isnull=True, topic__isnull=False, tag__isnull=True)
                | Q(space__isnull=True, topic__isnull=True, tag__isnull=False),
                name="follow_exactly_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level} {self.space_id or self.topic_id or self.tag_id}"


class ReadMarker(models.Model):
    """How far a member has read a topic."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="read_markers")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_markers")
    last_number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="read_marker_once")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.topic_id}/{self.last_number}"


class Bookmark(models.Model):
    """A post that a member keeps for later."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="bookmarks")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "post"], name="bookmark_once")]
        indexes = [models.Index(fields=["member", "-id"], name="bookmark_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} keeps {self.post_id}"


class Draft(models.Model):
    """Text that was typed and not sent: `place` is "new", "topic:7" or "edit:12"."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=40)
    title = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "place"], name="draft_once_per_place")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.place}"
