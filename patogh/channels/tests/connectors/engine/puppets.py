"""A connector that does what a test says, and what tests ask of its rows."""

from patogh.channels.connectors import registry
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Connector,
    Known,
    Polled,
)  # fmt: skip
from patogh.channels.models import Message, Setup
from patogh.channels.tests.connectors.conftest import NOW

WHO = Known("email", "mina@example.org", name="مینا")


def message(key="m-1", **more):
    return Arrival(key, "message", more.pop("who", WHO), more.pop("at", NOW), **{"text": "سلام", **more})


class Puppet(Connector):
    """A connector that does what the test says."""

    name, icon, fa, en = "webhook", "bell", "عروسک", "Puppet"
    can = frozenset({"receive", "poll", "send"})
    identity_kinds = ("email", "phone")
    secret_fields = ("secret",)
    sends_per_s = 1000.0
    form = registry.connector("webhook").form

    def __init__(self):
        self.says, self.sent, self.cursors, self.done = [], [], [], []

    def _next(self, default):
        said = self.says.pop(0) if self.says else default
        if isinstance(said, Exception):
            raise said
        return said() if callable(said) else said

    def poll(self, setup, cursor):
        self.cursors.append(dict(cursor))
        return self._next(Polled((), cursor, 60))

    def receive(self, setup, call):
        return self._next(Answered())

    def send(self, setup, message):
        said = self._next(f"there-{len(self.sent)}")
        self.sent.append(message)
        return said

    def work(self, setup, errand):
        self.done.append(errand)
        return self._next(())

    def fetched(self, setup, url, limit_bytes):
        return self._next((b"%PDF-1.7", "text/html"))


def fresh(row):
    return Setup.objects.get(pk=row.pk)


def state_of(row):
    return Message.objects.get(pk=row.pk).state
