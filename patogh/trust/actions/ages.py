"""The age band: asked instead of a date of birth, free to narrow, widened for a minor by a moderator only."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people.actions import set_age_band
from patogh.people.errors import SettingUnknown
from patogh.people.models import Member
from patogh.trust.actions.holding import _kept
from patogh.trust.errors import AgeWaits
from patogh.trust.models import Held
from patogh.trust.nouns import HeldText, Reason, Subject, Verdict

ORDER: Final = {"under16": 0, "16to17": 1, "adult": 2, "": 3}


@action
def change_age_band(band: str, *, by: Member) -> Member | Held:
    """Say one's own age band; a minor who says to be older waits for a moderator (the Held is returned).

    Raises SettingUnknown, or AgeWaits when such a wish waits already.
    """
    if band not in dict(Member.AGE_BANDS):
        raise SettingUnknown
    if band == by.age_band:
        return unchanged(by)
    if not (by.is_minor and ORDER[band] > ORDER[by.age_band]):
        before = by.age_band
        set_age_band(by.pk, band)
        by.age_band = band
        record("trust.age_band_changed", by=by, subject=by, data={"before": before, "band": band})
        return by
    if Held.objects.filter(author=by, kind="age", state="waiting").exists():
        raise AgeWaits
    what = HeldText("age", Subject("people.member", str(by.pk)), text="", title=by.name, payload={"band": band})
    held = _kept(what, Verdict(True, (Reason("minor_older", 1.0),), 1.0), by)
    record("trust.age_band_asked", by=by, subject=held, happened_at=timezone.now(), data={"band": band})
    return held
