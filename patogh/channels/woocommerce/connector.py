"""A shop on WooCommerce."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from patogh.channels import goods, orders
from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import Answered, Arrival, Call, Running, SetupBroken, Turned, Unreadable
from patogh.channels.shops import CUSTOMERS, ORDERS, PRODUCTS, Page, Shop, resting
from patogh.channels.woocommerce.forms import WooForm
from patogh.channels.woocommerce.reading import Reading

PAGE_ROWS: Final = 20
CUSTOMERS_A_PAGE: Final = 100
KINDS_A_PAGE: Final = 100
ANSWER_BYTES_MAX: Final = 8_000_000
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")
_A_SECOND: Final = dt.timedelta(seconds=1)
_LATER: Final = frozenset({"variable", "variable-subscription"})  # its kinds are told only when we ask


class WooCommerce(Shop):
    """Orders, products and customers of a shop on WooCommerce."""

    name = "woocommerce"
    fa = "ووکامرس"
    en = "WooCommerce"
    secret_fields: ClassVar = ("secret", "consumer_secret")
    receive_bytes_max = 2_000_000
    form = WooForm
    signature_header = "x-wc-webhook-signature"
    topic_header = "x-wc-webhook-topic"
    key_fields = ("consumer_key", "consumer_secret")

    def is_ping(self, call: Call) -> bool:
        """Whether this is the first delivery of a new webhook, a bare and unsigned number."""
        return bool(_PING.fullmatch(call.body))

    def told(self, setup: Running, topic: str, body: dict[str, Any]) -> Answered:
        """Read what happened to an order, a product or a customer."""
        reading = Reading(setup.settings, setup.now())
        if topic == "order.deleted":
            return Answered((reading.gone(body),))
        if topic.startswith("customer.") and topic != "customer.deleted":
            return Answered(_some(reading.customer(body)))
        if topic.startswith("product."):
            return self._listed(setup, reading, topic, body)
        return self._ordered(setup, reading, body) if topic.startswith("order.") else Answered()

    def page(self, setup: Running, kind: str, cursor: dict[str, Any]) -> Page:
        """Ask for what changed since, the longest unchanged first; customers by the day they came, all of them once a day."""
        since = str(cursor.get("since") or (setup.settings.get("since") if kind == ORDERS else "") or "")
        number = facts.whole(cursor.get("page")) or 1
        rows = _ask(setup, kind, _customers(number) if kind == CUSTOMERS else _wish(since, number))
        if rows is None:
            return resting(cursor, setup.now())
        if not isinstance(rows, list):
            raise Unreadable(_("The shop answered in a way that we could not read."))
        found = facts.objs(rows)
        if kind != CUSTOMERS:
            return _onward(setup, found, since, number)
        is_last = len(found) < CUSTOMERS_A_PAGE
        onward = resting({}, setup.now()).cursor if is_last else {"page": number + 1}
        return Page(found, onward, is_last)

    def read(self, setup: Running, kind: str, row: Mapping[str, Any]) -> list[Arrival]:
        """Read an order with its refunds, a product with its kinds, or a customer."""
        if kind == ORDERS:
            return self._whole(setup, row)
        reading = Reading(setup.settings, setup.now())
        return list(_some(reading.customer(row))) if kind == CUSTOMERS else [self._product(setup, reading, row)]

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Fetch an order with the lines of its refunds, or a product with its kinds, which a webhook does not tell."""
        key, product = facts.whole(errand.get("order")), facts.whole(errand.get("product"))
        if key is None and product is None:
            raise Turned
        try:
            said = _ask(setup, f"orders/{key}" if product is None else f"products/{product}", {})
        except Turned:
            if product is None:
                raise
            return (Reading(setup.settings, setup.now()).product_gone({"id": product}),)
        if not isinstance(said, dict):
            raise Turned
        return tuple(self.read(setup, ORDERS if product is None else PRODUCTS, said))

    def tried(self, setup: Running) -> str:
        """Ask for one order, to see whether the key is good."""
        if self.may_ask(setup):
            _ask(setup, ORDERS, {"per_page": "1"})
        return str(setup.settings.get("source") or "")

    def _ordered(self, setup: Running, reading: Reading, body: dict[str, Any]) -> Answered:
        found = reading.order(body)
        if found is None:
            return Answered()
        is_later = found.data["returns"] is None and self.may_ask(setup)
        return Answered((found,), later=({"order": facts.whole(body.get("id"))},) if is_later else ())

    def _listed(self, setup: Running, reading: Reading, topic: str, body: dict[str, Any]) -> Answered:
        """Read a product. One that was deleted is looked for before it is believed: a deletion has no time, and may be repeated."""
        key = facts.whole(body.get("id"))
        if key is None:
            raise Unreadable("a product without id")
        later = ({"product": key},) if self.may_ask(setup) else ()
        if topic == "product.deleted":
            return Answered(() if later else (reading.product_gone(body),), later=later)
        return Answered((reading.product(body),), later=later if body.get("type") in _LATER else ())

    def _whole(self, setup: Running, row: Mapping[str, Any]) -> list[Arrival]:
        """Return an order with its refunds, for which the shop is asked where there are any."""
        key, refunds = facts.whole(row.get("id")), None
        if facts.objs(row.get("refunds")) and key is not None and self.may_ask(setup):
            refunds = facts.objs(_ask(setup, f"orders/{key}/refunds", {"per_page": "100"}))
        found = Reading(setup.settings, setup.now()).order(row, refunds)
        return [found] if found is not None else []

    def _product(self, setup: Running, reading: Reading, row: Mapping[str, Any]) -> Arrival:
        """Return a product with its kinds, for which the shop is asked where there are any."""
        key = facts.whole(row.get("id"))
        kinds = _kinds(setup, key) if row.get("type") in _LATER and key is not None else None
        return reading.product(row, kinds)


