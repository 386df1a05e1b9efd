"""Merging duplicates: the source leads on at once, its supporters are carried over in small batches, and all of it can be undone.

Nobody is counted twice: whoever stands behind both ideas stays as they are. A support that is carried over has a line of its own
in the book. Undoing takes exactly those back and opens the source again with the supporters it always kept.
"""

from __future__ import annotations

import datetime as dt
from typing import Unpack

from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone

from patogh.activity import action, record, upkeep
from patogh.ideas import limits, pace
from patogh.ideas.actions.moving import locked, make_move, moment
from patogh.ideas.actions.stations import pass_stations
from patogh.ideas.actions.supporting import _enter, _step, _take_back
from patogh.ideas.errors import CannotMerge, CannotPart
from patogh.ideas.machine import GATHERING, MERGED
from patogh.ideas.models import Creator, Idea, Merging, Support
from patogh.ideas.nouns import VERBS, Said
from patogh.people.models import Member


@action
def merge_ideas(source: Idea, into: Idea, *, by: Member, **said: Unpack[Said]) -> Merging:
    """Merge an idea into another of its programme, both gathering; the supporters follow in a job.

    Raises CannotMerge, ReasonNeeded, ReasonTooLong, NotYourMove.
    """
    first, second = sorted((source.pk, into.pk))
    rows = {pk: locked(pk) for pk in dict.fromkeys((first, second))}
    row, target = rows[source.pk], rows[into.pk]
    if row.pk == target.pk or row.programme_id != target.programme_id or {row.state, target.state} != {GATHERING}:
        raise CannotMerge
    if row.hidden_at is not None or target.hidden_at is not None or _is_moving(row, target):
        raise CannotMerge
    row.merged_into = target
    move = make_move(row, "merge", by=by, **said)
    merging = Merging.objects.create(source=row, into=target, by=by, merged_at=move.made_at)
    _follow_along(row, target)
    record(VERBS["merge"], by=by, subject=row, target=target, data={"move": move.pk, "merging": merging.pk})
    return merging


@action
def unmerge_idea(source: Idea, *, by: Member, **said: Unpack[Said]) -> Idea:
    """Take two merged ideas apart; what was carried over goes back in a job. Raises CannotPart and what moves raise."""
    merging = Merging.objects.filter(source=source.pk, undone_at=None).first()
    if merging is None:
        raise CannotPart
    rows = {pk: locked(pk) for pk in sorted((merging.source_id, merging.into_id))}
    row, target = rows[merging.source_id], rows[merging.into_id]
    if row.state != MERGED or target.state != GATHERING:
        raise CannotPart
    move = make_move(row, "unmerge", by=by, **said)
    Merging.objects.filter(pk=merging.pk, undone_at=None).update(
        undone_at=_after_all(merging, move.made_at), done_at=None, last_support=0
    )
    record(VERBS["unmerge"], by=by, subject=row, target=target, data={"move": move.pk, "merging": merging.pk})
    pass_stations(row, move.made_at)
    return row


def _is_moving(source: Idea, target: Idea) -> bool:
    """Whether supporters are still carried to the source or taken back from the other one: those on their way would be lost."""
    undone = Merging.objects.filter(done_at=None, source=source, into=target).exclude(undone_at=None)
    return undone.exists() or Merging.objects.filter(done_at=None, into=source).exists()


def _follow_along(source: Idea, target: Idea) -> None:
    """Move the version of the other idea: its page names what came to it."""
    Idea.objects.filter(pk=target.pk).update(version=F("version") + 1, active_at=source.active_at)


def _after_all(merging: Merging, now: dt.datetime) -> dt.datetime:
    """Return now, or when the last supporter was carried over, if the clock went back since."""
    carried = Support.objects.filter(idea=merging.into_id, came_from=merging.source_id)
    return max(now, carried.aggregate(last=Max("given_at"))["last"] or now)


@upkeep
def carry_batch(merging_id: int) -> list[int]:
    """Carry over the next supporters of a merged idea; returns the members of this batch, none when it is done.

    It stops where the other idea no longer gathers, or its time is over: the rest stays with the source.
    """
    target = _target(merging_id)
    merging = Merging.objects.filter(pk=merging_id, done_at=None, undone_at=None).first()
    if target is None or merging is None:
        return []
    now = max(moment(target), merging.merged_at)
    rows = _next(merging)
    is_over = target.window_ends_at is not None and now >= target.window_ends_at
    if not rows or target.state != GATHERING or is_over:
        Merging.objects.filter(pk=merging.pk).update(done_at=timezone.now())
        return []
    carried = [_carry(row, target, now) for row in rows if not _stands(row, target)]
    last = rows[-1].pk
    Merging.objects.filter(pk=merging.pk).update(
        last_support=last, carried_count=F("carried_count") + len(carried)
    )  # fmt: skip
    pass_stations(target, now)
    return [row.member_id for row in rows]


def _target(merging_id: int) -> Idea | None:
    """Return the idea that a merge led to, locked: ideas are locked before merges are read, by everybody."""
    into = Merging.objects.filter(pk=merging_id).values_list("into", flat=True).first()
    return locked(into) if into is not None else None


def _next(merging: Merging) -> list[Support]:
    """Return the next supports of the source, oldest first, but not those of the other idea's makers."""
    makers = Creator.objects.filter(idea=merging.into_id, member=OuterRef("member"), state="agreed")
    live = Support.objects.filter(idea=merging.source_id, withdrawn_at=None, pk__gt=merging.last_support)
    live = live.exclude(member=merging.into.author_id).exclude(Exists(makers)).select_related("member")
    return list(live.order_by("pk")[: limits.CARRIED_A_TURN_MAX])


def _stands(support: Support, target: Idea) -> bool:
    """Whether a supporter of the source stands behind the other idea already."""
    return Support.objects.filter(idea=target, member=support.member_id, withdrawn_at=None).exists()


def _carry(support: Support, target: Idea, now: dt.datetime) -> Support:
    """Write the support of the other idea that comes from this one."""
    made = Support.objects.create(
        idea=target, member=support.member, given_at=now, came_from_id=support.idea_id,
        account_age_days=support.account_age_days, crowd_count=_crowd(support),
    )  # fmt: skip
    _step(target, 1, pace.added(target.pace, now))
    _enter(made, support.member)
    return made


def _crowd(support: Support) -> int:
    """Return how many supports came from a support's network on its day; the hash itself is kept no longer than its own time."""
    if not support.network:
        return support.crowd_count
    return max(support.crowd_count, Support.objects.filter(idea=support.idea_id, network=support.network).count())


@upkeep
def return_batch(merging_id: int) -> int:
    """Take back the next supports that an undone merge had carried over; returns how many, 0 when none is left."""
    target = _target(merging_id)
    merging = Merging.objects.filter(pk=merging_id, done_at=None).exclude(undone_at=None).first()
    if target is None or merging is None:
        return 0
    carried = Support.objects.filter(came_from=merging.source_id, idea=target, withdrawn_at=None)
    carried = carried.filter(given_at__gte=merging.merged_at, given_at__lte=merging.undone_at)
    rows = list(carried.select_related("member").order_by("pk")[: limits.CARRIED_A_TURN_MAX])
    for row in rows:
        _take_back(target, row, moment(target))
    if not rows:
        Merging.objects.filter(pk=merging.pk).update(done_at=timezone.now())
    return len(rows)
