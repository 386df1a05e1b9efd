"""A real mail server for the walks, which keeps what it gets."""

import re
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """Mails that arrived, by the address they were sent to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.arrived = threading.Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Take one mail."""
        with self.arrived:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.arrived.notify_all()
        return "250 taken"

    def last_to(self, address: str, *, timeout_s: float = 60) -> str:
        """Return the text of the last mail to an address, waiting for it."""
        return text_of(self.mail_to(address, timeout_s=timeout_s))

    def mail_to(self, address: str, words: str = "", *, timeout_s: float = 60) -> EmailMessage:
        """Return the last mail to an address whose text holds these words, waiting for it."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.mails if address in mail["To"] and (not words or words in text_of(mail))]

        with self.arrived:
            assert self.arrived.wait_for(lambda: bool(found()), timeout_s), f"no mail came to {address}"
            return found()[-1]

    def code_for(self, address: str) -> str:
        """Return the six digits of the last mail to an address."""
        found = re.search(r"^\s*(\d{6})\s*$", self.last_to(address), re.MULTILINE)
        assert found, "the mail holds no code"
        return found.group(1)


def text_of(mail: EmailMessage) -> str:
    """Return what a mail says in plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def opened() -> tuple[Mailbox, Controller]:
    """Return a mailbox and the running server behind it, at a port of its own."""
    from tests.browser.house import free_port

    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    return mailbox, controller
