"""Which identities are one person: append-only decisions that can each be undone."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from django.db.models import Q
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.people import queries
from patogh.people.errors import AlreadyUndone, NotYours, OnlySuggested, VerifiedIdentitiesDiffer
from patogh.people.models import Identity, IdentityLink, Member, Person, StagedMember

UNIQUE_KINDS = ("email", "phone", "member")


class Grounds(TypedDict, total=False):
    """Why two identities are said to be one person."""

    why: str
    evidence: dict[str, Any]
    score: float


@action
def link_identity(identity: Identity, person: Person, *, by: Member | None, **grounds: Unpack[Grounds]) -> IdentityLink:
    """Say that `identity` is `person`: one more row, and the identity's computed pointer.

    With `by` None a machine decides: then an unverified claim raises OnlySuggested, and two persons that hold different
    verified identities of one kind raise VerifiedIdentitiesDiffer. Somebody of the team may decide either.
    """
    identity = Identity.objects.select_for_update().get(pk=identity.pk)
    if identity.person_id == person.pk:
        return unchanged(identity.links.latest("pk"))
    if by is None:
        _check_automatic(identity, person)
    link = _written(identity, person, by, grounds)
    record("people.identity_linked", by=by or identity, subject=identity, target=person, data={"why": link.why})
    return link


@action
def unlink(link: IdentityLink, *, by: Member, why: str = "") -> IdentityLink:
    """Undo one link: the identity goes back to where it stood before it, by one more row. Raises AlreadyUndone."""
    identity = Identity.objects.select_for_update().get(pk=link.identity_id)
    if IdentityLink.objects.filter(undoes=link).exists() or link.undoes_id is not None:
        raise AlreadyUndone
    undone = IdentityLink.objects.filter(undoes__isnull=False).values("undoes")
    earlier = identity.links.filter(pk__lt=link.pk, undoes=None).exclude(pk__in=undone).order_by("-pk").first()
    row = IdentityLink.objects.create(
        identity=identity,
        person=earlier.person if earlier else None,
        why=why[:40] or "undone",
        by_identity=by.identity,
        undoes=link,
    )
    identity.person = queries.person_of_links(identity)
    identity.save(update_fields=["person"])
    record("people.identity_unlinked", by=by, subject=identity, data={"link": link.pk})
    return row


@action
def claim(staged: StagedMember, *, by: Member) -> StagedMember:
    """Take over an imported account whose claimed e-mail address is a verified one of `by`; raises NotYours."""
    staged = StagedMember.objects.select_related("member__identity").select_for_update(of=("self",)).get(pk=staged.pk)
    if staged.claimed_at is not None and staged.member.identity.person_id == by.identity.person_id:
        return unchanged(staged)
    if staged.claimed_at is not None or not queries.claimable_by(by).filter(pk=staged.pk).exists():
        raise NotYours
    person = Person.objects.filter(identities=by.identity_id).first()
    if person is None:
        raise NotYours
    _written(staged.member.identity, person, by, {"why": "claimed", "evidence": {"by": "verified e-mail"}})
    staged.claimed_at = timezone.now()
    staged.save(update_fields=["claimed_at"])
    record("people.account_claimed", by=by, subject=staged.member)
    return staged


def _written(identity: Identity, person: Person, by: Member | None, grounds: Grounds) -> IdentityLink:
    """Append the row and set the pointer that follows from it."""
    link = IdentityLink.objects.create(
        identity=identity,
        person=person,
        why=grounds.get("why", "linked")[:40],
        by_identity=by.identity if by else None,
        evidence=grounds.get("evidence", {}),
        score=grounds.get("score"),
    )
    identity.person = person
    identity.save(update_fields=["person"])
    return link


def _check_automatic(identity: Identity, person: Person) -> None:
    """Raise when a machine may not decide."""
    if identity.verified_at is None:
        raise OnlySuggested
    if identity.person_id is None:
        return
    both = Identity.objects.filter(
        Q(person_id=identity.person_id) | Q(person=person), verified_at__isnull=False, kind__in=UNIQUE_KINDS
    )
    sides: dict[str, set[object]] = {}
    for kind, person_id in both.values_list("kind", "person_id"):
        sides.setdefault(kind, set()).add(person_id)
    if any(len(persons) > 1 for persons in sides.values()):
        raise VerifiedIdentitiesDiffer
