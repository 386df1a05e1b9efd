"""The hangout's own cast: a space for everybody, one behind a door, and a question somebody asked."""

import pytest
from django.core.management import call_command
from django.db import connection, connections

from patogh.activity import door
from patogh.activity.models import ErasureDoor
from patogh.conf.settings import database
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Space, Topic
from patogh.hangout.pace import forget_pace
from tests import template


@pytest.fixture
def space(owner) -> Space:
    """Repairs, open to everybody."""
    return actions.open_space(SpaceFacts("repair", "تعمیر و نگهداری", "Repair"), by=owner)


@pytest.fixture
def hidden_space(owner, space) -> Space:
    """The workshop's own corner."""
    return actions.open_space(SpaceFacts("workshop", "پشت کارگاه", access="private"), by=owner)


@pytest.fixture
def question(space, member) -> Topic:
    """Mina asks about her hub."""
    return actions.open_topic(
        space, NewTopic("توپی عقب تق‌تق می‌کند", "در سرازیری صدا می‌دهد.", "question", ("توپی", "صدا")), by=member
    )


@pytest.fixture
def answer(question, other_member):
    """Reza answers."""
    return actions.reply(question, NewReply("خار خلاص‌کن را چرب کنید."), by=other_member)


@pytest.fixture(autouse=True)
def _own_pace():
    """Let nobody be out of breath from the test before."""
    forget_pace()


@pytest.fixture
def many_hands(tmp_path, settings, monkeypatch, django_db_blocker):
    """A database that threads can write at once: a file behind the group door, or PostgreSQL with real transactions (mark the test so)."""
    if connection.vendor != "sqlite":
        yield
        ErasureDoor.objects.create()  # the test's database is emptied afterwards, the road too
        return
    described = connections.configure_settings({"default": {**database(""), "NAME": tmp_path / "hands.sqlite3"}})[
        "default"
    ]
    before, before_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = described
    connections["default"] = connections.create_connection("default")
    monkeypatch.setattr(door, "_made", None)
    settings.DOOR = "group"
    with django_db_blocker.unblock():
        with template.turn():
            if not template.copied(tmp_path / "hands.sqlite3"):
                call_command("migrate", verbosity=0)
                template.keep(connections["default"].connection)
        yield
        connections["default"].close()
    connections.settings["default"] = before_settings
    connections["default"] = before
