"""What segments say on the page of a person: in which of them they are, and since when."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from patogh.kit.hooks import hookimpl, plug
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.hookspecs import Card, Fact, Group
from patogh.segments.models import Membership

SHOWN: Final = 12


@hookimpl
def road_groups() -> list[Group]:
    """Give coming into and leaving segments a lane of its own."""
    return [Group("segments", "گروه‌ها", "Segments", "users", ("segments.*",))]


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Show in which segments they are; one query."""
    if not may(viewer, "segments.see"):
        return []
    rows = Membership.objects.filter(person=person, left_at=None, segment__retired_at=None).select_related("segment")
    facts = [
        Fact(row.segment.name, "", reverse("team_segment", args=[row.segment_id]), row.entered_at)
        for row in rows.order_by("-entered_at", "-pk")[:SHOWN]
    ]
    return [Card("segments", _("Segments they are in"), "start", facts, rank=35)] if facts else []


plug(sys.modules[__name__])
