"""A shop on Shopify."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patogh.channels import orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    Forged,
    Polled,
    Running,
    SetupBroken,
    Turned,
    Unreadable,
)
from patogh.channels.shopify.forms import ShopifyForm
from patogh.channels.shopify.reading import Reading
from patogh.kit.egress import Fetched

PAGE_ROWS: Final = 100
WAIT_S: Final = 300
NO_TOKEN_WAIT_S: Final = 6 * 3600
ANSWER_BYTES_MAX: Final = 12_000_000
_NEXT: Final = re.compile(r'<([^>]{1,2000})>\s*;\s*rel="?next"?')
ORDERS: Final = frozenset(
    {"orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/edited", "orders/fulfilled", "orders/partially_fulfilled"}
)  # fmt: skip


class Shopify(Connector):
    """Orders and customers of a shop on Shopify."""

    name = "shopify"
    icon = "shopping-bag"
    fa = "شاپیفای"
    en = "Shopify"
    can = frozenset({"receive", "poll"})
    identity_kinds = ("shop-customer",)
    secret_fields: ClassVar = ("secret", "token")
    receive_bytes_max = 4_000_000
    form = ShopifyForm

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a delivery; raises Forged, Unreadable. A refund is told by its order, which is fetched."""
        _check(setup, call.headers.get("x-shopify-hmac-sha256", ""), call.body)
        topic, body = call.headers.get("x-shopify-topic", ""), facts.loads(call.body)
        if not isinstance(body, dict):
            raise Unreadable("a delivery that is no object")
        reading = Reading(setup.settings, setup.now())
        if topic in {"customers/create", "customers/update", "customers/enable"}:
            return Answered((reading.customer(body),))
        if topic in {"refunds/create", "orders/edited"} and "line_items" not in body:
            return self._fetched_later(setup, body)
        if topic not in ORDERS:
            return Answered()
        found = reading.order(body)
        return Answered((found,) if found is not None else ())

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Ask for the orders that changed since, page by page."""
        if not setup.settings.get("token"):
            return Polled((), dict(cursor), NO_TOKEN_WAIT_S)
        since, after = str(cursor.get("since") or setup.settings.get("since") or ""), str(cursor.get("next") or "")
        got = _request(setup, after or _first(setup, since))
        if got.status == 400 and after:  # the page is too old to go on from: begin where it began
            return Polled((), {"since": since}, 1)
        rows = facts.obj(_said(got)).get("orders")
        if not isinstance(rows, list):
            raise Unreadable(_("The shop answered in a way that we could not read."))
        found, letters = self._read(setup, facts.objs(rows))
        newest = max([str(cursor.get("newest") or ""), *(one.data["updated_at"] for one in found)])
        onward = _next(setup, got)
        if onward:
            return Polled(tuple(found), {"since": since, "next": onward, "newest": newest}, 0, tuple(letters))
        return Polled(tuple(found), {"since": newest or since}, WAIT_S, tuple(letters))

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read an order once more that could not be read."""
        found = Reading(setup.settings, setup.now()).order(facts.obj(facts.loads(body)))
        return (found,) if found is not None else ()

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Fetch an order of which only a part was told."""
        key = facts.whole(errand.get("order"))
        if key is None:
            raise Turned
        got = _request(setup, f"{_base(setup)}/orders/{key}.json")
        if got.status == 404:
            raise Turned("the order is not there any more")
        found = Reading(setup.settings, setup.now()).order(facts.obj(facts.obj(_said(got)).get("order")))
        return (found,) if found is not None else ()

    def tried(self, setup: Running) -> str:
        """Ask what the shop is called, to see whether the token is good."""
        if not setup.settings.get("token"):
            return str(setup.settings.get("source") or "")
        shop = facts.obj(facts.obj(_said(_request(setup, f"{_base(setup)}/shop.json"))).get("shop"))
        return facts.line(shop.get("name"), 100)

    def _fetched_later(self, setup: Running, body: Mapping[str, Any]) -> Answered:
        key = facts.whole(body.get("order_id")) or facts.whole(facts.obj(body.get("order_edit")).get("order_id"))
        return Answered(later=({"order": key},) if key is not None and setup.settings.get("token") else ())

    def _read(self, setup: Running, rows: list[dict[str, Any]]) -> tuple[list[Arrival], list[Unreadable]]:
        reading = Reading(setup.settings, setup.now())
        found: list[Arrival] = []
        letters: list[Unreadable] = []
        for row in rows:
            try:
                one = reading.order(row)
            except Unreadable as error:
                letters.append(Unreadable(str(error), body=facts.dumped(row)))
            else:
                found += [one] if one is not None else []
        return found, letters


def signature(secret: str, body: bytes) -> str:
    """Return what a shop writes over a delivery."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _check(setup: Running, said: str, body: bytes) -> None:
    secret = str(setup.settings.get("secret") or "")
    if not secret or not hmac.compare_digest(signature(secret, body).encode(), said.encode()):
        raise Forged("the signature is wrong")


def _base(setup: Running) -> str:
    return f"{orders.base_of(setup.settings.get('url'))}/admin/api/{setup.settings.get('version') or '2026-10'}"


def _first(setup: Running, since: str) -> str:
    wish = {"status": "any", "order": "updated_at asc", "limit": str(PAGE_ROWS)}
    return f"{_base(setup)}/orders.json?{urlencode({**wish, 'updated_at_min': since} if since else wish)}"


def _next(setup: Running, got: Fetched) -> str:
    """Return the address of the next page; one that is not the shop's own never gets our token."""
    found = _NEXT.search(got.headers.get("link", ""))
    base = f"{orders.base_of(setup.settings.get('url'))}/"
    return found[1] if found and found[1].startswith(base) else ""


def _request(setup: Running, url: str) -> Fetched:
    headers = {"X-Shopify-Access-Token": str(setup.settings.get("token")), "Accept": "application/json"}
    got: Fetched = setup.http.request("GET", url, headers=headers, credentials=True, limit_bytes=ANSWER_BYTES_MAX)
    return got


def _said(got: Fetched) -> Any:
    if got.status == 404:
        raise SetupBroken(_("There is no Shopify API at this address."))
    if got.status != 200:
        raise Unreadable(f"answered {got.status}")
    return facts.loads(got.body)
