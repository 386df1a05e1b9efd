"""The API's own cast: a space, a question with an answer, something behind a door, and programs that act for members."""

import json

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from patogh.api import actions, pace
from patogh.api.scopes import SCOPES
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Space, Topic
from patogh.hangout.pace import forget_pace
from patogh.people.models import Member

V1 = "/api/v1"


class Program:
    """A program with a token of somebody's."""

    def __init__(self, secret: str, **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.secret, self.headers = secret, headers

    def ask(self, method: str, path: str, body=None, **headers: str):
        """Send a request and return the answer."""
        said = {"Authorization": f"Bearer {self.secret}", **self.headers, **headers}
        data = (
            b"" if body is None else body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        )
        kind = "application/json" if data else ""
        return self.client.generic(method, f"{V1}{path}", data, headers.pop("Content-Type", kind), headers=said)

    def get(self, path: str, **headers: str):
        return self.ask("GET", path, **headers)

    def post(self, path: str, body=None, **headers: str):
        return self.ask("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body=None, **headers: str):
        return self.ask("PUT", path, {} if body is None else body, **headers)

    def patch(self, path: str, body=None, **headers: str):
        return self.ask("PATCH", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: str):
        return self.ask("DELETE", path, **headers)

    def upload(self, path: str, **fields):
        """Send a form with files."""
        return self.client.post(f"{V1}{path}", fields, headers={"Authorization": f"Bearer {self.secret}"})


@pytest.fixture
def application():
    """The WSGI application itself, which must not close the connection that holds the test's transaction.

    Django's own test client sees to that in the same way; a connection of SQLite in memory is never closed.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def program():
    """Return a function that gives a program of somebody, with all scopes or these."""

    def make(member, *scopes: str, level: int = 2, **headers: str) -> Program:
        Member.objects.filter(pk=member.pk).update(trust_level=level)
        _, secret = actions.make_token("برنامهٔ من", list(scopes or SCOPES), by=member)
        return Program(secret, **headers)

    return make


@pytest.fixture
def space(owner) -> Space:
    """Repairs, open to everybody."""
    return talk.open_space(SpaceFacts("repair", "تعمیر", "Repair"), by=owner)


@pytest.fixture
def hidden_space(owner) -> Space:
    """The workshop's own corner."""
    return talk.open_space(SpaceFacts("workshop", "پشت کارگاه", access="private"), by=owner)


@pytest.fixture
def question(space, member) -> Topic:
    """Mina asks about her hub."""
    return talk.open_topic(
        space, NewTopic("توپی عقب تق‌تق می‌کند", "در سرازیری صدا می‌دهد.", "question", ("توپی",)), by=member
    )


@pytest.fixture
def answer(question, other_member):
    """Reza answers."""
    return talk.reply(question, NewReply("خار خلاص‌کن را چرب کنید."), by=other_member)


@pytest.fixture
def secret_topic(hidden_space, owner) -> Topic:
    """Something said behind the door."""
    return talk.open_topic(hidden_space, NewTopic("رازِ قناری‌زرد", "قناری‌زرد می‌خواند.", tags=("قناری‌زرد",)), by=owner)


@pytest.fixture(autouse=True)
def _own_pace():
    """Let nobody be out of breath from the test before."""
    forget_pace()
    pace.forget_pace()
