"""Orders that come as events are the shop's, where the source may say so."""

import pytest

from patogh.activity.jobs import drain
from patogh.api.models import IntakeTally
from patogh.shop import actions as shop
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Order, OrderLine, Return

ORDER = {"type": "track", "userId": "u-17", "event": "Order Completed", "messageId": "o-1", "properties": {
    "order_id": "501", "currency": "IRT", "email": "mina@example.org", "products": [{"sku": "L-1", "price": 250_000, "quantity": 2}]}}  # fmt: skip


@pytest.fixture
def store(source_of, owner):
    """A shop's server, and a lamp that it sells."""
    shop.put_product(ProductFacts("L-1", "چراغ", unit="IRR"), by=owner)
    return source_of(takes_orders=True)


def test_a_completed_order_is_an_order_in_rials_once(store):
    store.batch(ORDER, ORDER)
    store.batch({**ORDER, "messageId": "o-2"})
    drain()
    line = OrderLine.objects.get()
    assert (Order.objects.get().number, line.quantity, line.net_minor, line.unit) == ("501", 2, 5_000_000, "IRR")


def test_a_refund_of_products_or_of_the_whole_order_is_a_return(store):
    store.batch(ORDER)
    drain()
    store.batch({**ORDER, "event": "Order Refunded", "messageId": "r-1", "properties": {"order_id": "501"}})
    drain()
    back = Return.objects.get()
    assert (back.quantity, back.net_minor) == (2, 5_000_000)


def test_a_source_without_that_right_brings_no_orders(server):
    server.batch(ORDER)
    drain()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"order_id": ""}, {"currency": "XTS"}, {"products": []}, {"products": "x"}, {"products": [{"sku": "L-1", "price": 0.05, "quantity": 1}]}, {"products": [{"sku": "L-1", "price": "x"}]}, {"products": [{"sku": "L-1", "price": -1}]}, {"products": [{"sku": "L-1", "price": 1, "quantity": 0}]}, {"products": [{"sku": "none", "price": 1}]}],
)  # fmt: skip
def test_an_order_that_the_shop_cannot_take_is_counted_and_its_event_stays(store, change):
    assert store.batch({**ORDER, "properties": {**ORDER["properties"], **change}})["accepted"] == 1
    drain()
    assert IntakeTally.objects.get(outcome="order_refused").count == 1
    assert not OrderLine.objects.exists()
