"""Members of a neutral folder: staged accounts that their owners claim, with everything a profile shows."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.bulk import insert_objects, insert_rows
from patogh.hangout.importing.actions.neutral import _renumber, mark
from patogh.kit import limits, persian
from patogh.people import handles
from patogh.people.actions.erasing import NAMES
from patogh.people.actions.findable import new_findable
from patogh.people.actions.joining import free_handle
from patogh.people.leaving import sources
from patogh.people.models import Identity, IdentityLink, Member, Person, StagedMember

_PLAIN: Final = (
    "bio", "place", "links", "avatar", "team_title", "language", "calendar", "zone", "trust_level", "silenced_until",
    "suspended_until", "last_seen_at", "age_band",
)  # fmt: skip


@upkeep
def load_people(source: str, rows: list[tuple[str, str, dict[str, Any]]], *, keep_numbers: bool) -> dict[str, int]:
    """Stage people who are not here yet, each (key, digest, values); return their numbers by key.

    Their addresses stay claims. Whoever was closed there is closed here, and nobody can claim that account.
    """
    gone = sources.erased(source, [key for key, _, _ in rows])
    there = set(Member.objects.filter(pk__in=set(gone.values())).values_list("pk", flat=True))
    mark([(source, "member", key, digest, gone[key]) for key, digest, _ in rows if gone.get(key) in there])
    rows = [
        (key, digest, _emptied(values) if key in gone else values)
        for key, digest, values in rows
        if gone.get(key) not in there
    ]
    taken_numbers = (
        set(Member.objects.filter(pk__in=_numbers(rows)).values_list("pk", flat=True)) if keep_numbers else set()
    )
    wanted = {str(values.get("handle") or "").lower() for _, _, values in rows}
    taken = set(Member.objects.filter(handle__in=wanted).values_list("handle", flat=True))
    members: dict[str, Member] = {}
    identities = _identities(source, rows)
    for (key, _, values), identity in zip(rows, identities, strict=True):
        member = members[key] = _member(values, taken)
        member.identity = identity
        if keep_numbers and key.isdecimal() and int(key) and int(key) not in taken_numbers:
            member.pk = int(key)
            taken_numbers.add(member.pk)
    insert_objects([member for member in members.values() if member.pk is not None])
    _renumber(Member)
    insert_objects([member for member in members.values() if member.pk is None])
    now = timezone.now()
    staged = [(member.pk, source, key, now) for key, member in members.items() if member.is_active]
    insert_rows(StagedMember, ("member", "source", "source_key", "staged_at"), staged)
    new_findable([member for member in members.values() if member.is_active])
    mark([(source, "member", key, digest, members[key].pk) for key, digest, _ in rows])
    return {key: member.pk for key, member in members.items()}


def _emptied(values: dict[str, Any]) -> dict[str, Any]:
    """Return what may be here of somebody who was erased: that there is an account, closed and without a name."""
    return {"name": NAMES["en" if values.get("language") == "en" else "fa"], "is_active": False}


def _numbers(rows: list[tuple[str, str, dict[str, Any]]]) -> list[int]:
    return [int(key) for key, _, _ in rows if key.isdecimal() and len(key) < 19]


def _member(values: dict[str, Any], taken: set[str]) -> Member:
    """Return the unsaved member of a row; a handle that is taken or not allowed gives way to one like it."""
    handle = str(values.get("handle") or "").lower()
    name = persian.name_clean(str(values["name"]))[: limits.NAME_CHARS_MAX] or handle or "hamrekab"
    if handle in taken or not handles.is_allowed(handle):
        handle = free_handle(name, taken)
    taken.add(handle)
    known = {field: values[field] for field in _PLAIN if values.get(field) is not None}
    if not isinstance(known.get("links", []), list):
        known["links"] = []
    member = Member(
        handle=handle, name=name, name_key=persian.key(name)[:80], name_order=handles.name_order(name),
        joined_at=values.get("joined_at") or timezone.now(), is_active=values.get("is_active") is not False, **known,
    )  # fmt: skip
    member.password = f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_urlsafe(30)}"
    return member


def _identities(source: str, rows: list[tuple[str, str, dict[str, Any]]]) -> list[Identity]:
    """Make the identity of each, whose link holds the addresses that she may claim the account by."""
    now = timezone.now()
    persons = [Person(created_at=now) for _ in rows]
    insert_objects(persons)
    made = [
        Identity(kind="import", value=f"{source}:{key}", person=person, created_at=now)
        for (key, _, _), person in zip(rows, persons, strict=True)
    ]
    insert_objects(made)
    links = [
        (one.pk, one.person_id, "imported", one.pk, _claims(values), now)
        for (_, _, values), one in zip(rows, made, strict=True)
    ]
    insert_rows(IdentityLink, ("identity", "person", "why", "by_identity", "evidence", "linked_at"), links)
    return made


def _claims(values: dict[str, Any]) -> dict[str, str]:
    return {f"claimed_{name}": str(values[name]).strip().lower() for name in ("email", "phone") if values.get(name)}
