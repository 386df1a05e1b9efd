"""A database that threads can write at once, for what has to happen once."""

import pytest
from django.core.management import call_command
from django.db import connection, connections

from patogh.activity import door
from patogh.activity.models import ErasureDoor
from patogh.conf.settings import database
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
