"""An order, a product or a customer of Shopify (Admin API, webhooks) as one whole version of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from patogh.channels import goods, orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, Unreadable

_CANCELLED: Final = frozenset({"voided", "expired"})
_PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})


class Reading:
    """Reads what one shop tells; `settings` are those of its setup."""

    def __init__(self, settings: Mapping[str, Any], now: dt.datetime) -> None:
        self.settings, self.now = settings, now
        self.source = str(settings.get("source") or "shopify")
        self.currency = str(settings.get("currency") or "")

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

    def changed(self, said: Mapping[str, Any]) -> dt.datetime:
        """Return when something changed last."""
        return facts.moment(said.get("updated_at") or said.get("created_at"), self.now)

    def product(self, said: Mapping[str, Any]) -> Arrival:
        """Return a product: each of its variants is bought by itself."""
        key, at = facts.whole(said.get("id")), self.changed(said)
        if key is None:
            raise Unreadable("a product without id")
        kinds = [one for one in facts.objs(said.get("variants")) if facts.whole(one.get("id"))]
        handle, base = facts.line(said.get("handle"), 250), str(self.settings.get("url") or "")
        is_shown = facts.line(said.get("status"), 20) in {"", "active"} and bool(said.get("published_at", True))
        return goods.arrival(goods.Listed(
            self.source, f"product/{key}", at, [self._kind(one, said, len(kinds)) for one in kinds], "",
            goods.about(said.get("body_html")), goods.link(f"{base}/products/{quote(handle)}") if handle else "", self.currency,
            is_shown=is_shown, is_whole=True,
        ))  # fmt: skip

    def product_gone(self, said: Mapping[str, Any]) -> Arrival:
        """Return that a product was deleted: all that is told of it is its id."""
        key = facts.whole(said.get("id"))
        if key is None:
            raise Unreadable("a product without id")
        return goods.arrival(goods.Listed(self.source, f"product/{key}", self.now, is_gone=True))

    def _kind(self, one: Mapping[str, Any], said: Mapping[str, Any], count: int) -> goods.Item:
        """Return a variant by the product's name and its own ("Lamp - Red"), as orders write it."""
        own = facts.line(one.get("title"), 60) if count > 1 or one.get("title") != "Default Title" else ""
        name = " - ".join(word for word in (facts.line(said.get("title"), 90), own) if word)
        return goods.item(facts.whole(one.get("id")) or 0, one, name, self.currency, self.changed(one))

    def customer(self, said: Mapping[str, Any]) -> Arrival | None:
        """Return what the shop says of a customer, None for one of the team. Nothing that it says is a consent: of
        `email_marketing_consent` and `accepts_marketing` nobody knows to which words it was said.
        """
        key, home = facts.whole(said.get("id")), facts.obj(said.get("default_address"))
        if not key:
            raise Unreadable("a customer without id")
        if orders.is_staff(self.settings.get("staff"), said.get("email")):
            return None
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
