"""What trust says on the page of a person: the level they came to, and to moderators which reports wait."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.kit.hooks import hookimpl, plug
from patogh.kit.numbers import number
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.hookspecs import Card, Fact, Group, Told
from patogh.trust.labels import FLAG_REASONS, LEVELS
from patogh.trust.models import Flag, Record, ReviewItem

COUNTED_MAX = 50


@hookimpl
def road_groups() -> list[Group]:
    """Give reports and decisions a lane of their own."""
    return [Group("moderation", "داوری", "Moderation", "shield", ("trust.*",), "anar")]


@hookimpl
def activities_told(activities: list[Any], viewer: Member) -> dict[UUID, Told]:
    """Tell moderators why something was reported; one query."""
    wanted = {one.pk: int(one.subject_id) for one in activities if one.verb == "trust.flag_raised"}
    if not wanted or not may(viewer, "moderate"):
        return {}
    rows = dict(Flag.objects.filter(pk__in=set(wanted.values())).values_list("pk", "reason"))
    return {key: Told("", str(FLAG_REASONS[rows[pk]][0])) for key, pk in wanted.items() if rows.get(pk) in FLAG_REASONS}


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Show the level with the day it was reached, and to moderators what waits; two queries."""
    members = [one.member for one in identities if one.kind == "member" and hasattr(one, "member")]
    if not members:
        return []
    best = max(members, key=lambda one: one.trust_level)
    since = Record.objects.filter(member=best).values_list("level_since", flat=True).first()
    facts = [Fact(_("Level"), str(LEVELS.get(best.trust_level, "")), since=since)]
    if may(viewer, "moderate"):
        facts += _waiting(members, viewer)
    return [Card("trust", _("Trust"), "start", facts, rank=40)]


def _waiting(members: list[Member], viewer: Member) -> list[Fact]:
    """Return the open items of the queue as a line, with the way to the first."""
    rows = list(ReviewItem.objects.filter(member__in=members, state="open").order_by("pk")[:COUNTED_MAX])
    if not rows:
        return []
    words = ngettext("%(n)s waits", "%(n)s wait", len(rows)) % {"n": number(len(rows), viewer.viewer)}
    return [Fact(_("Open reports"), words, reverse("review_item", args=[rows[0].pk]))]


@hookimpl
def case_of(person: Any, member: Member) -> str | None:
    """A report on somebody that waits is the case of those who moderate."""
    if not may(member, "moderate"):
        return None
    rows = ReviewItem.objects.filter(member__identity__person=person, state="open").order_by("pk")
    item = rows.values_list("pk", flat=True).first()
    return f"report:{item}" if item else None


plug(sys.modules[__name__])
