"""An order, a product or a customer of WooCommerce (REST v3, webhooks) as one whole version of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from patogh.channels import goods, orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Arrival, Unreadable

_STATES: Final = {
    "pending": "placed", "on-hold": "placed", "processing": "paid", "completed": "sent", "refunded": "paid",
    "cancelled": "cancelled", "failed": "cancelled", "trash": "cancelled",
}  # fmt: skip
CONTAINERS: Final = frozenset({"variable", "variable-subscription", "grouped"})
DRAFTS: Final = frozenset({"checkout-draft", "auto-draft", "draft", "new"})


class Reading:
    """Reads what one shop tells; `settings` are those of its setup."""

    def __init__(self, settings: Mapping[str, Any], now: dt.datetime) -> None:
        self.settings, self.now = settings, now
        self.source = str(settings.get("source") or "woo")
        self.currency = str(settings.get("currency") or "")

    def order(self, said: Mapping[str, Any], refunds: Sequence[Mapping[str, Any]] | None = None) -> Arrival | None:
        """Return an order, None for a draft or a try of the team. `refunds` are its own ones, None where nobody asked."""
        key, status = facts.whole(said.get("id")), facts.line(said.get("status"), 40).removeprefix("wc-")
        billing = facts.obj(said.get("billing"))
        if key is None or not status:
            raise Unreadable("an order without id or status")
        if status in DRAFTS or orders.is_staff(self.settings.get("staff"), billing.get("email")):
            return None
        lines = self._lines(said)
        at = facts.moment(said.get("date_created_gmt"), self.now)
        updated = facts.moment(said.get("date_modified_gmt") or said.get("date_created_gmt"), self.now)
        name = f"{facts.line(billing.get('first_name'), 60)} {facts.line(billing.get('last_name'), 60)}".strip()
        data = {
            "source": self.source, "number": facts.line(str(said.get("number") or key), 80), "key": str(key),
            "updated_at": updated.isoformat(), "ordered_at": at.isoformat(), "state": _state(status, said),
            "unit": orders.unit_of(said.get("currency")), "lines": lines, "returns": self._returns(said, lines, refunds),
            "codes": orders.codes(one.get("code") for one in facts.objs(said.get("coupon_lines"))),
            "shipping_minor": self._minor(said, "shipping_total"), "tax_minor": self._minor(said, "total_tax"),
            "buyer": orders.buyer(self.source, facts.whole(said.get("customer_id")), name, billing.get("email"), billing.get("phone")),
        }  # fmt: skip
        return orders.order_arrival(data, at)

    def gone(self, said: Mapping[str, Any]) -> Arrival:
        """Return that an order was deleted: all that is told of it is its id."""
        key = facts.whole(said.get("id"))
        if key is None:
            raise Unreadable("an order without id")
        data: dict[str, Any] = {
            "source": self.source, "number": str(key), "key": str(key), "updated_at": self.now.isoformat(), "ordered_at": self.now.isoformat(),
            "state": "cancelled", "unit": "", "lines": [], "returns": None, "codes": [], "is_gone": True,
            "buyer": orders.buyer(self.source, None, "", "", ""),
        }  # fmt: skip
        return orders.order_arrival(data, self.now)

    def product(self, said: Mapping[str, Any], kinds: Sequence[Mapping[str, Any]] | None = None) -> Arrival:
        """Return a product; `kinds` are its variations, None where nobody asked. Those without a code of their own are sold by its."""
        key, family = facts.whole(said.get("id")), facts.whole(said.get("parent_id"))
        if key is None:
            raise Unreadable("a product without id")
        at, name = self._changed(said), facts.line(said.get("name"), goods.NAME_CHARS_MAX)
        own = [one for one in kinds or () if facts.whole(one.get("id")) and not _is_alike(one, said)]
        is_bought = said.get("type") not in CONTAINERS or len(own) < len(kinds or ())
        items = [goods.item(key, said, name, self.currency, at)] if is_bought else []
        items += [self._kind(one, said) for one in own]
        return goods.arrival(goods.Listed(
            self.source, str(key), at, items, str(family) if family and said.get("type") == "variation" else "",
            goods.about(said.get("short_description") or said.get("description")), goods.link(said.get("permalink")), self.currency,
            is_shown=said.get("status") == "publish", is_whole=kinds is not None,
        ))  # fmt: skip

    def product_gone(self, said: Mapping[str, Any]) -> Arrival:
        """Return that a product was deleted: all that is told of it is its id."""
        key = facts.whole(said.get("id"))
        if key is None:
            raise Unreadable("a product without id")
        return goods.arrival(goods.Listed(self.source, str(key), self.now, is_gone=True))

    def _kind(self, one: Mapping[str, Any], said: Mapping[str, Any]) -> goods.Item:
        """Return a kind of a product by the product's name and what is chosen of it ("lamp - red")."""
        chosen = ", ".join(facts.line(part.get("option"), 60) for part in facts.objs(one.get("attributes")))
        name = " - ".join(word for word in (facts.line(said.get("name"), 90), chosen) if word)
        return goods.item(facts.whole(one.get("id")) or 0, one, name, self.currency, self._changed(one))

    def _changed(self, said: Mapping[str, Any]) -> dt.datetime:
        return facts.moment(said.get("date_modified_gmt") or said.get("date_created_gmt"), self.now)

    def customer(self, said: Mapping[str, Any]) -> Arrival | None:
        """Return what the shop says of a customer, None for one of the team. Nothing that it says is a consent."""
        key, billing = facts.whole(said.get("id")), facts.obj(said.get("billing"))
        if not key:
            raise Unreadable("a customer without id")
        if orders.is_staff(self.settings.get("staff"), said.get("email")):
            return None
        at = facts.moment(said.get("date_modified_gmt") or said.get("date_created_gmt"), self.now)
        name = f"{facts.line(said.get('first_name'), 60)} {facts.line(said.get('last_name'), 60)}".strip()
        who = orders.buyer(self.source, key, name, said.get("email"), billing.get("phone"))
        traits = {"city": facts.line(billing.get("city"), 80), "country": facts.line(billing.get("country"), 8)}
        return orders.customer_arrival({"source": self.source, "buyer": who, "traits": traits}, at)

    def _lines(self, said: Mapping[str, Any]) -> list[orders.Line]:
        found: list[orders.Line] = []
        for row in facts.objs(said.get("line_items")):
            number, pieces = facts.whole(row.get("id")), orders.quantity(row.get("quantity"))
            if number is None or number < 1 or not pieces:
                continue
            product = facts.whole(row.get("variation_id")) or facts.whole(row.get("product_id")) or 0
            net = orders.minor(max(orders.amount(row.get("total")), orders.amount(0)), said.get("currency"))
            found.append({
                "number": number, "sku": facts.line(row.get("sku"), 60), "product": str(product or ""),
                "name": facts.line(row.get("name"), 120), "quantity": pieces, "net_minor": net,
            })  # fmt: skip
        return found

    def _returns(
        self, said: Mapping[str, Any], lines: list[orders.Line], refunds: Sequence[Mapping[str, Any]] | None
    ) -> list[dict[str, Any]] | None:
        """Return what came back; None where there are refunds of which we know no lines."""
        if refunds is None and not facts.objs(said.get("refunds")):
            refunds = []
        if refunds is None:
            return None
        told = [self._refund(said, one) for one in refunds]
        is_all = facts.line(said.get("status"), 40) == "refunded"
        ended = max([one.at for one in told], default=facts.moment(said.get("date_modified_gmt"), self.now))
        return orders.returns_of(lines, told, self._minor(said, "total"), ended if is_all else None)

    def _refund(self, said: Mapping[str, Any], row: Mapping[str, Any]) -> orders.Refund:
        """Return one refund: its lines name the lines of the order in their meta data; the amount holds everything."""
        currency = said.get("currency")
        refund = orders.Refund(facts.line(str(row.get("id")), 40), facts.moment(row.get("date_created_gmt"), self.now))
        named = orders.amount(0)
        for item in facts.objs(row.get("line_items")):
            net = abs(orders.amount(item.get("total")))
            named += net + abs(orders.amount(item.get("total_tax")))
            line = facts.whole(_meta(item, "_refunded_item_id"))
            if line is not None:
                refund.items.append((line, orders.quantity(item.get("quantity")), orders.minor(net, currency)))
        for part in ("shipping_lines", "fee_lines"):
            for item in facts.objs(row.get(part)):
                named += abs(orders.amount(item.get("total"))) + abs(orders.amount(item.get("total_tax")))
        refund.more_minor = max(orders.minor(abs(orders.amount(row.get("amount"))) - named, currency), 0)
        return refund

    def _minor(self, said: Mapping[str, Any], field: str) -> int:
        return max(orders.minor(orders.amount(said.get(field)), said.get("currency")), 0)


def _state(status: str, said: Mapping[str, Any]) -> str:
    """Return the state of an order; one of a plugin is told by whether it was paid."""
    return _STATES.get(status) or ("paid" if said.get("date_paid_gmt") or said.get("date_paid") else "placed")


def _is_alike(kind: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a variation is sold by the code of its product: orders cannot tell them apart."""
    return bool(said.get("sku")) and (kind.get("sku") or said.get("sku")) == said.get("sku")


def _meta(item: Mapping[str, Any], key: str) -> Any:
    for one in facts.objs(item.get("meta_data")):
        if one.get("key") == key:
            value = one.get("value")
            return str(value) if isinstance(value, int) else value
    return None
