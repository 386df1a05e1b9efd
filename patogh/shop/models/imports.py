"""Files and batches that were read, and what of them was refused."""

from django.conf import settings
from django.db import models

MEMBER = settings.AUTH_USER_MODEL


class Import(models.Model):
    """One file or batch: who brought it, how its columns are read, how far it is, and what came of its rows.

    `rows_count` rows are done and committed: whoever goes on begins after them. `plan` is a `reading.plans.Plan`.
    """

    KINDS = [(name, name) for name in ("products", "orders", "returns")]
    STATES = [(name, name) for name in ("asked", "reading", "ended", "stopped")]

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=KINDS)
    name = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=7, default="asked", choices=STATES)
    plan = models.JSONField(default=dict)
    file = models.CharField(max_length=120, blank=True, default="")
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    same_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    stopped_why = models.CharField(max_length=300, blank=True, default="")
    brought_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at", "-id"], name="shop_import_by_age")]

    def __str__(self) -> str:
        return self.name or f"{self.source} {self.kind}"


class Refusal(models.Model):
    """A row that was not taken (or, `is_taken`, taken without a part of it), and why; it repeats nothing of the row."""

    brought = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refusals", db_index=False)
    row = models.PositiveIntegerField()
    part = models.CharField(max_length=40, blank=True, default="")
    code = models.CharField(max_length=40)
    is_taken = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["brought", "id"], name="shop_refusal_by_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
