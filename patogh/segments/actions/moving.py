"""Segments of which other segments ask: who came or went there touches whoever follows them, some at a time."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from patogh.activity import enqueue, upkeep
from patogh.activity.live import wake_worker
from patogh.people.models import Member, MemberFollow
from patogh.segments import asked, limits
from patogh.segments.actions.touching import FOLLOW, touch_identities
from patogh.segments.models import Moved
from patogh.segments.relations import MOVED, PARTED


@upkeep
def note_moved(persons: Iterable[UUID]) -> None:
    """Have whoever follows these persons asked again by the rules that ask for people of segments."""
    rows = MemberFollow.objects.filter(followed__identity__person__in=list(persons), level="following")
    followed = rows.order_by().values_list("followed__identity__person_id", flat=True).distinct()
    moved = [Moved(person_id=person) for person in followed if person is not None]
    if not moved:
        return
    Moved.objects.bulk_create(moved, update_conflicts=True, unique_fields=["person_id"], update_fields=["last_follow"])
    enqueue(FOLLOW, key=FOLLOW)
    transaction.on_commit(wake_worker)


@upkeep
def spread_some(most: int = limits.FOLLOWED_PERSONS_MAX) -> int:
    """Touch the followers of those who moved first, at most so many; returns how many persons were looked at.

    Whoever moves again meanwhile begins anew (`last_follow` is another then): their row stays as it is.
    """
    found: list[int | None] = []
    looked_at = 0
    for row in Moved.objects.order_by("pk")[:most]:
        looked_at += 1
        rows = MemberFollow.objects.filter(followed__identity__person=row.person_id, level="following")
        rest = rows.filter(pk__gt=row.last_follow).order_by("pk").values_list("pk", "follower__identity_id")
        some = list(rest[: most - len(found)])
        found += [identity for _, identity in some]
        as_read = Moved.objects.filter(pk=row.pk, last_follow=row.last_follow)
        if len(found) < most:
            as_read.delete()
        else:
            as_read.update(last_follow=some[-1][0])
            break
    touch_identities([(identity, MOVED) for identity in found if identity is not None])
    return looked_at


@upkeep
def part_from(member: Member) -> None:
    """Have those asked again who followed somebody who is erased, or were followed; called while the rows are still there."""
    if not asked.touches(PARTED):
        return
    by = MemberFollow.objects.filter(followed=member).values_list("follower__identity_id", flat=True)
    of = MemberFollow.objects.filter(follower=member).values_list("followed__identity_id", flat=True)
    touch_identities([(identity, PARTED) for identity in {*by, *of} if identity is not None])
