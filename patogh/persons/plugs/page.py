"""The person's page, notes, pledges and who looked: their verbs, the lanes of people themselves, and the places in menus."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import verb
from patogh.kit.hooks import hookimpl
from patogh.looks.hooks import NavItem
from patogh.looks.waiting import waiting
from patogh.people.models import Member, MemberFollow
from patogh.people.queries import may
from patogh.persons.hookspecs import Group, Told
from patogh.persons.models import PersonNote, Pledge
from patogh.persons.queries.page import unkept

PLEDGES_MAX: Final = 50

for _name, _type, _fa, _en in (
    ("person_looked_at", "View", "صفحهٔ آدمی را دید", "looked at somebody's page"),
    ("note_written", "Create", "یادداشتی دربارهٔ آدمی نوشت", "wrote a note about somebody"),
    ("note_edited", "Update", "یادداشتی را ویرایش کرد", "edited a note"),
    ("note_removed", "Remove", "یادداشتی را برداشت", "took a note away"),
    ("note_restored", "Undo", "یادداشتی را برگرداند", "put a note back"),
    ("pledge_made", "Offer", "به آدمی قولی داد", "promised somebody something"),
    ("pledge_kept", "Accept", "به قولی وفا کرد", "kept a promise"),
    ("pledge_dropped", "Reject", "از قولی گذشت و دلیلش را گفت", "dropped a promise and said why"),
    ("pledge_reopened", "Undo", "قولی را دوباره گشود", "reopened a promise"),
):
    verb(f"persons.{_name}", type=_type, fa=_fa, en=_en, visible="staff")


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put open promises in the menu of those who make them, and who looked in everybody's."""
    items = [NavItem(_("Who looked at me"), reverse("settings_looks"), icon="eye", order=47)]
    if may(member, "persons.note"):
        rows = waiting(unkept(member), PLEDGES_MAX)
        items.append(NavItem(_("Promises"), reverse("team_pledges"), icon="hand-helping", order=65, waiting=rows))
    return items


@hookimpl
def road_groups() -> list[Group]:
    """Give what people do with their accounts a lane of its own."""
    verbs = ("people.member_*", "people.account_*", "people.profile_edited", "people.address_*", "people.consent_*")
    return [Group("account", "حساب", "Account", "user", verbs, "sheet")]


@hookimpl
def case_of(person: Any, member: Member) -> str | None:
    """A promise that waits to be kept by somebody is their case with that person."""
    rows = Pledge.objects.filter(identity__person=person, owner=member, kept_at=None, dropped_at=None)
    pledge = rows.order_by("due_at").values_list("pk", flat=True).first()
    return f"pledge:{pledge}" if pledge else None


@hookimpl
def activities_told(activities: list[Any], viewer: Any) -> dict[Any, Told]:  # noqa: ARG001 - the page's right is all
    """Tell the team's own notes and promises on the road of who wrote them."""
    kinds: dict[str, Any] = {"persons.personnote": PersonNote, "persons.pledge": Pledge}
    found: dict[Any, Told] = {}
    for kind, model in kinds.items():
        mine = {one.pk: int(one.subject_id) for one in activities if one.subject_kind == kind}
        rows = model.objects.in_bulk(set(mine.values())) if mine else {}
        found |= {key: Told(rows[pk].text[:160]) for key, pk in mine.items() if pk in rows}
    return found


@hookimpl
def person_circle(identities: list[int], limit: int) -> list[tuple[int, int, str]]:
    """Say whom they follow, and who follows them; two queries."""
    follows = MemberFollow.objects.filter(level="following").order_by("-pk")
    theirs = follows.filter(follower__identity__in=identities).values_list("followed__identity_id", flat=True)[:limit]
    back = follows.filter(followed__identity__in=identities).values_list("follower__identity_id", flat=True)[:limit]
    return [(key, 1, str(_("they follow"))) for key in theirs] + [(key, 1, str(_("follows them"))) for key in back]
