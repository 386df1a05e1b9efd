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
    from patogh.people.consent.closing import closed
    from patogh.people.consent.gate import allowed, may_send
    from patogh.people.consent.purposes import PURPOSES, Purpose, purpose, purposes
    from patogh.people.consent.senders import Sender, sender, senders
    from patogh.people.consent.standing import Standing, standing
    from patogh.people.consent.texts import text_of
    from patogh.people.consent.ways import Way, way, way_of, ways

_HOMES = {
    "give": "actions", "note_export": "actions", "rejoin": "actions", "take_consents": "actions", "withdraw": "actions",
    "withdraw_all": "actions", "write_text": "actions", "closed": "closing", "allowed": "gate", "may_send": "gate",
    "PURPOSES": "purposes", "Purpose": "purposes", "purpose": "purposes", "purposes": "purposes", "Sender": "senders",
    "sender": "senders", "senders": "senders", "Standing": "standing", "standing": "standing", "text_of": "texts",
    "Way": "ways", "way": "ways", "way_of": "ways", "ways": "ways",
}  # fmt: skip
__all__ = [
    "PURPOSES", "Purpose", "Sender", "Standing", "Way", "allowed", "closed", "give", "may_send", "note_export", "purpose",
    "purposes", "rejoin", "sender", "senders", "standing", "take_consents", "text_of", "way", "way_of", "ways", "withdraw",
    "withdraw_all", "write_text",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name from its module, on first use: senders of lower layers import this package early."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"patogh.people.consent.{_HOMES[name]}"), name)
