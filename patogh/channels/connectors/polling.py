"""One turn of asking: until there is nothing new, the turn has lasted long enough, or the setup was switched off."""

from __future__ import annotations

import logging
import time

from patogh.channels.connectors import arrivals, limits
from patogh.channels.connectors.actions import setups, turns
from patogh.channels.connectors.actions.dead import lay_aside
from patogh.channels.connectors.client import TurnOver
from patogh.channels.connectors.contract import ConnectorError, Polled, Running, SetupBroken, TryLater, Unreadable
from patogh.channels.connectors.errors import LettersFull, SetupOff
from patogh.channels.connectors.running import connector_of, running, told
from patogh.channels.models import Setup
from patogh.kit.errors import Busy

logger = logging.getLogger(__name__)


def poll(setup_id: int, *, now: bool = False) -> arrivals.Taken:
    """Take a turn of asking a setup, if it is due (or somebody says `now`) and nobody else does; every way it can go is
    written down.
    """
    if now:
        turns.postpone_poll(setup_id, 0)
    setup = turns.claim_polling(setup_id)
    if setup is None:
        return arrivals.Taken()
    try:
        return _poll(setup)
    finally:
        turns.release(setup_id, "asking_until")


def _poll(setup: Setup) -> arrivals.Taken:
    """Ask, keep, and go on while there is more."""
    taken, at_work = arrivals.Taken(), None
    ends = time.monotonic() + limits.TURN_S_MAX
    cursor = setup.cursor
    try:
        connector, at_work = connector_of(setup), running(setup)
        while time.monotonic() < ends:
            polled = connector.poll(at_work, cursor)
            wait_s = min(max(polled.wait_s, limits.WAIT_S_MIN), limits.WAIT_S_MAX)
            taken = taken + arrivals.take(
                setup.pk, polled.arrivals, arrivals.Onward(polled.cursor, wait_s, _letters(polled, at_work))
            )
            if polled.wait_s > 0 or dict(polled.cursor) == dict(cursor):
                break
            cursor = dict(polled.cursor)
    except SetupOff:
        return taken
    except LettersFull as error:
        turns.note_poll_fault(setup, told(error), None)
    except Busy:
        turns.postpone_poll(setup.pk, limits.BACK_OFF_S_MIN)
    except TurnOver:
        turns.postpone_poll(setup.pk, limits.WAIT_S_MIN)
    except Exception as error:  # noqa: BLE001 - whatever a connector does is a fault of its setup and of nothing else
        note_fault(setup, at_work, error)
    return taken


def _letters(polled: Polled, at_work: Running) -> tuple[tuple[bytes, str], ...]:
    """Return what of an answer could not be read, with why."""
    return tuple((letter.body, told(letter, at_work)) for letter in polled.letters)


def note_fault(setup: Setup, at_work: Running | None, error: Exception) -> None:
    """Write down what went wrong when a setup was asked."""
    words = told(error, at_work) if isinstance(error, ConnectorError) else type(error).__name__
    if not isinstance(error, ConnectorError):
        logger.error("the connector %s failed", setup.connector, exc_info=error)
    if isinstance(error, SetupBroken):
        setups.break_setup(setup, words)
        return
    if isinstance(error, Unreadable) and error.body:
        lay_aside(setup, error.body[: limits.ATTACHMENT_BYTES_MAX], {"form": "poll"}, words)
    turns.note_poll_fault(setup, words, error.after_s if isinstance(error, TryLater) else None)
