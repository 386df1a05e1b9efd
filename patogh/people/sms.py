"""Text messages leave through one small interface; `PATOGH_SMS_SENDER` names the class that sends them."""

from __future__ import annotations

import sys
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsSender(Protocol):
    """Whoever can send a text to a phone; a provider's class implements this one method."""

    def send(self, phone: str, text: str) -> None:
        """Send `text` (at most three parts) to an E.164 number; raises OSError when the provider cannot be reached."""


class ConsoleSender:
    """Prints messages on standard error: right for a first look, wrong for a public house."""

    def send(self, phone: str, text: str) -> None:
        """Print the message in one line."""
        sys.stderr.write(f"SMS to {phone}: {text}\n")
        sys.stderr.flush()


class MemorySender:
    """Keeps messages for tests."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, phone: str, text: str) -> None:
        """Remember the message."""
        self.sent.append((phone, text))


def sender() -> SmsSender:
    """Return the configured sender."""
    made: SmsSender = import_string(settings.SMS_SENDER)()
    return made
