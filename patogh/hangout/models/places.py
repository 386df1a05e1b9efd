"""Spaces, topics and tags."""

from django.conf import settings
from django.db import models
from django.db.models import Q

MEMBER = settings.AUTH_USER_MODEL


class Space(models.Model):
    """A place with its own subject: public, for members, or private with its own members."""

    ACCESS = [("public", "public"), ("members", "members"), ("private", "private")]
    COLOURS = [(name, name) for name in ("fir", "saf", "laj", "pes", "anar", "ink")]

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True, default="")
    about = models.CharField(max_length=300, blank=True, default="")
    about_en = models.CharField(max_length=300, blank=True, default="")
    colour = models.CharField(max_length=4, default="fir", choices=COLOURS)
    position = models.PositiveIntegerField(default=100)
    access = models.CharField(max_length=8, default="public", choices=ACCESS)
    # Which room beside the hangout talks here ("ideas"): nobody opens or moves topics here by hand.
    purpose = models.CharField(max_length=8, blank=True, default="", db_default="")
    topics_count = models.PositiveIntegerField(default=0)
    posts_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=1)
    active_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> str:
        """Who may see what happens here, in the road's words."""
        return f"space:{self.pk}" if self.access == "private" else self.access

    def name_in(self, language: str) -> str:
        """Return the name in `language`, the Persian one where no English one is given."""
        return self.name_en if language == "en" and self.name_en else self.name

    def about_in(self, language: str) -> str:
        """Return the description in `language`."""
        return self.about_en if language == "en" and self.about_en else self.about


class SpaceMember(models.Model):
    """Who may enter a private space."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="space_memberships")
    added_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "member"], name="space_member_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.space_id}"


class Tag(models.Model):
    """A word that gathers topics; `key` folds its spellings together."""

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=60, unique=True)
    topics_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A conversation; its opening post is number 1. The `*_at` and `*_count` columns are copies kept by the actions."""

    KINDS = [("discussion", "discussion"), ("question", "question"), ("show", "show"), ("notice", "notice")]

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="topics")
    kind = models.CharField(max_length=10, default="discussion", choices=KINDS)
    title = models.CharField(max_length=200)
    author = models.ForeignKey(MEMBER, on_delete=models.PROTECT, related_name="topics")
    excerpt = models.CharField(max_length=300, blank=True, default="")
    picture = models.CharField(max_length=120, blank=True, default="")
    tag_names = models.JSONField(default=list)
    language = models.CharField(max_length=2, default="fa")
    last_number = models.PositiveIntegerField(default=0)
    replies_count = models.PositiveIntegerField(default=0)
    reactions_count = models.PositiveIntegerField(default=0)
    views_count = models.PositiveIntegerField(default=0)
    followers_count = models.PositiveIntegerField(default=0)
    score = models.IntegerField(default=0)
    last_poster = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_post_id = models.BigIntegerField(null=True)
    # Without an index of its own: nearly all topics have none, and SQLite would rather read and sort them all than walk a list.
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )
    pinned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    active_at = models.DateTimeField()
    tags = models.ManyToManyField(Tag, through="TopicTag", related_name="topics")

    class Meta:
        indexes = [
            models.Index(fields=["-active_at", "-id"], name="topic_by_activity", condition=Q(trashed_at__isnull=True)),
            models.Index(fields=["-created_at", "-id"], name="topic_by_age", condition=Q(trashed_at__isnull=True)),
            models.Index(fields=["-score", "-id"], name="topic_by_score", condition=Q(trashed_at__isnull=True)),
            models.Index(fields=["space", "-active_at", "-id"], name="topic_space_activity", condition=Q(trashed_at__isnull=True)),
            models.Index(fields=["space", "-created_at", "-id"], name="topic_space_age", condition=Q(trashed_at__isnull=True)),
            models.Index(fields=["space", "-score", "-id"], name="topic_space_score", condition=Q(trashed_at__isnull=True)),
            models.Index(
                fields=["-created_at", "-id"], name="topic_unanswered",
                condition=Q(trashed_at__isnull=True, kind="question", accepted_post_id__isnull=True, replies_count=0),
            ),
            models.Index(
                fields=["space", "-created_at", "-id"],
                name="topic_space_unanswered",
                condition=Q(trashed_at__isnull=True, kind="question", accepted_post_id__isnull=True, replies_count=0),
            ),
            models.Index(fields=["space", "-pinned_at"], name="topic_pinned", condition=Q(pinned_at__isnull=False)),
            models.Index(fields=["merged_into"], name="topic_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["author", "-created_at", "-id"], name="topic_by_author"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        """Whether no new replies are taken."""
        return self.closed_at is not None


class TopicTag(models.Model):
    """A tag on a topic."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="topic_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="topic_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "tag"], name="topic_tag_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} #{self.tag_id}"
