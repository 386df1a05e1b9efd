"""A source with its key, and a program that sends with it."""

import json

import pytest
from django.test import Client

from patogh.api.intake import keys, pace, queries
from patogh.api.intake.actions.sources import SourceWords, add_source


@pytest.fixture(autouse=True)
def _fresh():
    """Remember no keys, origins or counts of another test."""
    keys.forget()
    pace.forget()
    queries.forget()
    yield
    keys.forget()


class Sender:
    """A program with a write key."""

    def __init__(self, source, key: str) -> None:
        self.source, self.key, self.client = source, key, Client(raise_request_exception=False)

    def raw(self, call: str, body: bytes, key: str | None = None, kind="application/json", **headers: str):
        """Send bytes."""
        import base64

        said = {"Accept-Language": "en", **headers}
        name = self.key if key is None else key
        if name:
            said["Authorization"] = f"Basic {base64.b64encode(f'{name}:'.encode()).decode()}"
        return self.client.post(f"/v1/{call}", body, content_type=kind, headers=said)

    def send(self, call: str, body, **headers: str):
        """Send JSON and return the answer's JSON."""
        answer = self.raw(call, json.dumps(body).encode(), **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def batch(self, *events, **root):
        """Send a batch."""
        return self.send("batch", {"batch": list(events), **root})

    def fault(self, event) -> tuple[str, str]:
        """Send one event beside a good one and return the code and field of its refusal."""
        good = {"type": "track", "userId": "good", "event": "Looked"}
        said = self.batch(event, good)
        assert (said["success"], said["accepted"], len(said["errors"])) == (False, 1, 1), said
        assert said["errors"][0]["index"] == 0 and said["errors"][0]["message"]
        return said["errors"][0]["code"], said["errors"][0]["field"]


@pytest.fixture
def source_of(owner):
    """Make a source of any kind; returns a sender."""

    def made(**words) -> Sender:
        return Sender(*add_source(SourceWords(**{"name": "فروشگاه", **words}), by=owner))

    return made


@pytest.fixture
def server(source_of) -> Sender:
    """A server whose key is secret but proves nothing."""
    return source_of()
