"""What the page of notices sends: cells of the matrix, the terms, how long to be silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patogh.channels import limits, registry, words
from patogh.channels.models import Terms
from patogh.people.notice_kinds import notice_kinds

SILENCES: Final = {
    "1": _("an hour"), "8": _("8 hours"), "24": _("a day"), "168": _("a week"), "720": _("a month"),
}  # fmt: skip
HOURS: Final = [("", _("no quiet hours")), *((str(hour), f"{hour:02}:00") for hour in range(24))]
CAPS: Final = [(str(cap), str(cap)) for cap in (1, 3, 5, 10, 20, 50, limits.MAILS_A_DAY_MAX)]
UNKNOWN: Final = {"invalid_choice": _("This is not one of the choices.")}


def wishes_in(data: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the cells that were sent, as (kind, channel): when. The bell is a tick, so an absent one means never."""
    kinds = [kind.name for kind in notice_kinds().values() if kind.outside]
    channels = [registry.IN_APP, *registry.channels()]
    sent = {(kind, channel): str(data.get(f"{kind}:{channel}", "")) for kind in kinds for channel in channels}
    ticks = {key: when or "never" for key, when in sent.items() if key[1] == registry.IN_APP}
    return {key: when for key, when in {**sent, **ticks}.items() if when}


class TermsForm(forms.Form):
    """Quiet hours, weekends, the digest, and how many mails a day."""

    quiet_from = forms.ChoiceField(label=_("Quiet from"), choices=HOURS, required=False, error_messages=UNKNOWN)
    quiet_to = forms.ChoiceField(label=_("until"), choices=HOURS, required=False, error_messages=UNKNOWN)
    weekends = forms.BooleanField(label=_("Nothing on Thursdays and Fridays"), required=False)
    digest = forms.ChoiceField(
        label=_("Summary of what is worth reading"),
        choices=[("daily", words.WHEN["daily"]), ("weekly", words.WHEN["weekly"]), ("never", words.WHEN["never"])],
        error_messages=UNKNOWN,
    )
    digest_day = forms.ChoiceField(
        label=_("Day of the weekly one"),
        choices=[(str(n), day) for n, day in enumerate(words.DAYS)],
        error_messages=UNKNOWN,
    )
    digest_hour = forms.ChoiceField(label=_("Hour"), choices=HOURS[1:], error_messages=UNKNOWN)
    mails_a_day = forms.ChoiceField(label=_("At most so many mails a day"), choices=CAPS, error_messages=UNKNOWN)

    def clean(self) -> dict[str, Any]:
        """Hold that quiet hours have both ends or none."""
        said = super().clean() or self.cleaned_data
        if bool(said.get("quiet_from")) != bool(said.get("quiet_to")):
            self.add_error("quiet_to", _("Say both when the quiet begins and when it ends, or neither."))
        return said

    def terms(self) -> dict[str, Any]:
        """Return what was said, in the words of the action."""
        said = self.cleaned_data
        return {
            "quiet_from_min": int(said["quiet_from"]) * 60 if said["quiet_from"] else None,
            "quiet_to_min": int(said["quiet_to"]) * 60 if said["quiet_to"] else None,
            "is_quiet_at_weekends": said["weekends"],
            **{name: said[name] for name in ("digest",)},
            **{name: int(said[name]) for name in ("digest_day", "digest_hour", "mails_a_day")},
        }


def terms_initial(terms: Terms) -> dict[str, Any]:
    """Return how the form shows terms that are set."""
    hours = {"quiet_from": terms.quiet_from_min, "quiet_to": terms.quiet_to_min}
    return {
        **{name: "" if minute is None else str(minute // 60) for name, minute in hours.items()},
        "weekends": terms.is_quiet_at_weekends,
        "digest": terms.digest,
        "digest_day": str(terms.digest_day),
        "digest_hour": str(terms.digest_hour),
        "mails_a_day": str(terms.mails_a_day),
    }


class SilenceForm(forms.Form):
    """How long nothing should leave the house."""

    hours = forms.ChoiceField(choices=list(SILENCES.items()), error_messages=UNKNOWN)

    def until(self) -> dt.datetime:
        """Return when the silence ends."""
        return timezone.now() + dt.timedelta(hours=int(self.cleaned_data["hours"]))
