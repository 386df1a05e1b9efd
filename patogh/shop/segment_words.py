"""What rules of segments may ask of orders: how often, for how much, and what came back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from patogh.kit.hooks import hookimpl, plug
from patogh.segments.vocabulary import Word
from patogh.shop.models import Order

_ORDERS = (
    "SELECT buyer_id AS identity_id, ordered_at AS at, net_minor AS value, unit AS unit FROM shop_order "
    "WHERE state <> 'cancelled' AND buyer_id IS NOT NULL"
)
_RETURNS = (
    "SELECT bought.buyer_id AS identity_id, back.returned_at AS at, back.net_minor AS value, back.unit AS unit FROM shop_return back "
    "JOIN shop_orderline line ON line.id = back.line_id JOIN shop_order bought ON bought.id = line.order_id WHERE bought.buyer_id IS NOT NULL"
)
_STREAM = ("shop.order_placed", "shop.order_changed", "shop.order_cancelled", "shop.order_returned")
_VERBS = ("shop.orders_taken", "shop.returns_taken", "shop.import_ended", "shop.import_stopped", *_STREAM)


def _buyers(activity: Any) -> Iterable[int]:
    """Return the buyers of a batch or file of orders, of what came back, or of one order of a stream."""
    if activity.verb in _STREAM:
        return [activity.identity_id] if activity.identity_id else []
    orders = Order.objects.filter(lines__brought=activity.subject_id).values_list("buyer_id", flat=True)
    backs = Order.objects.filter(lines__returns__brought=activity.subject_id).values_list("buyer_id", flat=True)
    return {buyer for buyer in (*orders.distinct(), *backs.distinct()) if buyer}


@hookimpl
def segment_words() -> list[Word]:
    """Return what can be counted and summed."""
    return [
        Word("ordered", "سفارش داده", "ordered", _VERBS, rows=_ORDERS, touched=_buyers),
        Word("spent", "خرید کرده", "spent", _VERBS, rows=_ORDERS, touched=_buyers, is_sum=True),
        Word("returned", "کالایی پس داده", "gave something back", _VERBS, rows=_RETURNS, touched=_buyers),
    ]


plug(sys.modules[__name__])
