"""Merges, suggestions and the live index: their verbs, and what follows from identities that come, are proved or are linked."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patogh.activity import enqueue, verb, watch
from patogh.activity.models import Activity
from patogh.kit.hooks import hookimpl, plugins
from patogh.looks.hooks import NavItem
from patogh.looks.waiting import waiting
from patogh.people.models import Identity, IdentityLink, Member
from patogh.people.queries import may
from patogh.persons.actions.indexing import forget_persons, name_identity
from patogh.persons.actions.together import link_equals
from patogh.persons.matching import tasks  # noqa: F401 - registers the tasks
from patogh.persons.matching.facts import MATCHABLE
from patogh.persons.queries.team import waiting_pairs

KEY: Final = "persons.key_persons"
_STEP: Final = 500

verb("persons.persons_merged", type="Add", fa="دو آدم را یکی کرد", en="joined two people", visible="staff")
verb(
    "persons.merge_undone",
    type="Undo",
    fa="یکی‌شدنِ دو آدم را برگرداند",
    en="took a merge of two people back",
    visible="staff",
)
verb(
    "persons.identity_split",
    type="Remove",
    fa="نشانی‌ای را از آدمی جدا کرد",
    en="took an identity out of a person",
    visible="staff",
)
verb(
    "persons.suggestion_refused",
    type="Reject",
    fa="گفت این دو یک نفر نیستند",
    en="said that two people are not one",
    visible="staff",
)
verb(
    "persons.suggestion_reopened",
    type="Undo",
    fa="پرسشِ «شاید همان آدم» را دوباره گشود",
    en="reopened a suggestion",
    visible="staff",
)
verb(
    "persons.value_revealed", type="View", fa="نشانیِ پوشیده‌ای را دید", en="looked at a masked address", visible="staff"
)


@hookimpl
def account_items(member: Member) -> list[NavItem]:
    """Put the people in the menu of those of the team who may see them."""
    if not may(member, "persons.see"):
        return []
    rows = waiting(waiting_pairs()) if may(member, "persons.merge") else None
    return [NavItem(_("People we know"), reverse("team_people"), icon="users", order=64, waiting=rows)]


@hookimpl
def identities_came(identities: list[int]) -> None:
    """Let rooms follow the new persons, and find out whether they are known."""
    persons = Identity.objects.filter(pk__in=identities).values_list("person_id", flat=True)
    plugins.hook.person_changed(person_ids=list(persons))


@hookimpl
def identities_verified(identities: list[int]) -> None:
    """Join what is proved and says the same."""
    link_equals(identities)


@hookimpl
def identity_named(identity: Identity, name: str, at: dt.datetime) -> None:
    """Keep what a channel calls somebody as a trait."""
    name_identity(identity, name, at)


@hookimpl
def identities_erased(identities: list[int]) -> None:
    """Take persons of whom nothing is left out of the index and the queue."""
    forget_persons(identities)


@hookimpl
def person_changed(person_ids: list[Any]) -> None:
    """Have the persons that can be matched at all keyed anew, after this transaction."""
    wanted = Identity.objects.filter(person_id__in=person_ids, kind__in=MATCHABLE).values_list("person_id", flat=True)
    waiting = sorted({str(pk) for pk in wanted} | ({str(pk) for pk in person_ids} if len(person_ids) <= 4 else set()))
    for start in range(0, len(waiting), _STEP):
        enqueue(KEY, persons=waiting[start : start + _STEP])


def follow_link(activity: Activity) -> None:
    """Tell of the persons whose identity a link of the rooms below moved: the one it left and the one it joined."""
    if activity.subject_kind != "people.identity":
        return
    rows = (
        IdentityLink.objects.filter(identity_id=activity.subject_id).order_by("-pk").values_list("person_id", flat=True)
    )
    _say(rows[:2])


def follow_member(activity: Activity) -> None:
    """Tell of a member's person."""
    follow_members([activity])


def follow_members(activities: list[Activity]) -> None:
    """Tell of the persons of the members of a batch, once."""
    keys = [one.subject_id for one in activities if one.subject_kind == "people.member"]
    for start in range(0, len(keys), _STEP):
        rows = Member.objects.filter(pk__in=keys[start : start + _STEP])
        _say(rows.values_list("identity__person_id", flat=True))


def _say(persons: Any) -> None:
    """Tell other rooms of persons that changed."""
    if found := [one for one in dict.fromkeys(persons) if one is not None]:
        plugins.hook.person_changed(person_ids=found)


for _name in ("identity_linked", "identity_unlinked", "address_verified", "address_removed"):
    watch(f"people.{_name}")(follow_link)
for _name in ("member_joined", "member_staged", "account_claimed", "profile_edited"):
    watch(f"people.{_name}", many=follow_members)(follow_member)
