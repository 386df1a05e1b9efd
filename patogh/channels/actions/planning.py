"""Putting a notice on its way: within the notice's own transaction, one read and one insert."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from patogh.activity import upkeep
from patogh.channels import registry, slots
from patogh.channels.actions.choosing import default_of
from patogh.channels.models import Delivery, Terms
from patogh.kit import rows
from patogh.people.actions import see_notice
from patogh.people.models import Member, Notice

GATHERED = "digest"
_WISHES = """
SELECT t.muted_until, t.quiet_from_min, t.quiet_to_min, t.is_quiet_at_weekends, t.digest_day, t.digest_hour, t.outlets,
       c.channel, c."when"
  FROM people_member m
  LEFT JOIN channels_terms t ON t.member_id = m.id
  LEFT JOIN channels_choice c ON c.member_id = m.id AND c.kind = %s
 WHERE m.id = %s
"""


@upkeep
def plan(notice: Notice, member: Member, activity_id: uuid.UUID, thread: str) -> None:
    """Make the deliveries that `member` wants of this notice; one that still waits stands for all that came since."""
    found = rows.rows(_WISHES, (notice.kind, member.pk))
    terms = _terms(found[0])
    wishes = {row[7]: row[8] for row in found if row[7]}
    is_hidden = wishes.get(registry.IN_APP) == "never"
    if is_hidden:
        see_notice(notice.pk, by=member)
    made = []
    for channel in registry.channels().values():
        when = wishes.get(channel.name) or default_of(notice.kind, channel.name)
        if when != "never" and _is_open(channel, terms, member):
            made.append(_delivery(notice, member, channel, (when, terms)))
    for delivery in made:
        delivery.data = {"since": str(activity_id), **({"hidden": True} if is_hidden else {})}
        if delivery.thread != GATHERED:
            delivery.thread = thread[:90]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)


def _is_open(channel: registry.Channel, terms: Terms, member: Member) -> bool:
    """Return whether anything is planned on this channel at all: a silenced push would only be old news."""
    if channel.always_open:
        return bool(member.email)
    silent = terms.muted_until is not None and terms.muted_until > timezone.now()
    return channel.name in terms.outlets.split() and (channel.gathers or not silent)


def _delivery(notice: Notice, member: Member, channel: registry.Channel, wish: tuple[str, Terms]) -> Delivery:
    when, terms = wish
    now = timezone.now()
    gathered = channel.gathers and slots.is_gathered(when, now, terms)
    return Delivery(
        member=member, channel=channel.name, kind=notice.kind, notice=notice, thread=GATHERED if gathered else "",
        created_at=now, due_at=slots.due_at(when, now, terms, ZoneInfo(member.zone)),
    )  # fmt: skip


def _terms(row: tuple[Any, ...]) -> Terms:
    """Return the terms of a row of _WISHES; the defaults where a member has set none."""
    if row[6] is None:
        return Terms()
    muted: dt.datetime | None = rows.utc(row[0]) if row[0] else None
    return Terms(
        muted_until=muted, quiet_from_min=row[1], quiet_to_min=row[2], is_quiet_at_weekends=bool(row[3]),
        digest_day=row[4], digest_hour=row[5], outlets=row[6],
    )  # fmt: skip
