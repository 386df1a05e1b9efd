import os
import socket
import sqlite3
from collections import namedtuple

import pytest

from patogh.conf import preflight
from patogh.conf.preflight import CannotStart

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def database(tmp_path, monkeypatch):
    """An SQLite file in the place where the settings say it is."""
    from patogh.conf import settings

    monkeypatch.setitem(settings.DATABASES, "default", {"NAME": tmp_path / "patogh.sqlite3"})
    return tmp_path / "patogh.sqlite3"


def test_a_taken_port_is_said_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"port {port} is taken; .*--port"):
            preflight.port_is_free("127.0.0.1", port)
        assert preflight.next_free_port("127.0.0.1", port - 1) != port


def test_an_address_of_another_machine_is_said():
    with pytest.raises(CannotStart, match="cannot listen at 203.0.113.9"):
        preflight.port_is_free("203.0.113.9", 8000)


def test_a_data_folder_that_is_a_file_is_said(tmp_path, monkeypatch):
    (tmp_path / "data").write_text("")
    monkeypatch.setenv("PATOGH_DATA", str(tmp_path / "data"))
    with pytest.raises(CannotStart, match="cannot be written"):
        preflight.folder_is_writable()


def test_a_data_folder_is_made_when_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATOGH_DATA", str(tmp_path / "deep" / "data"))
    assert preflight.folder_is_writable().is_dir()


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _path: Usage(100, 99, 1))
    with pytest.raises(CannotStart, match="is full"):
        preflight.disk_has_room(tmp_path)


def test_a_folder_without_a_database_says_how_to_make_one(database):
    with pytest.raises(CannotStart, match="patogh demo"):
        preflight.database_is_there()


def test_a_new_database_must_be_migrated(database):
    assert preflight.must_migrate()


def test_a_database_newer_than_the_code_is_refused(database):
    with sqlite3.connect(database) as opened:
        opened.execute("CREATE TABLE django_migrations (app text, name text)")
        rows = [*preflight.migrations_on_disk(), ("activity", "9999_from_the_future")]
        opened.executemany("INSERT INTO django_migrations VALUES (?, ?)", rows)
    with pytest.raises(CannotStart, match="newer than this code .*9999_from_the_future"):
        preflight.must_migrate()


def test_a_database_that_fits_needs_nothing(database):
    with sqlite3.connect(database) as opened:
        opened.execute("CREATE TABLE django_migrations (app text, name text)")
        opened.executemany("INSERT INTO django_migrations VALUES (?, ?)", preflight.migrations_on_disk())
    assert not preflight.must_migrate()


def test_a_file_that_is_no_database_is_said(database):
    database.write_bytes(os.urandom(8192))
    with pytest.raises(CannotStart, match="no database"):
        preflight.must_migrate()


def test_our_migrations_are_found_without_loading_django():
    assert ("activity", "0002_append_only") in preflight.migrations_on_disk()
