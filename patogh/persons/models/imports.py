"""Files of people: how far each is read, what was refused of it, and whom it brought, so that it can be taken back whole."""

from django.conf import settings
from django.db import models

from patogh.people.models import Identity

MEMBER = settings.AUTH_USER_MODEL


class PeopleImport(models.Model):
    """One file: `rows_count` rows are done and committed, so whoever goes on begins after them.

    `plan` says which column is what. `label` names where the rows come from; the same row of one label counts once.
    """

    STATES = [(name, name) for name in ("asked", "reading", "ended", "stopped", "undone")]

    label = models.CharField(max_length=32)
    name = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=120, blank=True, default="")
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=7, default="asked", choices=STATES)
    stopped_why = models.CharField(max_length=40, blank=True, default="")
    bytes_total = models.BigIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    rows_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    same_count = models.PositiveIntegerField(default=0)
    blocked_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    brought_by = models.ForeignKey(MEMBER, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at", "-id"], name="people_import_by_age")]

    def __str__(self) -> str:
        return self.name or self.label


class PeopleRefusal(models.Model):
    """A row that was not taken and why; it repeats nothing of the row."""

    brought = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="refusals", db_index=False)
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["brought", "id"], name="people_refusal_by_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"


class Brought(models.Model):
    """An identity that a file named: whether it was new then, and what its source had said of it before."""

    brought = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="marks", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    is_new = models.BooleanField(default=False)
    was = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brought", "identity"], name="people_brought_once")]

    def __str__(self) -> str:
        return f"{self.brought_id} {self.identity_id}"
