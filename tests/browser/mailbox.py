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

    def last_to(self, address: str, *, timeout_s: float = 15) -> str:
        """Return the text of the last mail to an address, waiting for it."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: any(address in mail["To"] for mail in self.mails), timeout_s), (
                f"no mail came to {address}"
            )
            mail = [mail for mail in self.mails if address in mail["To"]][-1]
        body = mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def code_for(self, address: str) -> str:
        """Return the six digits of the last mail to an address."""
        found = re.search(r"^\s*(\d{6})\s*$", self.last_to(address), re.MULTILINE)
        assert found, "the mail holds no code"
        return found.group(1)


def opened() -> tuple[Mailbox, Controller]:
    """Return a mailbox and the running server behind it, at a port of its own."""
    from tests.browser.house import free_port

    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    return mailbox, controller
