"""One index over everything that can be found: rooms write documents in their actions, pages ask `search.queries`."""

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """One thing that can be found, with its text as written; the full-text index beside it holds only its words.

    The narrow columns stand first, so that ranking never reads the long ones.
    """

    KINDS = [
        ("topic", "topic"),
        ("post", "post"),
        ("member", "member"),
        ("space", "space"),
        ("tag", "tag"),
        ("idea", "idea"),
    ]

    kind = models.CharField(max_length=10, choices=KINDS)
    thing_id = models.BigIntegerField()
    topic_id = models.BigIntegerField(null=True)
    space_id = models.BigIntegerField(null=True)
    author_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=40)
    topic_kind = models.CharField(max_length=10, blank=True, default="")
    weight = models.IntegerField(default=0)
    happened_at = models.DateTimeField()
    url = models.CharField(max_length=300)
    tags = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    title = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "thing_id"], name="document_once")]
        indexes = [
            models.Index(fields=["topic_id"], name="document_by_topic"),
            models.Index(
                fields=["kind", "url"], name="document_by_url", condition=Q(kind__in=["member", "space", "tag"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.thing_id}"


class Word(models.Model):
    """One word that documents hold, and in how many (counted by large batches only): what a misspelt word may mean."""

    word = models.CharField(max_length=40, primary_key=True)
    documents = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.word


class IndexState(models.Model):
    """Which version of the text rules (`kit.persian.KEY_VERSION`) the index was built with."""

    key_version = models.PositiveIntegerField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="index_state_is_one")]

    def __str__(self) -> str:
        return f"version {self.key_version}"
