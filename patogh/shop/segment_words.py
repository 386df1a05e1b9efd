"""What rules of segments may ask of orders: how often, for how much, what came back, and by whose code somebody came."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patogh.kit.hooks import hookimpl, plug
from patogh.segments.vocabulary import Relation, Word
from patogh.shop.actions.redeeming import REDEEMED
from patogh.shop.models import Order, Redemption

_ORDERS = (
    "SELECT buyer_id AS identity_id, ordered_at AS at, net_minor AS value, unit AS unit FROM shop_order "
    "WHERE state <> 'cancelled' AND buyer_id IS NOT NULL"
)
_RETURNS = (
    "SELECT bought.buyer_id AS identity_id, back.returned_at AS at, back.net_minor AS value, back.unit AS unit FROM shop_return back "
    "JOIN shop_orderline line ON line.id = back.line_id JOIN shop_order bought ON bought.id = line.order_id WHERE bought.buyer_id IS NOT NULL"
)
ANYONE: Final = "anyone"
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


@hookimpl
def segment_relations() -> list[Relation]:
    """Return by whose code of theirs somebody came; redemptions themselves tell when to ask again (`redeeming.touch`)."""
    return [
        Relation(
            "brought_by", "آمده با کدِ", "was brought by", brought_by, verbs=(REDEEMED,), touched=_nobody, read=read_bringer,
            words=bringer_words, hint=gettext_lazy("Handle, like @mina; nothing means anyone"), empty=ANYONE,
        )
    ]  # fmt: skip


def brought_by(identities: list[int], value: str) -> set[int]:
    """Return who of these bought with a code of a member, or of anyone, that counted; one query."""
    rows = Redemption.objects.filter(buyer__in=identities, state="counted", code__owner__isnull=False).order_by()
    wanted = value.removeprefix("@").lower()
    return {
        buyer
        for buyer, handle in rows.values_list("buyer_id", "code__owner__handle")
        if buyer is not None and (value == ANYONE or handle == wanted)
    }


def read_bringer(value: str, within: str) -> tuple[str, str]:  # noqa: ARG001 - what every relation is asked
    """Return a handle as it is kept, or "anyone"; anything else with why not."""
    if value == ANYONE:
        return ANYONE, ""
    if not value.startswith("@") or len(value) < 2:
        return value, _("Write a handle like @mina, or anyone.")
    return value, ""


def bringer_words(value: str, language: str) -> str:
    """Return the relation in words."""
    if value == ANYONE:
        return "با کدِ کسی آمده" if language == "fa" else "was brought by anyone"
    return f"با کدِ {value} آمده" if language == "fa" else f"was brought by {value}"


def _nobody(activity: Any) -> Iterable[int]:  # noqa: ARG001 - the shape of a touch
    return ()


plug(sys.modules[__name__])
