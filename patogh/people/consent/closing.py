"""What a message that needs consent has to carry: the way out, in the form of its channel."""

from __future__ import annotations

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from patogh.people.consent import aims, links
from patogh.people.models import Identity

SMS_WAY_OUT: Final = "لغو11"
_SMS_WAYS: Final = ("لغو11", "لغو ۱۱", "لغو۱۱", "لغو 11")


def closed(text: str, identity: Identity, purpose: str, channel: str, *, language: str = "fa", sender: str = "") -> str:
    """Return a message with its way out: «لغو11» under a text to a phone (the regulator's words), else the address of the choices.

    What needs no consent stays as it is.
    """
    if not aims.known(purpose).can_be_withdrawn:
        return text
    if channel == "sms":
        return text if any(way in text for way in _SMS_WAYS) else f"{text.rstrip()}\n{SMS_WAY_OUT}"
    with translation.override(language):
        return f"{text.rstrip()}\n\n{_('What may reach you:')} {links.address(identity, purpose, sender)}"


def way_out(identity: Identity, purpose: str, sender: str = "") -> str:
    """Return the address at which one click ends such messages (RFC 8058); "" for what needs no consent."""
    return links.address(identity, purpose, sender) if aims.known(purpose).can_be_withdrawn else ""
