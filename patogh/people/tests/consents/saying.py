"""What people say in these tests, and whether it lets something through."""

from patogh.people import consent
from patogh.people.consent.errors import (
    NoConsent,
)
from patogh.people.models import Identity

SAID = {"words": "خبرها را با پیامک بفرستید", "method": "form", "language": "fa"}
NUMBER = "30001234"


def is_let(identity: Identity, purpose: str = "offers", channel: str = "sms", sender: str = NUMBER) -> bool:
    try:
        consent.may_send(identity, purpose, channel, sender)
    except NoConsent:
        return False
    return True
