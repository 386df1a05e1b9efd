"""What segments plug in: verbs, their place in the menu, what erasing and one's own data do here, and the ear at the road."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb, watch
from patogh.activity.models import Activity
from patogh.kit.hooks import hookimpl, plug
from patogh.looks.hooks import NavItem
from patogh.people.models import Consent, Member
from patogh.people.queries import may
from patogh.people.queries.identities import emptied_by
from patogh.segments import (  # noqa: F401 - declare what may be plugged in, and the tasks
    actions,
    asked,
    hookspecs,
    neutral,
    person_page,
    relations,
    tasks,
)
from patogh.segments.actions.touching import follow_activities, follow_activity
from patogh.segments.models import Membership, Segment

for _name, _type, _fa, _en in (
    ("segment_made", "Create", "گروه {subject} را ساخت", "made the segment {subject}"),
    ("segment_edited", "Update", "نام یا شرح گروه {subject} را عوض کرد", "renamed the segment {subject}"),
    ("rule_changed", "Update", "قاعدهٔ گروه {subject} را عوض کرد", "changed the rule of {subject}"),
    ("segment_paused", "Block", "گروه {subject} را نگه داشت", "paused the segment {subject}"),
    ("segment_resumed", "Undo", "گروه {subject} را دوباره زنده کرد", "resumed the segment {subject}"),
    ("segment_retired", "Delete", "گروه {subject} را کنار گذاشت", "retired the segment {subject}"),
    ("segment_filled", "Update", "قاعدهٔ {subject} از همه پرسیده شد", "the rule of {subject} was asked of everybody"),
    ("person_entered", "Join", "وارد گروه {subject} شد", "came into the segment {subject}"),
    ("person_left", "Leave", "از گروه {subject} بیرون رفت", "went out of the segment {subject}"),
    ("members_exported", "Read", "آدم‌های گروه {subject} را بیرون برد", "took the people of {subject} out"),
):
    verb(f"segments.{_name}", type=_type, fa=_fa, en=_en, visible="staff")

IMPORTED_MAX: Final = 5_000


@watch("*", many=follow_activities)
def follow(activity: Activity) -> None:
    """Have live rules asked again of whom an activity touches; nothing where none asks about its verb."""
    follow_activity(activity)


@watch("people.consents_imported")
def follow_imported(activity: Activity) -> None:
    """Have rules asked again of everybody whose consent came with a file."""
    count = min(int(activity.data.get("count", 0)), IMPORTED_MAX)
    newest = Consent.objects.order_by("-pk").values_list("identity_id", flat=True)[:count]
    actions.touch_identities({(identity, "people.consent_given") for identity in newest})


@hookimpl
def person_changed(person_ids: Iterable[UUID]) -> None:
    """Have every rule asked again of persons whose identities or traits changed."""
    if Segment.objects.filter(retired_at=None).exists():
        actions.touch_persons(person_ids)
        if asked.touches(relations.MOVED):  # whoever follows them follows somebody else's memberships now
            actions.note_moved(person_ids)


@hookimpl
def member_changed(member: Member) -> None:
    """Have every rule asked again of a member whose account says something else now."""
    if Segment.objects.filter(retired_at=None).exists():
        actions.touch_identities([(member.identity_id, "")])


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put segments in the menu of those who may see them."""
    return (
        [NavItem(_("Segments"), reverse("team_segments"), icon="funnel", order=67)]
        if may(member, "segments.see")
        else []
    )


@hookimpl
def subjects_named(kind: str, keys: list[str], viewer: Member | None) -> dict[str, tuple[str, str]]:
    """Name the segments that the road speaks of, for those who may see them."""
    if kind != "segments.segment" or not may(viewer, "segments.see"):
        return {}
    rows = Segment.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()]).values_list(
        "pk", "name", "slug"
    )
    return {str(pk): (name, reverse("team_segment", args=[slug])) for pk, name, slug in rows}


@hookimpl
def belongings(member: Member) -> list[tuple[str, bytes]]:
    """Tell members in which segments they are and were."""
    rows = Membership.objects.filter(person=member.identity.person_id).select_related("segment").order_by("pk")
    if not member.identity.person_id or not rows:
        return []
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["segment", "entered_at", "left_at"])
    table.writerows(
        [row.segment.name, row.entered_at.isoformat(), row.left_at.isoformat() if row.left_at else ""] for row in rows
    )
    return [("segments/memberships.csv", out.getvalue().encode("utf-8-sig"))]


@hookimpl
def erase_extras(member: Member) -> None:
    """Forget in which segments somebody erased was."""
    actions.part_from(member)
    if member.identity.person_id:
        actions.forget_person(member.identity.person_id)


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Forget in which segments persons were of whom nothing is left."""
    for person in emptied_by(identities):
        actions.forget_person(person)


plug(sys.modules[__name__])
