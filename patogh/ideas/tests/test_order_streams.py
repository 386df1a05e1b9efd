"""The makers' share of what a shop's own stream of orders tells."""

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest

from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.tests.connectors import cases
from patogh.ideas.models import RoyaltyCorrection, RoyaltyPeriod
from patogh.ideas.royalties.actions import close_period
from patogh.ideas.tests.royal import ABAN, NOW, on_sale

pytestmark = pytest.mark.django_db
AZAR, LATER = "1405-09", dt.datetime(2027, 1, 5, tzinfo=dt.UTC)


@pytest.fixture
def shop(owner):
    """Return a function by which a shop on Shopify delivers."""
    known = cases.settings_of("shopify", "127.0.0.1:9")
    setup = add_setup("shopify", Words("فروشگاه", known), by=owner)

    def deliver(client, topic, body):
        raw = json.dumps(body).encode()
        signed = base64.b64encode(hmac.new(known["secret"].encode(), raw, hashlib.sha256).digest()).decode()
        headers = {"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": signed}
        return client.post(f"/channels/{setup.address}/", raw, content_type="application/json", headers=headers)

    return deliver


def ordered(sku, **over):
    """Return the recorded order, of this product."""
    case = next(one for one in cases.cases("shopify") if one.name == "order").facts["call"]["body"]
    return {**case, "line_items": [{**case["line_items"][0], "sku": sku}], **over}


def test_an_order_of_a_shop_makes_the_months_line_and_a_refund_after_the_close_its_correction(
    member, owner, stranger, shop
):
    idea, product = on_sale(member, owner, unit="EUR")
    assert shop(stranger, "orders/create", ordered(product.sku)).status_code == 200
    (closed,) = close_period(idea, ABAN, now=NOW)
    assert (closed.unit, closed.net, closed.units_sold) == ("EUR", 9_000, 2)
    refund = next(one for one in cases.cases("shopify") if one.name == "refund").facts["call"]["body"]["refunds"]
    late = ordered(product.sku, updated_at="2026-11-20T09:00:00Z", refunds=refund)
    assert shop(stranger, "orders/updated", late).status_code == 200
    assert shop(stranger, "orders/updated", ordered(product.sku)).status_code == 200  # an older version, late
    (row,) = close_period(idea, AZAR, now=LATER)
    correction = RoyaltyCorrection.objects.get()
    assert (correction.about_id, correction.counted_in_id, correction.amount) == (closed.pk, row.pk, -4_000)
    closed.refresh_from_db()
    assert (closed.net, RoyaltyPeriod.objects.count()) == (9_000, 2)


def test_an_order_cancelled_after_the_close_is_taken_back_whole(member, owner, stranger, shop):
    idea, product = on_sale(member, owner, unit="EUR")
    shop(stranger, "orders/create", ordered(product.sku))
    close_period(idea, ABAN, now=NOW)
    shop(
        stranger,
        "orders/cancelled",
        ordered(product.sku, cancelled_at="2026-11-21T09:00:00Z", updated_at="2026-11-21T09:00:00Z"),
    )
    close_period(idea, AZAR, now=LATER)
    assert RoyaltyCorrection.objects.get().amount == -9_000
