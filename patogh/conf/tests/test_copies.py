import contextlib
import json
import sqlite3

import pytest

from patogh.activity.tests.conftest import _own_registry, feel_pulse, file_database  # noqa: F401 - fixtures
from patogh.conf import copies
from patogh.conf.preflight import CannotStart


def quiet(_label, _done, _total) -> None:
    """Show nothing."""


@pytest.fixture
def house(file_database, tmp_path, settings):
    """A data folder with a database, a picture and a key."""
    data = tmp_path
    (data / "media" / "ab").mkdir(parents=True)
    (data / "media" / "ab" / "picture.webp").write_bytes(b"picture")
    (data / "secret.key").write_text("key")
    settings.DATA = data
    feel_pulse("before")
    return data


@pytest.fixture
def copy(house, tmp_path_factory):
    """A backup of the house."""
    target = tmp_path_factory.mktemp("copies") / "copy"
    copies.back_up(target, quiet)
    return target


def pulses(path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as opened:
        return {name for (name,) in opened.execute("SELECT name FROM activity_pulse")}


def test_a_backup_holds_everything_and_counts_it(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    assert set(manifest["files"]) == {"media/ab/picture.webp", "patogh.sqlite3", "secret.key"}
    assert manifest["rows"]["activity_activity"] == 1
    assert pulses(copy / "patogh.sqlite3") == {"before"}


def test_a_restored_backup_is_as_it_was(copy, tmp_path_factory):
    fresh = tmp_path_factory.mktemp("fresh") / "data"
    copies.restore(copy, fresh, force=False, progress=quiet)
    assert pulses(fresh / "patogh.sqlite3") == {"before"}
    assert (fresh / "media" / "ab" / "picture.webp").read_bytes() == b"picture"
    assert (fresh / "secret.key").read_text() == "key"


def test_a_restore_does_not_overwrite_without_force(copy, house):
    feel_pulse("after")
    with pytest.raises(CannotStart, match="--force"):
        copies.restore(copy, house, force=False, progress=quiet)
    assert pulses(house / "patogh.sqlite3") == {"before", "after"}


def test_a_forced_restore_lays_aside_what_was_there(copy, house):
    feel_pulse("after")
    copies.restore(copy, house, force=True, progress=quiet)
    assert pulses(house / "patogh.sqlite3") == {"before"}
    (aside,) = house.glob("before-restore-*")
    assert pulses(aside / "patogh.sqlite3") == {"before", "after"}


def test_the_key_and_the_head_of_the_log_are_not_copied_and_stay_where_they_are(house, tmp_path_factory):
    (house / "book").mkdir()
    (house / "book" / "nullifier").write_text("0f" * 32)
    (house / "book" / "key").write_text("PRIVATE+KEY+…")
    copy = tmp_path_factory.mktemp("copies") / "copy"
    assert not [name for name in copies.back_up(copy, quiet)["files"] if name.startswith("book")]
    copies.restore(copy, house, force=True, progress=quiet)
    assert (house / "book" / "key").exists() and (house / "book" / "nullifier").exists()


@pytest.mark.parametrize("name", ["patogh.sqlite3", "media/ab/picture.webp", "secret.key"])
def test_a_damaged_backup_is_refused(copy, tmp_path_factory, name):
    body = bytearray((copy / name).read_bytes())
    body[len(body) // 2] ^= 1
    (copy / name).write_bytes(body)
    with pytest.raises(CannotStart, match="damaged"):
        copies.restore(copy, tmp_path_factory.mktemp("fresh"), force=False, progress=quiet)


def test_a_backup_with_a_file_missing_is_refused(copy):
    (copy / "secret.key").unlink()
    with pytest.raises(CannotStart, match="missing"):
        copies.verified(copy, quiet)


@pytest.mark.parametrize(
    "manifest", ["", "{}", "[]", '{"format": 9, "files": {}}', '{"format": 1, "files": {"../../etc/passwd": {}}}']
)
def test_a_folder_that_is_no_backup_is_refused(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(CannotStart):
        copies.verified(tmp_path, quiet)


def test_a_backup_does_not_overwrite_another(copy):
    with pytest.raises(CannotStart, match="exists"):
        copies.back_up(copy, quiet)


def test_a_failed_backup_leaves_nothing_behind(house, tmp_path_factory, monkeypatch):
    target = tmp_path_factory.mktemp("copies") / "copy"

    def fail(*_rest):
        raise OSError("no room")

    monkeypatch.setattr(copies, "_copy_files", fail)
    with pytest.raises(OSError, match="no room"):
        copies.back_up(target, quiet)
    assert list(target.parent.iterdir()) == []
