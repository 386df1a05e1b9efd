"""The demo's shop: a bicycle lamp and a bell, and how to say what was ordered."""

from __future__ import annotations

import datetime as dt

import pytest

from patogh.shop import actions
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts, ReturnFacts

MORNING = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def lamp(owner):
    """A lamp on the shelf."""
    return actions.release_product(
        actions.put_product(ProductFacts("LAMP", "چراغ عقب", "Rear lamp", price_minor=6_800_000, unit="IRR"), by=owner),
        by=owner,
    )


@pytest.fixture
def bell(owner):
    """A bell, in the making."""
    return actions.put_product(ProductFacts("BELL", "زنگ"), by=owner)


def line(sku="LAMP", quantity=2, net=13_600_000, **words) -> LineFacts:
    """One line, as it usually is."""
    return LineFacts(sku, quantity, net, words.pop("unit", "IRR"), words.pop("sold_at", MORNING), **words)


def order(number="1001", *lines, **words) -> OrderFacts:
    """One order, of two lamps unless it is said otherwise."""
    return OrderFacts(number, lines or (line(),), **words)


def back(order="1001", quantity=1, net=6_800_000, **words) -> ReturnFacts:
    """One lamp that came back the day after."""
    return ReturnFacts(
        order,
        quantity,
        net,
        words.pop("unit", "IRR"),
        words.pop("returned_at", MORNING + dt.timedelta(days=1)),
        **words,
    )
