"""A database that threads can write at once, and a round of the review board with its people."""

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from patogh.activity import door
from patogh.activity.models import ErasureDoor
from patogh.conf.settings import database
from patogh.conftest import made_member
from patogh.ideas.actions import batches
from patogh.ideas.models import BatchIdea
from patogh.ideas.tests import making
from tests import template


@pytest.fixture
def many_hands(tmp_path, settings, monkeypatch, django_db_blocker):
    """A file behind the group door, or PostgreSQL with real transactions (mark the test so)."""
    if connection.vendor != "sqlite":
        yield
        ErasureDoor.objects.create()  # the test's database is emptied afterwards, the road too
        return
    path = tmp_path / "hands.sqlite3"
    described = connections.configure_settings({"default": {**database(""), "NAME": path}})["default"]
    before, before_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = described
    connections["default"] = connections.create_connection("default")
    monkeypatch.setattr(door, "_made", None)
    settings.DOOR = "group"
    with django_db_blocker.unblock():
        with template.turn():
            if not template.copied(path):
                call_command("migrate", verbosity=0)
                template.keep(connections["default"].connection)
        yield
        connections["default"].close()
    connections.settings["default"] = before_settings
    connections["default"] = before


@pytest.fixture
def here(owner):
    return making.programme(owner)


@pytest.fixture
def batch(here):
    return batches.keep_open(here.pk, timezone.now())


@pytest.fixture
def analyst(brand):
    return made_member("laleh", "لاله پارسا", "analyst")


@pytest.fixture
def entry(here, batch, member, owner):
    idea = making.in_review(member, here, by=owner)
    return BatchIdea.objects.select_related("batch", "idea").get(idea=idea)


@pytest.fixture
def asked(entry, batch, owner, moderator, analyst):
    """Navid and Laleh are asked to score; returns the entry."""
    for one in (moderator, analyst):
        batches.add_reviewer(batch, one, by=owner)
    return entry


@pytest.fixture
def seen(monkeypatch):
    """Witnesses have seen every line."""
    monkeypatch.setattr("patogh.ideas.actions.deciding.require_witnessed", lambda _line: None)
