"""A chat on one site, and asking as its script does."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse

from patogh.channels.chat import reading
from patogh.channels.tests.connectors.conftest import set_up  # noqa: F401 - a fixture
from patogh.people.models import Identity

SITE = "https://rekab.example"
SECRET = "a-secret-of-the-site-12345"
MINA, REZA = "m" * 40, "r" * 40


@pytest.fixture(autouse=True)
def _fresh():
    """Let no test count for the next."""
    cache.clear()


@pytest.fixture
def chat(brand, set_up):
    """A chat that stands on one site."""
    return set_up("chat")


@pytest.fixture
def ask(client, chat):
    """Return a function that asks as the script does."""

    def asked(what, said, site=SITE, language="fa", **more):
        body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
        place = f"{reverse('chat_door', args=[chat.address, what])}?language={language}"
        answer = client.post(place, body, content_type="text/plain;charset=UTF-8", headers={"Origin": site}, **more)
        return answer, json.loads(answer.content)

    return asked


def message(token=MINA, key="key-00000001", text="سلام", **more):
    """Return a message as the script sends it."""
    return {"token": token, "key": key, "text": text, **more}


def visitor(token=MINA):
    """Return who has a token."""
    return Identity.objects.get(kind="chat", value=reading.visitor({"token": token}))
