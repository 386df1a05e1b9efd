"""Persons as computed views over their identities."""

from __future__ import annotations

from django.db.models import QuerySet

from patogh.people.models import Identity, Member, Person, StagedMember


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
    """Return the imported accounts, not claimed yet, whose claimed address this member has proved to be hers."""
    proved = Identity.objects.filter(kind="email", person=member.identity.person, verified_at__isnull=False)
    addresses = list(proved.values_list("value", flat=True))
    claims = StagedMember.objects.filter(
        claimed_at=None, member__identity__links__evidence__claimed_email__in=addresses
    )
    return claims.select_related("member__identity").distinct().order_by("pk")
