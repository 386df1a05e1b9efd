"""What each source says of an identity."""

from django.db import models

from patogh.people.models import Identity


class Trait(models.Model):
    """One trait as one source last said it; a person's own view is computed over all her identities (`survivors`).

    `value` is the JSON value as it came; `said_at` orders the words of one source, so that a late one changes nothing.
    """

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="traits")
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    value = models.JSONField()
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "source", "name"], name="trait_once_per_source")]
        indexes = [models.Index(fields=["recorded_at", "id"], name="trait_by_recorded")]

    def __str__(self) -> str:
        return f"{self.name} of {self.identity_id} by {self.source}"
