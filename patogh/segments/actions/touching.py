"""Writing down of whom live rules have to be asked again, in the transaction that gave the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from patogh.activity import enqueue, upkeep
from patogh.activity.bulk import insert_rows
from patogh.activity.live import wake_worker
from patogh.activity.models import Activity
from patogh.segments import asked
from patogh.segments.models import Touched

FOLLOW = "segments.follow"


def follow_activity(activity: Activity) -> None:
    """Follow an activity as it is recorded: nothing where no live rule asks about its verb."""
    touches = asked.touches(activity.verb)
    if touches:
        touch_identities([(identity, activity.verb) for identity in {i for touch in touches for i in touch(activity)}])


def follow_activities(activities: list[Activity]) -> None:
    """Follow a batch of activities: one write for all of them."""
    found = {(who, one.verb) for one in activities for touch in asked.touches(one.verb) for who in touch(one)}
    if found:
        touch_identities(sorted(found))


@upkeep
def touch_identities(pairs: Iterable[tuple[int, str]]) -> None:
    """Have the rules that ask about these verbs asked again of these identities' persons; "" is any rule."""
    _put([(identity, None, verb) for identity, verb in pairs])


@upkeep
def touch_persons(persons: Iterable[UUID], verb: str = "") -> None:
    """Have rules asked again of these persons."""
    _put([(None, person, verb) for person in persons])


def _put(rows: list[tuple[Any, Any, str]]) -> None:
    if not rows:
        return
    insert_rows(Touched, ("identity_id", "person_id", "verb"), rows)
    enqueue(FOLLOW, key=FOLLOW)
    transaction.on_commit(wake_worker)
