"""What time does to ideas: windows end.

They are found by an index and ended in bounded batches: ideas that did not change cost nothing. A clock that jumped
forward would end far more windows at once than any day does: then nothing ends, and the alarm asks somebody to look.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import QuerySet, Sum
from django.utils import timezone

from patogh.activity import action, record, upkeep
from patogh.activity.models import Pulse
from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.machine import GATHERING
from patogh.ideas.models import Idea, Programme
from patogh.kit.errors import Forbidden
from patogh.people.models import Member
from patogh.people.queries import may

HELD: Final = "ideas.clock_held"  # a pulse: since when the clock stands still
RELEASED: Final = "ideas.clock_released"  # a pulse: until when a member of the team lets it go on
RELEASE_S: Final = 3600


def expire_due(now: dt.datetime) -> int:
    """End the windows that are over, a bounded number a turn; returns how many. Nothing ends while the clock is held."""
    due = due_ideas(now)
    if not due:
        _let_go()
        return 0
    if _looks_like_a_jump(len(due)) and not _is_released(now):
        _hold(now)
        return 0
    _let_go()
    return sum(_expire_one(pk, now) for pk in due[: limits.EXPIRED_A_TURN_MAX])


def due_ideas(now: dt.datetime) -> list[int]:
    """Return ideas whose window is over, the longest first; more than a turn ends, so that a jump shows itself."""
    return list(over(now).values_list("pk", flat=True)[: _alarm_at() + 1])


def over(now: dt.datetime) -> QuerySet[Idea]:
    """Return the ideas whose window is over, found by `idea_by_window`: only what gathers has a window."""
    return Idea.objects.filter(window_ends_at__lte=now).order_by("window_ends_at", "pk")


def _gathering() -> int:
    """Return how many ideas gather, by the counters of the programmes."""
    return int(Programme.objects.aggregate(all=Sum("gathering_count"))["all"] or 0)


def _alarm_at() -> int:
    """Return how many windows may end at once before it looks like a clock that jumped."""
    share = _gathering() * limits.JUMP_SHARE_PERCENT // 100
    return max(limits.JUMP_FLOOR_IDEAS, share)


def _looks_like_a_jump(due: int) -> bool:
    return due > _alarm_at()


def _is_released(now: dt.datetime) -> bool:
    """Whether somebody looked, and let the clock go on within the last hour."""
    since = now - dt.timedelta(seconds=RELEASE_S)
    return Pulse.objects.filter(name=RELEASED, beat_at__gt=since, beat_at__lte=now).exists()


@upkeep
def _hold(now: dt.datetime) -> None:
    """Write down since when the clock stands still; `alarms` says it."""
    Pulse.objects.get_or_create(name=HELD, defaults={"beat_at": now})


def _let_go() -> None:
    """Take the note away again, if there is one."""
    if Pulse.objects.filter(name=HELD).exists():
        _forget_hold()


@upkeep
def _forget_hold() -> None:
    Pulse.objects.filter(name=HELD).delete()


@action
def release_clock(programme: Programme, *, by: Member) -> None:
    """Let the clock go on after somebody of the team looked at the alarm. Raises Forbidden."""
    if not may(by, "ideas.rules"):
        raise Forbidden
    let_go_on()
    record("ideas.clock_released", by=by, subject=programme)


@upkeep
def let_go_on() -> None:
    """Let the clock end the windows that are over, for an hour; the operator's word, or the team's."""
    Pulse.objects.update_or_create(name=RELEASED, defaults={"beat_at": timezone.now()})


@action
def _expire(idea: Idea, now: dt.datetime) -> None:
    """End one window."""
    moving._recorded(moving.make_move(idea, "expire", by=None, now=now), None)


@upkeep
def _expire_one(idea_id: int, now: dt.datetime) -> int:
    """End one window unless a support or somebody's hand was faster: what counts is what is stored behind the lock."""
    idea = moving.locked(idea_id)
    if idea.state != GATHERING or idea.window_ends_at is None or idea.window_ends_at > now:
        return 0
    _expire(idea, now)
    return 1
