"""How an account stands with the community: copies on the member's row, so that no page asks another room."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, Unpack

from django.db.models import F

from patogh.activity import upkeep
from patogh.people.models import Member


class Standing(TypedDict, total=False):
    """What of it changes; a missing name stays as it is."""

    trust_level: int
    silenced_until: dt.datetime | None
    suspended_until: dt.datetime | None


@upkeep
def set_standing(member_id: int, **standing: Unpack[Standing]) -> None:
    """Write the copies that the room of trust keeps here; the rows behind them are its own."""
    Member.objects.filter(pk=member_id).update(version=F("version") + 1, **standing)
