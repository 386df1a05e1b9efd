"""A shop on Shopify."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patogh.channels import orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Answered, Arrival, Running, SetupBroken, Turned, Unreadable
from patogh.channels.connectors.linking import link_of
from patogh.channels.shopify.forms import ShopifyForm
from patogh.channels.shopify.reading import Reading
from patogh.channels.shops import CUSTOMERS, ORDERS, PRODUCTS, Page, Shop, resting
from patogh.kit.egress import Fetched

PAGE_ROWS: Final = 100
URL_CHARS_MAX: Final = 2_000
ANSWER_BYTES_MAX: Final = 12_000_000
ORDER_TOPICS: Final = frozenset(
    {"orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/edited", "orders/fulfilled", "orders/partially_fulfilled"}
)  # fmt: skip
_ONE: Final = {ORDERS: "order", PRODUCTS: "product"}


class Shopify(Shop):
    """Orders, products and customers of a shop on Shopify."""

    name = "shopify"
    fa = "شاپیفای"
    en = "Shopify"
    secret_fields: ClassVar = ("secret", "token")
    receive_bytes_max = 4_000_000
    form = ShopifyForm
    signature_header = "x-shopify-hmac-sha256"
    topic_header = "x-shopify-topic"
    key_fields = ("token",)

    def told(self, setup: Running, topic: str, body: dict[str, Any]) -> Answered:
        """Read what happened to an order, a product or a customer. A refund is told by its order, which is fetched."""
        if topic in {"customers/create", "customers/update", "customers/enable"}:
            return Answered(tuple(self.read(setup, CUSTOMERS, body)))
        if topic in {"products/create", "products/update"}:
            return Answered(tuple(self.read(setup, PRODUCTS, body)))
        if topic == "products/delete":
            return self._deleted(setup, body)
        if topic in {"refunds/create", "orders/edited"} and "line_items" not in body:
            return self._fetched_later(setup, body)
        return Answered(tuple(self.read(setup, ORDERS, body)) if topic in ORDER_TOPICS else ())

    def page(self, setup: Running, kind: str, cursor: dict[str, Any]) -> Page:
        """Ask for what changed since, page by page."""
        since = str(cursor.get("since") or (setup.settings.get("since") if kind == ORDERS else "") or "")
        after = str(cursor.get("next") or "")
        got = _request(setup, after or _first(setup, kind, since), is_orders=kind == ORDERS)
        if got.status in {401, 403, 404} and kind != ORDERS:
            return resting(cursor, setup.now())
        if got.status == 400 and after:  # the page is too old to go on from: begin where it began
            return Page([], {"since": since}, is_last=False, wait_s=1)
        rows = facts.obj(_said(got)).get(kind)
        if not isinstance(rows, list):
            raise Unreadable(_("The shop answered in a way that we could not read."))
        found, reading = facts.objs(rows), Reading(setup.settings, setup.now())
        newest = max([str(cursor.get("newest") or ""), *(reading.changed(row).isoformat() for row in found)])
        if onward := _next(setup, got):
            return Page(found, {"since": since, "next": onward, "newest": newest}, is_last=False)
        return Page(found, {"since": newest or since}, is_last=True)

    def read(self, setup: Running, kind: str, row: Mapping[str, Any]) -> list[Arrival]:
        """Read an order, a product with its variants, or a customer."""
        reading = Reading(setup.settings, setup.now())
        if kind == PRODUCTS:
            return [reading.product(row)]
        found = reading.customer(row) if kind == CUSTOMERS else reading.order(row)
        return [found] if found is not None else []

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Fetch an order of which only a part was told, or a product that is said to be deleted."""
        kind = PRODUCTS if "product" in errand else ORDERS
        key = facts.whole(errand.get(_ONE[kind]))
        if key is None:
            raise Turned
        got = _request(setup, f"{_base(setup)}/{kind}/{key}.json", is_orders=kind == ORDERS)
        if got.status == 404 and kind == PRODUCTS:
            return (Reading(setup.settings, setup.now()).product_gone({"id": key}),)
        if got.status in {401, 403, 404}:
            raise Turned("it is not there any more")
        return tuple(self.read(setup, kind, facts.obj(facts.obj(_said(got)).get(_ONE[kind]))))

    def tried(self, setup: Running) -> str:
        """Ask what the shop is called, to see whether the token is good."""
        if not self.may_ask(setup):
            return str(setup.settings.get("source") or "")
        shop = facts.obj(facts.obj(_said(_request(setup, f"{_base(setup)}/shop.json"))).get("shop"))
        return facts.line(shop.get("name"), 100)

    def _deleted(self, setup: Running, body: Mapping[str, Any]) -> Answered:
        """Look for a product that is said to be deleted before it is believed: the message has no time, and may be repeated."""
        key = facts.whole(body.get("id"))
        if key is not None and self.may_ask(setup):
            return Answered(later=({"product": key},))
        return Answered((Reading(setup.settings, setup.now()).product_gone(body),))

    def _fetched_later(self, setup: Running, body: Mapping[str, Any]) -> Answered:
        key = facts.whole(body.get("order_id")) or facts.whole(facts.obj(body.get("order_edit")).get("order_id"))
        return Answered(later=({"order": key},) if key is not None and self.may_ask(setup) else ())


def _base(setup: Running) -> str:
    return f"{orders.base_of(setup.settings.get('url'))}/admin/api/{setup.settings.get('version') or '2026-10'}"


def _first(setup: Running, kind: str, since: str) -> str:
    wish = {"order": "updated_at asc", "limit": str(PAGE_ROWS)}
    wish = {"status": "any", **wish} if kind == ORDERS else wish
    return f"{_base(setup)}/{kind}.json?{urlencode({**wish, 'updated_at_min': since} if since else wish)}"


def _next(setup: Running, got: Fetched) -> str:
    """Return the address of the next page; one that is not the shop's own never gets our token."""
    found = link_of(got.headers.get("link", ""), "next") or ""
    base = f"{orders.base_of(setup.settings.get('url'))}/"
    return found if found.startswith(base) and len(found) <= URL_CHARS_MAX else ""


def _request(setup: Running, url: str, *, is_orders: bool = True) -> Fetched:
    """Ask; a refusal of our token breaks the setup only where it is for orders, which every token here must reach."""
    headers = {"X-Shopify-Access-Token": str(setup.settings.get("token")), "Accept": "application/json"}
    got: Fetched = setup.http.request("GET", url, headers=headers, credentials=is_orders, limit_bytes=ANSWER_BYTES_MAX)
    return got


def _said(got: Fetched) -> Any:
    if got.status == 404:
        raise SetupBroken(_("There is no Shopify API at this address."))
    if got.status != 200:
        raise Unreadable(f"answered {got.status}")
    return facts.loads(got.body)
