"""The cast and town of the access matrix, and a way to send any bytes to any form of it."""

import pytest

from tests.house.access import Walker, client_of, routes, table
from tests.house.conftest import (  # noqa: F401 - the cast
    _house_of_tests,
    _pictures,
    _quiet_house,
    agent,
    brand,
    fresh_memory,
    member,
    moderator,
    other_member,
    owner,
    people,
    signed_in,
    standing,
    stranger,
    things,
)
from tests.input.sending import Sender


@pytest.fixture
def sender(people, things, settings):
    """Return a function that gives somebody who sends forms in a language."""
    settings.ALLOWED_HOSTS = ["testserver"]

    def make(actor="member", language="fa", **options):
        member = people[actor]
        if member is not None:
            type(member).objects.filter(pk=member.pk).update(language=language)
        client = client_of(member, **options)
        client.cookies["language"] = language
        return Sender(Walker(client, things), {route.name: route for route in routes()}, table())

    return make
