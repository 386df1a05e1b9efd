"""Consent: what people agreed to, purpose by purpose, channel by channel, sender by sender, and the gate before every sender.

A row hangs on the identity that said it. What stands for a person is computed over the identities that are theirs now, and the
most restrictive word wins; so a merge lends nobody a consent, and its undoing needs nothing put back.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patogh.people.consent.actions import (
        give,
        note_export,
        rejoin,
        take_consents,
        withdraw,
        withdraw_all,
        write_text,
    )
    from patogh.people.consent.aims import PURPOSES, Purpose, purpose, purposes
    from patogh.people.consent.algebra import Standing, standing
    from patogh.people.consent.closing import closed, way_out
    from patogh.people.consent.gate import allowed, may_send
    from patogh.people.consent.places import Sender, sender, senders
    from patogh.people.consent.routes import Way, way, way_of, ways
    from patogh.people.consent.texts import text_of

_HOMES = {
    "give": "actions", "note_export": "actions", "rejoin": "actions", "take_consents": "actions", "withdraw": "actions",
    "withdraw_all": "actions", "write_text": "actions", "closed": "closing", "way_out": "closing", "allowed": "gate", "may_send": "gate",
    "PURPOSES": "aims", "Purpose": "aims", "purpose": "aims", "purposes": "aims", "Sender": "places",
    "sender": "places", "senders": "places", "Standing": "algebra", "standing": "algebra", "text_of": "texts",
    "Way": "routes", "way": "routes", "way_of": "routes", "ways": "routes",
}  # fmt: skip
__all__ = [
    "PURPOSES", "Purpose", "Sender", "Standing", "Way", "allowed", "closed", "give", "may_send", "note_export", "purpose",
    "purposes", "rejoin", "sender", "senders", "standing", "take_consents", "text_of", "way", "way_of", "way_out", "ways", "withdraw",
    "withdraw_all", "write_text",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from its module, on first use: senders of lower layers import this package early."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"patogh.people.consent.{_HOMES[name]}"), name)
