"""Staging many people of an import at once: as `stage_member` does it for one."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from patogh.activity import registry, upkeep
from patogh.activity.batch import tell_watchers
from patogh.activity.bulk import insert_objects, insert_rows
from patogh.activity.models import Activity
from patogh.kit import limits, persian
from patogh.people import handles
from patogh.people.actions.findable import new_findable
from patogh.people.actions.joining import free_handle
from patogh.people.leaving import sources
from patogh.people.models import Identity, IdentityLink, Member, Person, StagedMember

BATCH_ROWS: Final = 500
_VERB: Final = "people.member_staged"


@dataclass(frozen=True, slots=True)
class Staging:
    """Somebody of another house: her key there, a name fit to show, when she joined, the address she claims, and what
    she said of herself; `handle` is a wish.
    """

    key: str
    name: str
    joined_at: dt.datetime | None = None
    email: str = ""
    language: str = "fa"
    handle: str = ""
    bio: str = ""
    place: str = ""


@upkeep
def stage_members(source: str, rows: Sequence[Staging]) -> dict[str, Member]:
    """Return the members who stand for these people, by key; whoever is staged already stays as she is.

    One activity `people.member_staged` each, with its watchers; no task follows. Give a few hundred at a time.
    """
    found = {
        staged.source_key: staged.member
        for staged in StagedMember.objects.select_related("member").filter(
            source=source, source_key__in=[row.key for row in rows]
        )
    }
    found |= _erased(source, [row.key for row in rows if row.key not in found])
    fresh = [row for row in {row.key: row for row in rows}.values() if row.key not in found]
    made = _made(source, fresh)
    now = timezone.now()
    staged = [(member.pk, source, row.key, now) for row, member in zip(fresh, made, strict=True)]
    insert_rows(StagedMember, ("member", "source", "source_key", "staged_at"), staged)
    new_findable(made)
    _record(source, fresh, made)
    return found | {row.key: member for row, member in zip(fresh, made, strict=True)}


def _erased(source: str, keys: list[str]) -> dict[str, Member]:
    """Return the empty accounts of those who were erased here: an older dump does not bring them back."""
    numbers = sources.erased(source, keys)
    there = Member.objects.in_bulk(set(numbers.values()))
    return {key: there[number] for key, number in numbers.items() if number in there}


def _made(source: str, rows: list[Staging]) -> list[Member]:
    """Insert persons, identities, links and members."""
    now = timezone.now()
    persons = [Person(created_at=now) for _ in rows]
    insert_objects(persons)
    identities = [
        Identity(kind="import", value=f"{source}:{row.key}", person=person, created_at=now)
        for row, person in zip(rows, persons, strict=True)
    ]
    insert_objects(identities)
    links = [
        (one.pk, one.person_id, "imported", one.pk, _claimed(row), now)
        for row, one in zip(rows, identities, strict=True)
    ]
    insert_rows(IdentityLink, ("identity", "person", "why", "by_identity", "evidence", "linked_at"), links)
    named = _handles(source, rows)
    members = [_member(row, identity, handle) for row, identity, handle in zip(rows, identities, named, strict=True)]
    insert_objects(members)
    return members


def _member(row: Staging, identity: Identity, handle: str) -> Member:
    """Return the unsaved member of a row."""
    name = persian.name_clean(row.name)[: limits.NAME_CHARS_MAX] or handle
    member = Member(
        identity=identity, handle=handle, name=name, name_key=persian.key(name)[:80], name_order=handles.name_order(name),
        language=row.language, calendar="jalali" if row.language == "fa" else "gregorian", joined_at=row.joined_at or timezone.now(),
        bio=row.bio[:400], place=persian.name_clean(row.place)[:60],
    )  # fmt: skip
    member.password = f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_urlsafe(30)}"
    return member


def _claimed(row: Staging) -> dict[str, str]:
    """Return the evidence that lets her claim the account later."""
    return {"claimed_email": row.email.strip().lower()} if row.email else {}


def _handles(source: str, rows: list[Staging]) -> list[str]:
    """Return a free handle for each row: drawn from the name, numbered, or marked by what only this row has."""
    wishes = []
    for row in rows:
        base = handles.suggested(row.name) or "hamrekab"
        mark = hashlib.sha256(f"{source}:{row.key}".encode()).hexdigest()[:6]
        wished = [row.handle.lower()] if handles.is_allowed(row.handle.lower()) else []
        wishes.append([*wished, base, *(f"{base[:24]}_{number}" for number in range(2, 6)), f"{base[:23]}_{mark}"])
    wanted = sorted({handle for wish in wishes for handle in wish})
    taken: set[str] = set()
    for start in range(0, len(wanted), BATCH_ROWS):
        taken |= set(
            Member.objects.filter(handle__in=wanted[start : start + BATCH_ROWS]).values_list("handle", flat=True)
        )
    chosen = []
    for row, wish in zip(rows, wishes, strict=True):
        handle = next((handle for handle in wish if handle not in taken), None) or free_handle(row.name, taken)
        taken.add(handle)
        chosen.append(handle)
    return chosen


def _record(source: str, rows: list[Staging], members: list[Member]) -> None:
    """Append one activity each and tell its watchers."""
    now, audience = timezone.now(), registry.known(_VERB).visible
    activities = [
        Activity(
            verb=_VERB, identity_id=member.identity_id, subject_kind="people.member", subject_id=str(member.pk), audience=audience,
            channel="import", happened_at=row.joined_at or now, recorded_at=now, source=source[:40], key=f"member:{row.key}",
        )
        for row, member in zip(rows, members, strict=True)
    ]  # fmt: skip
    insert_objects(activities)
    tell_watchers(activities)
