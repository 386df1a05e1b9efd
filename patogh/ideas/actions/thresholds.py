"""The adaptive last station: once a review round it follows how many ideas came beside how many the board can answer.

Supporters of ideas are spread with a heavy tail: how many reach a station falls about as the station grows. So the last
station is multiplied by qualified / capacity, at most by 2 or 1/2 in one turn, and is never below the rules' own. It binds
only ideas that are published from then on; every turn stays as a row with its figures.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import F

from patogh.activity import action, record, unchanged
from patogh.ideas import limits
from patogh.ideas.models import Move, Programme, ThresholdTurn
from patogh.ideas.terms import Terms, terms_of

DIGITS: Final = 2


def turn_due(now: dt.datetime) -> int:
    """Set the last station of every programme whose review round is over; returns how many."""
    rows = Programme.objects.filter(state__in=("open", "paused")).select_related("rules")
    return sum(_turn_one(programme, now) for programme in rows if is_due(programme, now))


def is_due(programme: Programme, now: dt.datetime) -> bool:
    """Whether a programme adapts its last station, and its review round is over."""
    if programme.rules is None:
        return False
    terms = terms_of(programme.rules)
    return terms.is_adaptive and now >= last_turn(programme) + round_of(terms)


def last_turn(programme: Programme) -> dt.datetime:
    """Return when the round began that runs now."""
    newest = programme.turns.order_by("-turned_at").values_list("turned_at", flat=True).first()
    return newest or programme.created_at


def round_of(terms: Terms) -> dt.timedelta:
    """Return how long a review round is."""
    return dt.timedelta(days=round(terms.review_every_months * limits.DAYS_A_MONTH))


def adapted(before: int, own: int, qualified: int, capacity: int) -> int:
    """Return the last station after a round in which so many qualified: two digits, rounded up, never below the own one."""
    step = max(1 / limits.THRESHOLD_STEP_MAX, min(limits.THRESHOLD_STEP_MAX, qualified / capacity))
    wanted = round(before * step)
    unit: int = 10 ** max(0, len(str(wanted)) - DIGITS)
    return int(min(limits.SUPPORTERS_MAX, max(own, -(-wanted // unit) * unit)))


def _turn_one(programme: Programme, now: dt.datetime) -> int:
    return int(_turn(programme.pk, now) is not None)


@action
def _turn(programme_id: int, now: dt.datetime) -> ThresholdTurn | None:
    """Take one turn, unless another worker took it."""
    programme = Programme.objects.select_for_update(of=("self",)).select_related("rules").get(pk=programme_id)
    if not is_due(programme, now) or programme.rules is None:
        return unchanged(None)
    terms, since = terms_of(programme.rules), last_turn(programme)
    came = Move.objects.filter(move="qualify", made_at__gte=since, made_at__lt=now, idea__programme=programme).count()
    own = terms.stations[-1].supporters
    after = adapted(programme.last_threshold, own, came, terms.board_capacity)
    turn = ThresholdTurn.objects.create(
        programme=programme, threshold=after, before=programme.last_threshold, qualified=came, capacity=terms.board_capacity,
        since=since, turned_at=now,
    )  # fmt: skip
    Programme.objects.filter(pk=programme.pk).update(last_threshold=after, version=F("version") + 1)
    record(
        "ideas.threshold_turned",
        by=None,
        subject=programme,
        data={"before": turn.before, "after": after, "qualified": came},
    )
    return turn
