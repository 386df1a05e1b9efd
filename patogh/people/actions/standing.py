"""How an account stands with the community: copies on the member's row, so that no page asks another room."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, Unpack

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F

from patogh.activity import upkeep
from patogh.people.errors import SettingUnknown
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


@upkeep
def set_age_band(member_id: int, band: str) -> None:
    """Write the age band that the room of trust let pass; raises SettingUnknown."""
    if band not in dict(Member.AGE_BANDS):
        raise SettingUnknown
    Member.objects.filter(pk=member_id).update(version=F("version") + 1, age_band=band)


@upkeep
def end_sessions(member_id: int) -> int:
    """End every session that a member has open; returns how many. Whatever is left is refused by the middleware."""
    mine = UserSession.objects.filter(user_id=member_id)
    Session.objects.filter(session_key__in=list(mine.values_list("session_key", flat=True))).delete()
    gone: int = mine.delete()[0]
    return gone
