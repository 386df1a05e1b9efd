"""An order of Shopify (Admin API, webhooks) as one whole version of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from patogh.channels import orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, Unreadable

_CANCELLED: Final = frozenset({"voided", "expired"})
_PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})


class Reading:
    """Reads the orders of one shop; `settings` are those of its setup."""

    def __init__(self, settings: Mapping[str, Any], now: dt.datetime) -> None:
        self.settings, self.now = settings, now
        self.source = str(settings.get("source") or "shopify")

    def order(self, said: Mapping[str, Any]) -> Arrival | None:
        """Return an order, None for one that is a try."""
        key, customer = facts.whole(said.get("id")), facts.obj(said.get("customer"))
        if key is None:
            raise Unreadable("an order without id")
        email = said.get("email") or said.get("contact_email") or customer.get("email")
        if said.get("test") is True or orders.is_staff(self.settings.get("staff"), email):
            return None
        back = _pieces_back(said)
        lines = [line for row in facts.objs(said.get("line_items")) if (line := self._line(said, row, back))]
        at = facts.moment(said.get("processed_at") or said.get("created_at"), self.now)
        updated = facts.moment(said.get("updated_at") or said.get("created_at"), self.now)
        data = {
            "source": self.source, "number": facts.line(said.get("name"), 80) or str(key), "key": str(key),
            "updated_at": updated.isoformat(), "ordered_at": at.isoformat(), "state": _state(said), "unit": orders.unit_of(said.get("currency")),
            "lines": lines, "returns": self._returns(said, lines),
            "codes": orders.codes(one.get("code") for one in facts.objs(said.get("discount_codes"))),
            "shipping_minor": self._sum(said, facts.objs(said.get("shipping_lines")), "discounted_price"),
            "tax_minor": max(orders.minor(orders.amount(said.get("total_tax")), said.get("currency")), 0),
            "buyer": orders.buyer(self.source, facts.whole(customer.get("id")), _name(said, customer), email, _phone(said, customer)),
        }  # fmt: skip
        return orders.order_arrival(data, at)

    def customer(self, said: Mapping[str, Any]) -> Arrival:
        """Return what the shop says of a customer."""
        key, home = facts.whole(said.get("id")), facts.obj(said.get("default_address"))
        if not key:
            raise Unreadable("a customer without id")
        at = facts.moment(said.get("updated_at") or said.get("created_at"), self.now)
        who = orders.buyer(self.source, key, _name({}, said), said.get("email"), said.get("phone") or home.get("phone"))
        traits = {"city": facts.line(home.get("city"), 80), "country": facts.line(home.get("country_code"), 8)}
        return orders.customer_arrival({"source": self.source, "buyer": who, "traits": traits}, at)

    def _line(self, said: Mapping[str, Any], row: Mapping[str, Any], back: Mapping[int, int]) -> orders.Line | None:
        """Return a line: what was paid for it without discounts, and without tax where prices hold it. Vouchers are no goods."""
        number, pieces = facts.whole(row.get("id")), orders.quantity(row.get("quantity"))
        if number is None or number < 1 or not pieces or row.get("gift_card") is True:
            return None
        whole = orders.amount(row.get("price")) * pieces
        whole -= sum(
            (orders.amount(one.get("amount")) for one in facts.objs(row.get("discount_allocations"))), Decimal(0)
        )
        if said.get("taxes_included") is True:
            whole -= sum((orders.amount(one.get("price")) for one in facts.objs(row.get("tax_lines"))), Decimal(0))
        net, now = max(orders.minor(whole, said.get("currency")), 0), facts.whole(row.get("current_quantity"))
        stays = pieces if now is None else min(pieces, max(now, 0) + back.get(number, 0))
        if not stays:
            return None  # taken out of the order before it was ever refunded
        product = facts.whole(row.get("variant_id")) or facts.whole(row.get("product_id")) or ""
        return {
            "number": number, "sku": facts.line(row.get("sku"), 60), "product": str(product),
            "name": facts.line(row.get("name") or row.get("title"), 120), "quantity": stays, "net_minor": net * stays // pieces,
        }  # fmt: skip

    def _returns(self, said: Mapping[str, Any], lines: list[orders.Line]) -> list[dict[str, Any]]:
        told = [self._refund(said, one) for one in facts.objs(said.get("refunds"))]
        return orders.returns_of(
            lines, told, orders.minor(orders.amount(said.get("total_price")), said.get("currency")), None
        )

    def _refund(self, said: Mapping[str, Any], row: Mapping[str, Any]) -> orders.Refund:
        """Return one refund; what was given back more or less than its lines say stands as a discrepancy."""
        currency, is_gross = said.get("currency"), said.get("taxes_included") is True
        at = facts.moment(row.get("processed_at") or row.get("created_at"), self.now)
        refund = orders.Refund(facts.line(str(row.get("id")), 40), at)
        for item in facts.objs(row.get("refund_line_items")):
            net = orders.amount(item.get("subtotal")) - (orders.amount(item.get("total_tax")) if is_gross else 0)
            line = facts.whole(item.get("line_item_id"))
            if line is not None:
                refund.items.append((line, orders.quantity(item.get("quantity")), max(orders.minor(net, currency), 0)))
        adjusted = [one for one in facts.objs(row.get("order_adjustments")) if one.get("kind") == "refund_discrepancy"]
        off = orders.minor(sum((orders.amount(one.get("amount")) for one in adjusted), Decimal(0)), currency)
        refund.more_minor = max(-off, 0)
        refund.items = _less(refund.items, max(off, 0))
        return refund

    def _sum(self, said: Mapping[str, Any], rows: list[dict[str, Any]], field: str) -> int:
        whole = sum((orders.amount(row.get(field) or row.get("price")) for row in rows), Decimal(0))
        return max(orders.minor(whole, said.get("currency")), 0)


def _pieces_back(said: Mapping[str, Any]) -> dict[int, int]:
    """Return how many pieces of each line were refunded."""
    found: dict[int, int] = {}
    for refund in facts.objs(said.get("refunds")):
        for item in facts.objs(refund.get("refund_line_items")):
            line = facts.whole(item.get("line_item_id"))
            if line is not None:
                found[line] = found.get(line, 0) + orders.quantity(item.get("quantity"))
    return found


def _less(items: list[tuple[int, int, int]], off: int) -> list[tuple[int, int, int]]:
    """Return the lines of a refund of which less money was given back than they say."""
    kept = []
    for line, pieces, net in items:
        cut = min(net, off)
        off -= cut
        kept.append((line, pieces, net - cut))
    return kept


def _state(said: Mapping[str, Any]) -> str:
    paid = facts.line(said.get("financial_status"), 40)
    if said.get("cancelled_at") or paid in _CANCELLED:
        return "cancelled"
    if facts.line(said.get("fulfillment_status"), 40) == "fulfilled":
        return "sent"
    return "paid" if paid in _PAID else "placed"


def _name(said: Mapping[str, Any], customer: Mapping[str, Any]) -> str:
    who = (
        customer if customer.get("first_name") or customer.get("last_name") else facts.obj(said.get("billing_address"))
    )
    return f"{facts.line(who.get('first_name'), 60)} {facts.line(who.get('last_name'), 60)}".strip()


def _phone(said: Mapping[str, Any], customer: Mapping[str, Any]) -> Any:
    return said.get("phone") or customer.get("phone") or facts.obj(said.get("billing_address")).get("phone")
