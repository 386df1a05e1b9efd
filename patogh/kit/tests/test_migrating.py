"""The house's executor leaves the schema that Django's own would leave, and goes back as Django does."""

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from patogh.conf.settings import database
from patogh.kit.migrating import ForwardExecutor

# Tables, foreign keys, indexes and constraints upon each other, columns that changed later, triggers.
ROOMS = ("people", "search", "usersessions", "mfa")


@pytest.fixture
def migrated(tmp_path, django_db_blocker):
    """Return a function that migrates some rooms in a file of its own, which is the database until the test's end."""
    before, before_settings = connections["default"], connections.settings["default"]

    def make(executor):
        if connections["default"] is not before:
            connections["default"].close()
        described = {**database(""), "NAME": str(tmp_path / executor.__name__)}
        connections.settings["default"] = connections.configure_settings({"default": described})["default"]
        connections["default"] = connections.create_connection("default")
        made = executor(connections["default"])
        made.migrate([node for node in made.loader.graph.leaf_nodes() if node[0] in ROOMS])
        return schema(connections["default"])

    with django_db_blocker.unblock():
        yield make
        connections["default"].close()
    connections.settings["default"], connections["default"] = before_settings, before


def schema(connection) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
        return cursor.fetchall()


@pytest.mark.sqlite
def test_our_way_forwards_ends_in_the_schema_of_djangos(migrated):
    ours, theirs = migrated(ForwardExecutor), migrated(MigrationExecutor)
    assert len(ours) > 40
    assert ours == theirs


@pytest.mark.sqlite
def test_the_way_back_is_djangos_own(migrated):
    migrated(ForwardExecutor)
    connection = connections["default"]
    state = ForwardExecutor(connection).migrate([("usersessions", None), ("mfa", "0001_initial")])
    assert type(state) is ProjectState
    names = {name for kind, name, *_ in schema(connection) if kind == "table"}
    assert not any(name.startswith("usersessions_") for name in names)
    assert "mfa_authenticator" in names
