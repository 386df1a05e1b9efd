"""Trying a setup, and doing what its channel wants when it is switched on or off: requests, so outside of any action."""

from __future__ import annotations

from django.utils.translation import gettext as _

from patogh.channels.connectors import limits
from patogh.channels.connectors.actions import setups, turns
from patogh.channels.connectors.contract import ConnectorError, SetupBroken, TryLater, Unreachable
from patogh.channels.connectors.running import connector_of, running, told
from patogh.channels.models import Setup
from patogh.people.models import Member


def try_setup(setup: Setup, *, by: Member | None) -> str:
    """Try the settings; returns who we are there. Raises SetupBroken, TryLater and Unreachable with words for the team."""
    if setup.address.startswith(limits.MADE_UP):
        raise Unreachable(_("This channel belongs to the demo: nobody is asked and nothing leaves."))
    at_work = running(setup)
    try:
        who = connector_of(setup).tried(at_work)
    except ConnectorError as error:
        raise type(error)(told(error, at_work)) from error
    setups.note_tried(setup, who, by=by)
    return who


def open_setup(setup: Setup) -> None:
    """Do what the channel wants once; what cannot be done now is a fault that the job tries again."""
    _there(setup, "opened")


def close_setup(setup: Setup) -> None:
    """Undo it; a channel that is gone, or credentials that are, are no reason to try for ever."""
    _there(setup, "closed")


def _there(setup: Setup, what: str) -> None:
    if setup.address.startswith(limits.MADE_UP):
        return
    at_work = running(setup)
    try:
        getattr(connector_of(setup), what)(at_work)
    except SetupBroken as error:
        if what == "opened":
            setups.break_setup(setup, told(error, at_work))
    except TryLater as error:
        turns.note_fault(setup.pk, told(error, at_work))
        raise
    except ConnectorError as error:
        turns.note_fault(setup.pk, told(error, at_work))
