"""What was measured, kept until it is measured anew: no page computes over the whole house."""

from django.db import models


class Snapshot(models.Model):
    """The newest result of one measure, with the window it covers."""

    name = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    found = models.JSONField(default=dict)
    measured_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.measured_at}"
