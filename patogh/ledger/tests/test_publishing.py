"""The published folder on the disk: each second's tiles are flushed by themselves, many at once by one flush of the machine."""

import os
from pathlib import Path

import pytest

from patogh.ledger.actions import sealing
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.signing import files, publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def flushed(settings, tmp_path, monkeypatch):
    """Return what was flushed: files and folders by their names, "machine" for everything."""
    settings.DATA = tmp_path / "house"
    settings.DATA.mkdir()
    settings.BOOK_ORIGIN, settings.WITNESSES_INSIDE = "test.example/book", ""
    sealing.forget_comparison()
    found, fsync = [], os.fsync
    monkeypatch.setattr(os, "sync", lambda: found.append("machine"))
    monkeypatch.setattr(
        os, "fsync", lambda handle: (found.append(str(Path(f"/proc/self/fd/{handle}").readlink())), fsync(handle))[1]
    )
    return found


def grown(count: int, key: str) -> None:
    """Give some facts their leaves."""
    for number in range(count):
        enter("idea.withdrawn.v1", {"idea": number + 1}, key=f"{key}:{number}")
    append_waiting()


def test_a_seconds_tiles_are_flushed_by_themselves_before_the_checkpoint(flushed):
    grown(5, "a")
    seal()
    names = [path.removeprefix(f"{publishing.folder()}/") for path in flushed]
    drafts = ["tile/0/000.p/.5.draft", "tile/entries/000.p/.5.draft"]
    checkpoint = next(at for at, name in enumerate(names) if name.startswith(".checkpoint"))
    assert "machine" not in names
    for name in [*drafts, "tile/0/000.p", "tile/entries/000.p", "tile/0", "tile/entries", "tile"]:
        assert names.index(name) < checkpoint


def test_many_tiles_are_flushed_at_once(flushed, monkeypatch):
    monkeypatch.setattr(publishing, "FLUSHED_ONE_BY_ONE_MAX", 0)
    grown(5, "a")
    seal()
    assert flushed.count("machine") == 1 and not [path for path in flushed if ".draft" in path]


def test_a_checkpoint_that_stands_there_is_not_written_again(flushed):
    grown(2, "a")
    seal()
    note, writes = (publishing.folder() / "checkpoint").read_text("utf-8"), len(flushed)
    publishing.publish_checkpoint(note, {"vkey": (publishing.folder() / "vkey").read_text("utf-8")})
    assert len(flushed) == writes
    assert files.head().size == 2
