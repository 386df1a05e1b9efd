"""A real mail server that can be told to refuse, a clock to move, and somebody who gives cause for notices."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from patogh.channels import tasks
from patogh.kit.ids import uuid7
from patogh.people.actions import give_notice


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postman:
    """What arrived, and what the server answers: `answers` are used up one a mail, then "250 taken"."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.rcpt_answers: list[str] = []
        self.taken_silently = threading.Event()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept a recipient, or refuse as told."""
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        """Take one mail, or answer as told."""
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    """A mail server at a port of its own."""
    handler = Postman()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 2
    settings.SITE_URL = "https://rekab.example"
    yield handler
    controller.stop()


@pytest.fixture
def tell(other_member):
    """Return a function by which Reza gives somebody cause for a notice; mails about one topic are one thread."""

    def give(member, kind="hangout.replied", *, title="زنجیر روغن‌کاری می‌خواهد؟", topic=7, subject=None):
        return give_notice(
            member, kind, subject or other_member, actor=other_member, activity_id=uuid7(),
            url=f"/t/{topic}", title=title, thread=f"hangout.topic:{topic}",
        )  # fmt: skip

    return give


@pytest.fixture
def clock():
    """Return the hands of a clock that tests move: a function of minutes ahead of a Sunday morning in Tehran."""
    import time_machine

    start = dt.datetime(2026, 11, 22, 6, 30, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as traveller:
        yield lambda minutes: traveller.move_to(start + dt.timedelta(minutes=minutes))


def let_out() -> None:
    """Do one turn of the worker's for mail."""
    tasks.deliver_due("mail")
