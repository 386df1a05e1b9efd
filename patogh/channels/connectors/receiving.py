"""A call to a setup's address: read by its connector, kept, and only then answered."""

from __future__ import annotations

import logging
from dataclasses import replace

from patogh.channels.connectors import arrivals, letters, limits, queries
from patogh.channels.connectors.actions import dead
from patogh.channels.connectors.contract import Answered, Arrival, Call, Connector, Forged, Unreadable
from patogh.channels.connectors.errors import SetupOff, StillUnreadable
from patogh.channels.connectors.running import connector_of, running, told
from patogh.channels.models import DeadLetter, Setup
from patogh.kit.errors import Busy, PatoghError
from patogh.people.models import Member

logger = logging.getLogger(__name__)


def receive(setup: Setup, call: Call) -> Answered:
    """Read a call and keep what arrived; returns the answer after the commit.

    Raises Forged (nothing is kept), SetupOff (503 with Retry-After: the sender keeps it), StorageBusy. What cannot be read
    is a dead letter and answered with 202, so that the sender stops.
    """
    if setup.state == "off" or queries.halted() is not None:
        raise SetupOff(retry_after_s=limits.HALTED_RETRY_S)
    at_work = running(setup)
    try:
        answered = connector_of(setup).receive(at_work, call)
    except (Forged, Busy):
        raise
    except Exception as error:  # noqa: BLE001 - nothing that came may be lost by a mistake in a connector
        return _laid_aside(setup, call, _why(setup, error))
    arrivals.take(setup.pk, answered.arrivals, None, answered.later, answered.noted)
    return replace(answered, arrivals=(), later=(), noted={})


def replay(letter: DeadLetter, *, by: Member | None) -> arrivals.Taken:
    """Read a dead letter once more; raises NotWaiting, StillUnreadable (with why), SetupOff."""
    setup = letter.setup
    try:
        found = _arrivals(connector_of(setup), setup, letter)
    except Exception as error:
        why = _why(setup, error)
        dead.note_still_dead(letter, why)
        raise StillUnreadable(why=why) from error
    taken = arrivals.take(setup.pk, found)
    if taken.dead:
        letter.refresh_from_db()
        raise StillUnreadable(why=letter.fault)
    dead.settle_replayed(letter, by=by)
    return taken


def replay_all(setup: Setup, *, by: Member | None) -> tuple[int, int]:
    """Read the oldest dead letters of a setup once more; returns how many were taken and how many were not."""
    done = left = 0
    rows = queries.open_letters(setup).select_related("setup").order_by("pk")[: limits.REPLAYED_A_TIME_MAX]
    for letter in rows:
        try:
            replay(letter, by=by)
            done += 1
        except PatoghError:
            left += 1
    return done, left


def _arrivals(connector: Connector, setup: Setup, letter: DeadLetter) -> tuple[Arrival, ...]:
    """Return what a letter says now."""
    form = letter.headers.get("form")
    if form == "call":
        return connector.receive(running(setup), letters.call_of(letter)).arrivals
    if form == "arrival":
        return (letters.read(bytes(letter.body)),)
    if form == "polled":
        return connector.replayed(running(setup), bytes(letter.body))
    raise Unreadable("this is an answer to a question; the next asking brings it again")


def _laid_aside(setup: Setup, call: Call, why: str) -> Answered:
    dead.lay_aside(setup, call.body, letters.headers_of(call), why, letters.words_of(call))
    return Answered(status=202, body=b"kept, and looked at by somebody\n")


def _why(setup: Setup, error: Exception) -> str:
    """Return what is wrong, for the team."""
    if not isinstance(error, PatoghError):
        logger.error("the connector %s failed to read a call", setup.connector, exc_info=error)
        return type(error).__name__
    return told(error, running(setup))
