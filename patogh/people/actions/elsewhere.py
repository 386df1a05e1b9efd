"""Identities that another house of the brand tells of (an address that an order was placed with): claims, never accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from patogh.activity import upkeep
from patogh.people.actions.erasing import keep_out
from patogh.people.leaving import sources
from patogh.people.models import Identity, Member

_STEP = 400


@upkeep
def identities_elsewhere(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Return the identities of a kind by value; those not known yet are made, those of erased people are left out."""
    wanted = set(values)
    wanted -= set(sources.erased(kind, wanted)) if wanted else set()
    found = _there(kind, wanted)
    fresh = sorted(wanted - set(found))
    if fresh:
        now = timezone.now()
        rows = [Identity(kind=kind, value=value, created_at=now) for value in fresh]
        Identity.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_STEP)
        found |= _there(kind, set(fresh))
    return found


@upkeep
def forget_elsewhere(member: Member, kind: str, values: Iterable[str]) -> None:
    """Forget these claims of somebody who is erased, and let no later batch bring them again."""
    gone = list(values)
    keep_out(member.pk, [sources.digest(kind, value) for value in gone])
    Identity.objects.filter(kind=kind, value__in=gone, links=None).delete()


def _there(kind: str, values: set[str]) -> dict[str, int]:
    every = sorted(values)
    found: dict[str, int] = {}
    for start in range(0, len(every), _STEP):
        rows = Identity.objects.filter(kind=kind, value__in=every[start : start + _STEP])
        found |= dict(rows.values_list("value", "pk"))
    return found
