"""A database in a file with every table, where two threads may really meet before the door."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from patogh.activity import door
from patogh.conf.settings import database
from tests import template


@pytest.fixture
def busy_house(tmp_path, settings, monkeypatch, django_db_blocker) -> Iterator[None]:
    """Real transactions, the writer thread, and threads with connections of their own, on a copy of a migrated file."""
    path = tmp_path / "patogh.sqlite3"
    described = connections.configure_settings({"default": {**database(""), "NAME": str(path)}})["default"]
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
def at_once():
    """Return a function that runs calls in threads that begin together, and returns what each answered or raised."""
    import threading

    from django.db import connection

    def run(calls: list) -> list:
        start, answers = threading.Barrier(len(calls)), [None] * len(calls)

        def one(place: int) -> None:
            start.wait()
            try:
                answers[place] = calls[place]()
            except Exception as error:
                answers[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
