"""Identities that another house of the brand tells of (an address that an order was placed with): claims, never accounts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from patogh.activity import upkeep
from patogh.activity.road import erasing
from patogh.kit.hooks import plugins
from patogh.people.actions.erasing import _erase_hanging, keep_out
from patogh.people.actions.knowing import identities_of_many
from patogh.people.leaving import sources
from patogh.people.models import Identity, IdentityLink, Member


@upkeep
def identities_elsewhere(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Return the identities of a kind by value; those not known yet are made, those of erased people are left out."""
    wanted = set(values)
    away = set(sources.erased(kind, wanted)) if wanted else set()
    found = identities_of_many([(kind, value, False) for value in sorted(wanted - away)])
    return {value: pk for (_, value), pk in found.items()}


@upkeep
def forget_elsewhere(member: Member, kind: str, values: Iterable[str]) -> None:
    """Forget these claims of somebody who is erased, and let no later batch bring them again."""
    from patogh.people.consent import erasing as consents

    gone = list(values)
    keep_out(member.pk, [sources.digest(kind, value) for value in gone])
    identities = list(Identity.objects.filter(kind=kind, value__in=gone).values_list("pk", flat=True))
    consents.leave(identities, member.pk)
    forget_identities(identities)


@upkeep
def forget_identities(identities: list[int]) -> None:
    """Leave a pseudonym in place of these identities, and nothing of what was said about them."""
    pseudonym = f"former_{uuid.uuid4().hex[:10]}"
    if identities:
        plugins.hook.identities_erased(identities=identities)
        _erase_hanging(identities)
    for pk in identities:
        Identity.objects.filter(pk=pk).update(value=f"{pseudonym}:{pk}", verified_at=None)
    if identities:
        with erasing():
            IdentityLink.objects.filter(identity_id__in=identities).update(evidence={})
