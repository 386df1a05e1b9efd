"""The house's executor leaves the schema that Django's own would leave, and goes back as Django does."""

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from patogh.conf.settings import database
from patogh.kit.migrating import ForwardExecutor

# Tables, foreign keys, indexes and constraints upon each other, columns that changed later, triggers.
ROOMS = ("activity", "search", "usersessions", "mfa")


@pytest.fixture
def migrated(tmp_path, django_db_blocker):
    """Return a function that migrates some rooms in a database of its own; then the connection, until the test's end."""
    opened = []

    def make(executor):
        handler = ConnectionHandler({"default": {**database(""), "NAME": str(tmp_path / executor.__name__)}})
        connection = handler["default"]
        opened.append(connection)
        made = executor(connection)
        made.migrate([node for node in made.loader.graph.leaf_nodes() if node[0] in ROOMS])
        return connection

    with django_db_blocker.unblock():
        yield make
        for connection in opened:
            connection.close()


def schema(connection) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
        return cursor.fetchall()


@pytest.mark.sqlite
def test_our_way_forwards_ends_in_the_schema_of_djangos(migrated):
    ours, theirs = schema(migrated(ForwardExecutor)), schema(migrated(MigrationExecutor))
    assert len(ours) > 40
    assert ours == theirs


@pytest.mark.sqlite
def test_the_way_back_is_djangos_own(migrated):
    connection = migrated(ForwardExecutor)
    state = ForwardExecutor(connection).migrate([("search", None), ("mfa", "0001_initial")])
    assert type(state) is ProjectState
    names = {name for kind, name, *_ in schema(connection) if kind == "table"}
    assert not any(name.startswith("search_") for name in names)
    assert "mfa_authenticator" in names
