"""One index over everything that can be found: rooms write documents in their actions, pages ask `search.queries`."""

from django.db import models


class Document(models.Model):
    """One thing that can be found; the full-text tables beside it are made by migrations, one kind per database."""

    kind = models.CharField(max_length=10)
    thing_id = models.BigIntegerField()
    topic_id = models.BigIntegerField(null=True)
    space_id = models.BigIntegerField(null=True)
    author_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=40)
    topic_kind = models.CharField(max_length=10, blank=True, default="")
    tags = models.CharField(max_length=300, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    folded_title = models.CharField(max_length=400, blank=True, default="")
    folded = models.TextField(blank=True, default="")
    key = models.TextField(blank=True, default="")
    weight = models.IntegerField(default=0)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "thing_id"], name="document_once")]
        indexes = [models.Index(fields=["topic_id"], name="document_by_topic")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.thing_id}"