def _kinds(setup: Running, key: int) -> list[dict[str, Any]] | None:
    """Return every kind of a product, page by page (of far too many only so many that it shows); None where we cannot ask."""
    found: list[dict[str, Any]] = []
    for page in range(1, goods.KINDS_MAX // KINDS_A_PAGE + 2):
        try:
            said = _ask(setup, f"products/{key}/variations", {"per_page": str(KINDS_A_PAGE), "page": str(page)})
        except Turned:
            return None
        if not isinstance(said, list):
            return None
        found += facts.objs(said)
        if len(said) < KINDS_A_PAGE:
            break
    return found


def _some(found: Arrival | None) -> tuple[Arrival, ...]:
    return (found,) if found is not None else ()


def _wish(since: str, page: int) -> dict[str, str]:
    wish = {
        "orderby": "modified", "order": "asc", "per_page": str(PAGE_ROWS), "page": str(page), "status": "any",
        "dates_are_gmt": "true",
    }  # fmt: skip
    if not since:
        return wish
    return {**wish, "modified_after": f"{since}T00:00:00" if len(since) == 10 else since}


def _customers(page: int) -> dict[str, str]:
    return {"orderby": "registered_date", "order": "asc", "per_page": str(CUSTOMERS_A_PAGE), "page": str(page)}


def _onward(setup: Running, rows: list[dict[str, Any]], since: str, page: int) -> Page:
    """Return a page with the next cursor: after the last row's second, or its next page where all share it."""
    if not rows:
        return Page(rows, {"since": since}, is_last=True)
    last = facts.moment(rows[-1].get("date_modified_gmt"), setup.now()) - _A_SECOND
    after = last.replace(tzinfo=None, microsecond=0).isoformat()
    is_full = len(rows) >= PAGE_ROWS
    if is_full and after <= since:
        return Page(rows, {"since": since, "page": page + 1}, is_last=False)
    return Page(rows, {"since": max(after, since)}, is_last=not is_full)


def _ask(setup: Running, path: str, wish: Mapping[str, str]) -> Any:
    """Ask the shop's REST API; None where our key does not reach what is no order. Raises TryLater, SetupBroken, Turned, Unreadable."""
    base = orders.base_of(setup.settings.get("url"))
    pair = f"{setup.settings['consumer_key']}:{setup.settings['consumer_secret']}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "Accept": "application/json"}
    url = f"{base}/wp-json/wc/v3/{path}" + (f"?{urlencode(wish)}" if wish else "")
    is_orders = path.startswith(ORDERS)
    got = setup.http.request("GET", url, headers=headers, credentials=is_orders, limit_bytes=ANSWER_BYTES_MAX)
    if got.status == 404 and "/" in path:
        raise Turned("it is not there any more")
    if got.status == 404 and is_orders:
        raise SetupBroken(_("There is no WooCommerce API at this address."))
    if got.status in {401, 403, 404} and not is_orders:
        return None
    if got.status != 200:
        raise Unreadable(f"answered {got.status}")
    return facts.loads(got.body)
