"""Knowing somebody by what a channel says: the identity is found, or made with a person of its own.

Safe when two do it at once: the row is inserted where it is not there yet, and only whoever inserted it makes its person.
Whoever was erased is kept out: the value of an erased identity is known by a keyed hash and is never made again, unless its
owner proves it anew by signing up.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from patogh.activity import upkeep
from patogh.activity.bulk import insert_rows, values_of
from patogh.kit.hooks import plugins
from patogh.kit.ids import uuid7
from patogh.people import kinds
from patogh.people.leaving import sources
from patogh.people.models import ErasedSource, Identity, IdentityLink, Person

CAME: Final = "came"
_STEP: Final = 400
Said = tuple[str, str]


@upkeep
def identity_of(
    kind: str, value: str, *, verified: bool = False, name: str = "", now: dt.datetime | None = None
) -> Identity | None:
    """Return the identity of this kind and value, made with a person of its own where it is new; None for somebody erased.

    `verified` says that the channel proved it; what was proved once stays so. `name` is what the channel calls them.
    Raises KindUnknown or the Invalid of the kind for a value that cannot be read. Called within an action or upkeep.
    """
    plain = kinds.normal(kind, value)
    found = _known(kind, [plain], now or timezone.now())
    if plain not in found:
        return None
    if verified:
        _verify([found[plain]], now or timezone.now())
    identity = Identity.objects.get(pk=found[plain])
    if name.strip():
        plugins.hook.identity_named(identity=identity, name=name.strip()[:120], at=now or timezone.now())
        identity.refresh_from_db(fields=["person"])
    return identity


@upkeep
def identities_of_many(
    known: Sequence[tuple[str, str, bool]], *, now: dt.datetime | None = None
) -> dict[tuple[str, str], int]:
    """Return the identities of many (kind, value, is verified) by (kind, value) as they were given; a few statements for 500.

    What cannot be read, and whoever was erased, is left out.
    """
    now = now or timezone.now()
    plain = {(kind, value): kinds.readable(kind, value) for kind, value, _ in known}
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for (kind, _), form in plain.items():
        if form:
            wanted[kind].add(form)
    found: dict[Said, int] = {}
    for kind in sorted(wanted):
        found |= {(kind, value): pk for value, pk in _known(kind, sorted(wanted[kind]), now).items()}
    proved = {
        found[said] for kind, value, is_proved in known if is_proved and (said := (kind, plain[kind, value])) in found
    }
    if proved:
        _verify(sorted(proved), now)
    return {said: found[said[0], form] for said, form in plain.items() if (said[0], form) in found}


@upkeep
def let_back(kind: str, value: str) -> None:
    """Forget that whoever was erased had this value: somebody has just proved that it is theirs."""
    digests = [sources.digest(one, value) for one in kinds.alike(kind)]
    ErasedSource.objects.filter(digest__in=digests).delete()


def _known(kind: str, values: list[str], now: dt.datetime) -> dict[str, int]:
    """Return identities by value, the missing ones made; each has a person."""
    found: dict[str, int] = {}
    for start in range(0, len(values), _STEP):
        step = values[start : start + _STEP]
        rows = list(Identity.objects.filter(kind=kind, value__in=step).values_list("value", "pk", "person_id"))
        found |= {value: pk for value, pk, _ in rows}
        if lost := [pk for _, pk, person in rows if person is None]:
            _give_persons(lost, now)
        if fresh := [value for value in step if value not in found]:
            found |= _made(kind, fresh, now)
    return found


def _made(kind: str, values: list[str], now: dt.datetime) -> dict[str, int]:
    """Insert identities with persons of their own; those whom another transaction inserted meanwhile are only found."""
    away = set(sources.erased(kind, values))
    mine = {value: uuid7() for value in values if value not in away}
    if not mine:
        return {}
    found = _inserted(kind, mine, now)
    won = [(pk, mine[value]) for value, pk in found.items()]
    if lost := [value for value in mine if value not in found]:
        found |= dict(Identity.objects.filter(kind=kind, value__in=lost).values_list("value", "pk"))
    _bear(won, now)
    if won:
        plugins.hook.identities_came(identities=[pk for pk, _ in won])
    return found


def _inserted(kind: str, persons: dict[str, UUID], now: dt.datetime) -> dict[str, int]:
    """Insert identities with their persons where they are not there yet; returns the keys of the new ones by value."""
    names = [Identity._meta.get_field(name) for name in ("kind", "value", "person", "created_at")]
    sql, marks = values_of(Identity, names, [(kind, value, person, now) for value, person in persons.items()])
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT (kind, value) DO NOTHING RETURNING value, id", marks)
        return dict(cursor.fetchall())


def _give_persons(identities: list[int], now: dt.datetime) -> None:
    """Give identities that are nobody's a person each."""
    rows = Identity.objects.select_for_update().filter(pk__in=identities, person=None)
    given = [(pk, uuid7()) for pk in rows.values_list("pk", flat=True)]
    insert_rows(Person, ("id", "created_at"), [(person, now) for _, person in given])
    for pk, person in given:
        Identity.objects.filter(pk=pk).update(person_id=person)
    _say_came(given, now)
    if given:
        plugins.hook.identities_came(identities=[pk for pk, _ in given])


def _bear(given: Sequence[tuple[int, UUID]], now: dt.datetime) -> None:
    """Insert the persons of new identities, and the first link of each."""
    insert_rows(Person, ("id", "created_at"), [(person, now) for _, person in given])
    _say_came(given, now)


def _say_came(given: Iterable[tuple[int, UUID]], now: dt.datetime) -> None:
    """Append the first link of each identity."""
    evidence: dict[str, object] = {}
    rows = [(pk, person, CAME, evidence, now) for pk, person in given]
    insert_rows(IdentityLink, ("identity", "person", "why", "evidence", "linked_at"), rows)


def _verify(identities: list[int], now: dt.datetime) -> None:
    """Note that a channel proved these; what follows from that is for upper rooms."""
    fresh = list(
        Identity.objects.select_for_update()
        .filter(pk__in=identities, verified_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if fresh:
        Identity.objects.filter(pk__in=fresh).update(verified_at=now)
        plugins.hook.identities_verified(identities=fresh)
