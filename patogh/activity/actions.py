"""What this room itself writes, besides the road."""

from django.utils import timezone

from patogh.activity.door import upkeep
from patogh.activity.models import Pulse


@upkeep
def beat(name: str) -> None:
    """Write down that `name` is alive now."""
    Pulse.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})
