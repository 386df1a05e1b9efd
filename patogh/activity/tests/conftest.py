"""What the tests of the road need: verbs of their own, and a database in a file where the door itself is tested."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from patogh.activity import door, jobs, registry
from patogh.activity.models import Pulse
from patogh.activity.road import record
from patogh.conf.settings import database


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch) -> None:
    """Let verbs, watchers and tasks of a test end with it."""
    monkeypatch.setattr(registry, "_verbs", dict(registry._verbs))
    monkeypatch.setattr(registry, "_watchers", registry._watchers.copy())
    monkeypatch.setattr(registry, "_after", registry._after.copy())
    monkeypatch.setattr(jobs, "_tasks", dict(jobs._tasks))
    registry.verb(
        "activity.pulse_felt", type="Create", fa="{actor} نبض را گرفت", en="{actor} felt the pulse", visible="staff"
    )


@pytest.fixture
def file_database(tmp_path, settings, monkeypatch, django_db_blocker) -> Iterator[str]:
    """Put the door before an SQLite file of this test, with real transactions and the writer thread."""
    path = tmp_path / "patogh.sqlite3"
    described = connections.configure_settings({"default": {**database(""), "NAME": path}})["default"]
    before, before_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = described
    connections["default"] = connections.create_connection("default")
    monkeypatch.setattr(door, "_made", None)
    settings.DOOR = "group"
    with django_db_blocker.unblock():
        call_command("migrate", "activity", verbosity=0)
        yield str(path)
        connections["default"].close()
    connections.settings["default"] = before_settings
    connections["default"] = before


@door.action
def feel_pulse(name: str, *, by=None, key: str | None = None) -> Pulse:
    """Write one row and its one activity."""
    pulse, _ = Pulse.objects.get_or_create(name=name, defaults={"beat_at": "2026-11-22T00:00:00Z"})
    record("activity.pulse_felt", by=by, subject=pulse, key=key, source="test" if key else "")
    return pulse
