"""Supports counted again from a book alone: one of each person stands behind an idea, and what moves tell is held to it."""

import json

import pytest

from patogh.ledger.errors import LogStopped
from patogh.ledger.signing import nullifiers
from patogh.ledger.tests.making import House, Log, Writer
from patogh.ledger.verify import supports as counting
from patogh.ledger.verify.log import Question, verify

VKEY = House().signer.vkey
MINA, REZA = "aa" * 32, "bb" * 32


class Told:
    """A book of supports in the making."""

    def __init__(self):
        self.writer, self.entries = Writer(), []

    def support(self, person, idea=7):
        """Enter a support and return its id."""
        self.entries.append(self.writer.entry("support.v1", idea=idea, by="cc" * 32, nullifier=person))
        return json.loads(self.entries[-1])["id"]

    def back(self, entry, idea=7):
        """Enter that a support was taken back."""
        self.entries.append(self.writer.entry("support.withdrawn.v1", idea=idea, support=entry))

    def moved(self, supporters, idea=7):
        """Enter a move that tells how many stand there."""
        self.entries.append(self.writer.entry("idea.moved.v1", idea=idea, stage="review", supporters=supporters))

    def verdict(self, folder):
        """Return the report of the verifier."""
        log = Log(folder).append(self.entries)
        log.seal()
        return verify(Question(str(log.folder), vkey=VKEY))


def test_what_stands_is_counted_by_idea(tmp_path):
    told = Told()
    mine = told.support(MINA)
    told.support(REZA)
    told.support(MINA, idea=8)
    told.back(mine)
    told.support(MINA)
    report = told.verdict(tmp_path)
    assert (report.counts, report.facts["supports"]) == ({}, {"7": 2, "8": 1})
    assert "ok.supports" in {claim.code for claim in report.proved}


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda told: (told.support(MINA), told.support(MINA)), "support.twice"),
        (lambda told: (told.support(MINA), told.back("ee" * 16)), "support.unknown"),
        (lambda told: told.back(told.support(MINA, idea=8)), "support.unknown"),
        (lambda told: [told.back(mine) for mine in [told.support(MINA)] * 2], "support.unknown"),
        (lambda told: (told.support(MINA), told.moved(1_000)), "support.count"),
    ],
    ids=["one person twice", "nobody's support", "another idea's", "taken back twice", "a larger number told"],
)
def test_a_book_that_counts_somebody_twice_is_found_out(tmp_path, lie, code):
    told = Told()
    lie(told)
    assert set(told.verdict(tmp_path).counts) == {code}


def test_a_large_book_is_sorted_on_disk_and_says_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "_IN_MEMORY_BYTES_MAX", 100)
    told = Told()
    for person in range(300):
        told.support(f"{person:032x}" * 2)
    told.support(f"{5:032x}" * 2)
    report = told.verdict(tmp_path)
    assert report.counts == {"support.twice": 1}
    assert report.facts["supports"] == {"7": 301}


def test_a_mark_is_the_same_for_one_account_and_idea_only_and_its_key_stays(settings, tmp_path):
    settings.DATA = tmp_path
    first = nullifiers.nullifier(7, 1)
    nullifiers._key.cache_clear()
    assert first == nullifiers.nullifier(7, 1)
    assert len({first, nullifiers.nullifier(7, 2), nullifiers.nullifier(8, 1), nullifiers.nullifier(71, 1)}) == 4
    assert (tmp_path / "book/nullifier").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "ab" * 33])
def test_a_broken_key_stops_with_a_sentence(settings, tmp_path, text):
    settings.DATA = tmp_path
    (tmp_path / "book").mkdir()
    (tmp_path / "book/nullifier").write_text(text)
    (tmp_path / "book/nullifier").chmod(0o600)
    with pytest.raises(LogStopped):
        nullifiers.nullifier(7, 1)


def test_a_key_that_others_may_read_is_refused(settings, tmp_path):
    settings.DATA = tmp_path
    nullifiers.nullifier(7, 1)
    (tmp_path / "book/nullifier").chmod(0o644)
    nullifiers._key.cache_clear()
    with pytest.raises(LogStopped):
        nullifiers.nullifier(7, 1)
