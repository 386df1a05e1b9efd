"""Webmentions that leave: which public page of ours told which page outside that it links there."""

from django.db import models
from django.db.models import Q

from patogh.channels.models.connectors import Setup


class Telling(models.Model):
    """One link of a public text to a page outside, and whether that page was told. `key` is a digest of both addresses.

    `state`: "waits"; "told"; "deaf" (that page names no endpoint), "refused" (it does not want it), "dead" (it never answered).
    `endpoint` is where it was told last, `status_url` where its site says what became of it.
    """

    STATES = [(state, state) for state in ("waits", "told", "deaf", "refused", "dead")]

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="tellings")
    key = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    source = models.CharField(max_length=1000)
    target = models.CharField(max_length=2000)
    endpoint = models.CharField(max_length=2000, blank=True, default="")
    status_url = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=8, choices=STATES, default="waits")
    why = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["setup", "key"], name="telling_once")]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="telling_by_subject"),
            models.Index(fields=["next_at", "id"], condition=Q(state="waits"), name="telling_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"
