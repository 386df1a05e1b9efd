"""Persons as computed views over their identities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from patogh.people.identifying.masks import is_erased
from patogh.people.models import Identity, IdentityLink, Member, Person, StagedMember

MERGED = "merged"  # why of the links that a merge of two persons writes


def identities_of(person: Person) -> QuerySet[Identity]:
    """Return the identities that are this person now, oldest first."""
    return Identity.objects.filter(person=person).order_by("pk")


def person_of_links(identity: Identity) -> Person | None:
    """Return whose identity this is by its links alone: the newest that is neither undone nor an undoing."""
    links = list(identity.links.select_related("person").order_by("-pk"))
    undone = {link.undoes_id for link in links}
    standing = (link for link in links if link.undoes_id is None and link.pk not in undone)
    newest = next(standing, None)
    return newest.person if newest else None


def claimable_by(member: Member) -> QuerySet[StagedMember]:
    """Return the imported accounts, not claimed yet, whose claimed address this member has proved to be hers.

    An address that the team merely laid beside her gives nothing.
    """
    proved = Identity.objects.filter(kind="email", pk__in=own_identities(member), verified_at__isnull=False)
    addresses = list(proved.values_list("value", flat=True))
    claims = StagedMember.objects.filter(
        claimed_at=None, member__identity__links__evidence__claimed_email__in=addresses
    )
    return claims.select_related("member__identity").distinct().order_by("pk")


def own_identities(member: Member) -> list[int]:
    """Return the identities that are this member's without anybody's merge: what she joined with, claimed or proved.

    Others that the team or a machine laid beside them may be another human's: they are never given out or erased with hers.
    """
    person = Identity.objects.filter(pk=member.identity_id).values_list("person_id", flat=True).first()
    if person is None:  # read anew: a merge may have moved her since she was
        return [member.identity_id]
    beside = list(Identity.objects.filter(person_id=person).values_list("pk", flat=True))
    homes = homes_of({*beside, member.identity_id})
    home = homes.get(member.identity_id)
    proved = {pk for pk, (_, by, why) in homes.items() if why == "verified" and by == member.identity_id}
    own = {pk for pk, (where, _, _) in homes.items() if home is None or where == home[0]} | proved
    own |= {pk for pk in beside if pk not in homes}  # no link was ever written: nobody merged it in
    return [member.identity_id, *sorted(own - {member.identity_id})]


@dataclass(frozen=True, slots=True)
class Beside:
    """Where an identity is by its own evidence, and since when a merge has it elsewhere (None: it is there)."""

    home: object
    since: dt.datetime | None


def laid_beside(identities: Sequence[int]) -> dict[int, Beside]:
    """Return where these identities are at home; those of whom no link is written are left out. One query for every 500."""
    found: dict[int, Beside] = {}
    for start in range(0, len(identities), 500):
        rows = list(
            IdentityLink.objects.filter(identity_id__in=identities[start : start + 500])
            .order_by("pk")
            .values_list("pk", "identity_id", "person_id", "why", "linked_at", "undoes_id")
        )
        undone = {row[5] for row in rows}
        for pk, identity, person, why, at, undoes in rows:
            if undoes is not None or pk in undone:
                continue
            home = found[identity].home if why == MERGED and identity in found else person
            found[identity] = Beside(home, at if why == MERGED else None)
    return found


def emptied_by(identities: Sequence[int]) -> set[UUID]:
    """Return the persons of whom nothing is left once these identities are erased."""
    persons = set(Identity.objects.filter(pk__in=identities).values_list("person_id", flat=True))
    beside = Identity.objects.filter(person_id__in=persons - {None}).exclude(pk__in=identities)
    left = {row.person_id for row in beside if not is_erased(row)}
    return {one for one in persons if one is not None and one not in left}


def homes_of(identities: set[int]) -> dict[int, tuple[object, int | None, str]]:
    """Return, by identity, (person, by whom, why) of its newest standing link that is no merge's; one query."""
    rows = list(
        IdentityLink.objects.filter(identity_id__in=identities)
        .order_by("pk")
        .values_list("pk", "identity_id", "person_id", "by_identity_id", "why", "undoes_id")
    )
    undone = {row[5] for row in rows}
    return {
        identity: (person, by, why)
        for pk, identity, person, by, why, undoes in rows
        if undoes is None and pk not in undone and why != MERGED and person is not None
    }


def accounts_of(member: Member) -> list[Member]:
    """Return the other accounts that are this human's by their own word: claimed imports, and who claimed this one."""
    own = own_identities(member)
    claimed = StagedMember.objects.filter(claimed_at__isnull=False).values("member")
    others = Member.objects.filter(identity_id__in=own).exclude(pk=member.pk)
    if StagedMember.objects.filter(member=member, claimed_at__isnull=False).exists():
        return list(others)
    return list(others.filter(pk__in=claimed))
