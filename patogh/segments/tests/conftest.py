"""What the tests of segments share: a segment that was filled, and a space to ask in."""

from __future__ import annotations

import pytest

from patogh.activity import jobs
from patogh.segments import actions, asked, relations, vocabulary
from patogh.shop import actions as shop
from patogh.shop.facts import ProductFacts


@pytest.fixture(autouse=True)
def _fresh_words():
    """Put the vocabulary together anew."""
    vocabulary.forget()
    relations.forget()
    yield
    asked.assume_none()
    vocabulary.forget()
    relations.forget()


@pytest.fixture
def make(owner):
    """Make a segment by a rule, and ask it of everybody."""

    def made(rule: str, name: str = "گروه"):
        segment = actions.make_segment(name, rule, by=owner)
        jobs.drain()
        segment.refresh_from_db()
        return segment

    return made


@pytest.fixture
def lamp(owner):
    """A lamp on the shelf."""
    facts = ProductFacts("LAMP", "چراغ عقب", "Rear lamp", price_minor=6_800_000, unit="IRR")
    return shop.release_product(shop.put_product(facts, by=owner), by=owner)
