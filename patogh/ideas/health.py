"""Whether the clock of the ideas is well: what `patogh check` and the team's desk say, in plain English lines."""

from __future__ import annotations

from patogh.activity.models import Pulse
from patogh.ideas.actions.clock import HELD


def alarms() -> list[str]:
    """Return what is wrong, one sentence each."""
    held = Pulse.objects.filter(name=HELD).values_list("beat_at", flat=True).first()
    if held is None:
        return []
    said = (
        f"the clock of ideas stands still since {held:%Y-%m-%d %H:%M} UTC: more than a tenth of what gathers would end at once. "
        "Is the clock of this machine right? If it is, let it go on with patogh ideas go-on"
    )
    return [said]
