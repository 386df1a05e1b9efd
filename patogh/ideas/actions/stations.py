"""Milestones: passing them as supporters come, and the moment in which their time is over.

A window is half-open: a support counts while its time is before `window_ends_at`, whenever the clock's job comes by.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from patogh.activity import action
from patogh.ideas import book
from patogh.ideas.actions import moving
from patogh.ideas.errors import WindowIsOver
from patogh.ideas.machine import GATHERING
from patogh.ideas.models import Batch, BatchIdea, Idea, Move
from patogh.ideas.nouns import STATION
from patogh.ideas.queries.rules import stations_of


def check_window(idea: Idea, now: dt.datetime) -> None:
    """Raise WindowIsOver once the time of the station ahead has passed, whatever the clock's job did."""
    if idea.window_ends_at is not None and now >= idea.window_ends_at:
        raise WindowIsOver


def pass_stations(idea: Idea, now: dt.datetime) -> list[Move]:
    """Pass every station that an idea has reached and qualify it at the last one; inside an action, its row locked.

    Returns the moves that were made; the idea given is up to date afterwards.
    """
    made: list[Move] = []
    while idea.state == GATHERING and idea.next_threshold is not None and idea.supporters_count >= idea.next_threshold:
        made.append(_pass_one(idea, now))
    if idea.state == GATHERING and idea.thresholds and idea.milestone >= len(stations_of(idea)):
        made.append(_qualify(idea, now))
    return made


@action
def _pass_one(idea: Idea, now: dt.datetime) -> Move:
    """Pass the station ahead: the next window opens."""
    now = moving.moment(idea, now)
    passed = idea.next_threshold
    idea.milestone += 1
    move = moving._write(
        idea,
        Move(
            idea=idea, number=idea.moves_count + 1, move=STATION, source=GATHERING, target=GATHERING, milestone=passed,
            supporters=idea.supporters_count, made_at=now,
        ),
        {"milestone": idea.milestone, **moving.window_from(idea, now)},
    )  # fmt: skip
    book.enter_move(idea, move)
    moving._recorded(move, None)
    return move


@action
def _qualify(idea: Idea, now: dt.datetime) -> Move:
    """Hand an idea that passed its last station to the board: into the batch that is open, or into the next one."""
    move = moving.make_move(idea, "qualify", by=None, now=now)
    put_in_batch(idea, move.made_at)
    moving._recorded(move, None)
    return move


def put_in_batch(idea: Idea, now: dt.datetime) -> Batch | None:
    """Put an idea in review into its programme's open batch; None where none is open (the clock puts it in later)."""
    open_now = Batch.objects.filter(programme=idea.programme_id, state="open", opens_at__lte=now, closes_at__gt=now)
    batch = open_now.order_by("closes_at", "pk").first()
    if batch is not None:
        _put(idea, batch, now)
    return batch


def _put(idea: Idea, batch: Batch, now: dt.datetime) -> None:
    """Write an idea into a batch, once."""
    _entry, is_new = BatchIdea.objects.get_or_create(batch=batch, idea=idea, defaults={"added_at": now})
    if is_new:
        Batch.objects.filter(pk=batch.pk).update(ideas_count=F("ideas_count") + 1)
    Idea.objects.filter(pk=idea.pk).update(batch=batch, version=F("version") + 1)
    idea.batch = batch
    idea.version += 1
