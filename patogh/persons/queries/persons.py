"""Persons as they stand: whose an identity is, which identities somebody has, and what speaks against two being one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from patogh.kit.errors import NotFound
from patogh.people import kinds
from patogh.people.models import Identity, IdentityLink, Person
from patogh.persons.models import Merge, MergeLink


def person_of(identity: Identity) -> Person | None:
    """Return whose identity this is now."""
    return Person.objects.filter(identities=identity.pk).first()


def person_at(key: UUID | str) -> Person:
    """Return a person by key; raises NotFound for one that has no identities (it stands behind somebody else now)."""
    found = Person.objects.filter(pk=key, identities__isnull=False).distinct().first()
    if found is None:
        raise NotFound
    return found


def stands_behind(key: UUID) -> UUID | None:
    """Return the person that this one was folded into, followed to the end; None where it was not."""
    seen: set[UUID] = set()
    here = Merge.objects.filter(folded_id=key, undone_at=None).values_list("kept_id", flat=True).last()
    while here is not None and here not in seen and len(seen) < 100:
        seen.add(here)
        further = Merge.objects.filter(folded_id=here, undone_at=None).values_list("kept_id", flat=True).last()
        if further is None:
            return here
        here = further
    return None


def identities(person: Person) -> list[Identity]:
    """Return the identities of a person, the anchor first, then as they came; two queries."""
    rows = list(Identity.objects.filter(person=person).select_related("member").order_by("pk"))
    brought = set(moved(row.pk for row in rows if row.kind == "member")) if len(rows) > 1 else set()
    return sorted(rows, key=lambda one: (one.kind != "member", one.pk in brought, one.pk))


def anchor(person: Person) -> Identity | None:
    """Return the identity that stands for a person: her member account (the kept side's before a merged one), else the oldest."""
    return next(iter(identities(person)), None)


def anchors(persons: Iterable[UUID]) -> dict[UUID, Identity]:
    """Return the anchors of many persons; two queries."""
    rank = Case(When(kind="member", then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = list(
        Identity.objects.filter(person_id__in=list(persons))
        .select_related("member")
        .annotate(rank=rank)
        .order_by("rank", "pk")
    )
    members = [row.pk for row in rows if row.kind == "member"]
    brought = set(moved(members)) if members else set()
    found: dict[UUID, Identity] = {}
    for row in sorted(rows, key=lambda one: (one.kind != "member", one.pk in brought, one.pk)):
        if row.person_id is not None:
            found.setdefault(row.person_id, row)
    return found


def standing_persons(of: set[int], besides: Iterable[int] = ()) -> dict[int, Any]:
    """Return whose these identities are by their links alone, as if the links `besides` were undone; one query."""
    rows = list(
        IdentityLink.objects.filter(identity_id__in=of)
        .order_by("pk")
        .values_list("pk", "identity_id", "person_id", "undoes_id")
    )
    undone = {row[3] for row in rows} | set(besides)
    return {identity: person for pk, identity, person, undoes in rows if undoes is None and pk not in undone}


def differing(
    left: Iterable[Identity], right: Iterable[Identity], *, claims_too: bool = False
) -> tuple[Identity, Identity] | None:
    """Return two identities, one of each side, that were proved and exclude each other; None where none do.

    With `claims_too` kinds that are unique within their source ("segment-user") exclude each other even as claims.
    """
    theirs = {scope: one for one in right if (scope := _scope(one, claims_too=claims_too))}
    for one in left:
        scope = _scope(one, claims_too=claims_too)
        if scope and scope in theirs:
            return one, theirs[scope]
    return None


def merges_of(person: Person) -> QuerySet[Merge]:
    """Return the merges that stand and made this person what it is, the newest first."""
    rows = Merge.objects.filter(links__link__identity__person=person, undone_at=None)
    return rows.select_related("by", "kept", "folded").distinct().order_by("-pk")


def _scope(identity: Identity, *, claims_too: bool) -> tuple[str, str] | None:
    """Return what only one identity of a person may hold, or None."""
    found = kinds.kinds().get(identity.kind)
    if found is None:
        return None
    if found.is_sourced:
        source = identity.value.partition(":")[0]
        return (identity.kind, source) if identity.verified_at or claims_too else None
    return (identity.kind, "") if found.is_unique and identity.verified_at else None


def moved(members: Iterable[int]) -> Iterable[int]:
    """Return those of these identities that a merge that still stands brought where they are."""
    rows = MergeLink.objects.filter(link__identity_id__in=list(members), merge__undone_at=None)
    return rows.values_list("link__identity_id", flat=True)
