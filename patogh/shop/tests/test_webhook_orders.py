"""Orders and customers that any program tells by the signed webhook, as its README shows them."""

import json
import re

import pytest
from django.utils import timezone

from patogh.channels.connectors import receiving
from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.contract import Call
from patogh.channels.connectors.registry import connector
from patogh.channels.models import DeadLetter
from patogh.channels.tests.connectors import cases
from patogh.people.models import Identity
from patogh.shop.models import Order, Return

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(owner):
    """Return a function by which a program tells something; it returns the status."""
    known = cases.settings_of("webhook", "127.0.0.1:9")
    setup = add_setup("webhook", Words("برنامه", known), by=owner)
    numbers = iter(range(100))

    def told(said):
        headers = {"webhook-id": f"msg_{next(numbers)}", "content-type": "application/json"}
        call = Call("POST", "", {}, headers, json.dumps(said).encode(), timezone.now())
        return receiving.receive(setup, cases.signed("webhook", known, call)).status

    return told


def example():
    """Return the order of the README."""
    words = (cases.folder(connector("webhook")) / "README.md").read_text("utf-8")
    return json.loads(re.search(r'\{"id": "order-.*?\}\}\n', words, re.DOTALL)[0])


def test_the_order_of_the_readme_is_an_order_with_what_came_back_once(tell, owner):
    assert [tell(example()), tell(example())] == [200, 200]
    order = Order.objects.get()
    assert (order.source, order.number, order.state, order.net_minor) == ("rekab.ir", "1001", "paid", 13_600_000)
    assert order.buyer == Identity.objects.get(kind="order-email", value="mina@example.org", verified_at=None)
    assert [(one.quantity, one.net_minor) for one in Return.objects.all()] == [(1, 6_800_000)]
    assert not DeadLetter.objects.exists()


def test_an_older_version_changes_nothing_and_a_newer_one_stands(tell, owner):
    said = example()
    tell(said)
    older, newer = (
        {**said, "id": day, "data": {**said["data"], "updated_at": day, "state": "cancelled"}}
        for day in ("2026-11-20T00:00:00Z", "2026-11-22T09:00:00Z")
    )
    tell(older)
    assert Order.objects.get().state == "paid"
    tell(newer)
    assert Order.objects.get().state == "cancelled"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"unit": "XYZ"},
        {"lines": "x"},
        {"lines": [{"number": 1}]},
        {"updated_at": "soon"},
        {"number": ""},
    ],
)
def test_an_order_that_is_none_waits_as_a_letter(tell, owner, change):
    said = example()
    assert tell({**said, "data": {**said["data"], **change}}) == 200
    assert (Order.objects.count(), DeadLetter.objects.count()) == (0, 1)
    assert DeadLetter.objects.get().fault


def test_what_came_back_alone_says_where_it_belongs(tell, owner):
    assert tell({**example(), "type": "return"}) == 202
    assert "order" in DeadLetter.objects.get().fault
