"""A shop on WooCommerce."""

from __future__ import annotations

import base64
import datetime as dt
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
from patogh.channels.woocommerce.forms import WooForm
from patogh.channels.woocommerce.reading import Reading

PAGE_ROWS: Final = 20
WAIT_S: Final = 300
NO_KEY_WAIT_S: Final = 6 * 3600
ANSWER_BYTES_MAX: Final = 8_000_000
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")
_A_SECOND: Final = dt.timedelta(seconds=1)


class WooCommerce(Connector):
    """Orders and customers of a shop on WooCommerce."""

    name = "woocommerce"
    icon = "shopping-bag"
    fa = "ووکامرس"
    en = "WooCommerce"
    can = frozenset({"receive", "poll"})
    identity_kinds = ("shop-customer",)
    secret_fields: ClassVar = ("secret", "consumer_secret")
    receive_bytes_max = 2_000_000
    form = WooForm

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a delivery; the first one of a new webhook is a bare ping. Raises Forged, Unreadable."""
        said = call.headers.get("x-wc-webhook-signature", "")
        if not said and _PING.fullmatch(call.body):
            return Answered()
        _check(setup, said, call.body)
        topic = call.headers.get("x-wc-webhook-topic", "")
        body = facts.loads(call.body)
        if not isinstance(body, dict):
            raise Unreadable("a delivery that is no object")
        reading = Reading(setup.settings, setup.now())
        if topic == "order.deleted":
            return Answered((reading.gone(body),))
        if topic.startswith("customer.") and topic != "customer.deleted":
            return Answered((reading.customer(body),))
        return self._ordered(setup, reading, body) if topic.startswith("order.") else Answered()

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Ask for the orders that changed since, the longest unchanged first."""
        if not _has_key(setup):
            return Polled((), dict(cursor), NO_KEY_WAIT_S)
        since, page = (
            str(cursor.get("since") or setup.settings.get("since") or ""),
            facts.whole(cursor.get("page")) or 1,
        )
        rows = _ask(setup, "orders", _wish(since, page))
        if not isinstance(rows, list):
            raise Unreadable(_("The shop answered in a way that we could not read."))
        found, letters = self._read(setup, facts.objs(rows))
        return Polled(tuple(found), *_onward(setup, facts.objs(rows), since, page), letters=tuple(letters))

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read an order once more that could not be read."""
        return tuple(self._whole(setup, facts.obj(facts.loads(body))))

    def work(self, setup: Running, errand: Mapping[str, Any]) -> tuple[Arrival, ...]:
        """Fetch an order with the lines of its refunds, which a webhook does not tell."""
        key = facts.whole(errand.get("order"))
        if key is None:
            raise Turned
        said = _ask(setup, f"orders/{key}", {})
        if not isinstance(said, dict):
            raise Turned
        return tuple(self._whole(setup, said))

    def tried(self, setup: Running) -> str:
        """Ask for one order, to see whether the key is good."""
        if _has_key(setup):
            _ask(setup, "orders", {"per_page": "1"})
        return str(setup.settings.get("source") or "")

    def _ordered(self, setup: Running, reading: Reading, body: dict[str, Any]) -> Answered:
        found = reading.order(body)
        if found is None:
            return Answered()
        later = ({"order": facts.whole(body.get("id"))},) if found.data["returns"] is None and _has_key(setup) else ()
        return Answered((found,), later=later)

    def _read(self, setup: Running, rows: list[dict[str, Any]]) -> tuple[list[Arrival], list[Unreadable]]:
        found: list[Arrival] = []
        letters: list[Unreadable] = []
        for row in rows:
            try:
                found += self._whole(setup, row)
            except Unreadable as error:
                letters.append(Unreadable(str(error), body=facts.dumped(row)))
        return found, letters

    def _whole(self, setup: Running, row: Mapping[str, Any]) -> list[Arrival]:
        """Return an order with its refunds, for which the shop is asked where there are any."""
        key, refunds = facts.whole(row.get("id")), None
        if facts.objs(row.get("refunds")) and key is not None and _has_key(setup):
            refunds = facts.objs(_ask(setup, f"orders/{key}/refunds", {"per_page": "100"}))
        found = Reading(setup.settings, setup.now()).order(row, refunds)
        return [found] if found is not None else []


def signature(secret: str, body: bytes) -> str:
    """Return what a shop writes over a delivery."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _check(setup: Running, said: str, body: bytes) -> None:
    secret = str(setup.settings.get("secret") or "")
    if not secret or not hmac.compare_digest(signature(secret, body).encode(), said.encode()):
        raise Forged("the signature is wrong")


def _has_key(setup: Running) -> bool:
    return bool(setup.settings.get("consumer_key") and setup.settings.get("consumer_secret"))


def _wish(since: str, page: int) -> dict[str, str]:
    wish = {
        "orderby": "modified", "order": "asc", "per_page": str(PAGE_ROWS), "page": str(page), "status": "any",
        "dates_are_gmt": "true",
    }  # fmt: skip
    return {**wish, "modified_after": f"{since}T00:00:00" if len(since) == 10 else since} if since else wish


def _onward(setup: Running, rows: list[dict[str, Any]], since: str, page: int) -> tuple[dict[str, Any], int]:
    """Return the next cursor and how long to wait: after the last order's second, or its next page where all share it."""
    if not rows:
        return {"since": since}, WAIT_S
    last = facts.moment(rows[-1].get("date_modified_gmt"), setup.now()) - _A_SECOND
    after = last.replace(tzinfo=None, microsecond=0).isoformat()
    is_full = len(rows) >= PAGE_ROWS
    if is_full and after <= since:
        return {"since": since, "page": page + 1}, 0
    return {"since": max(after, since)}, 0 if is_full else WAIT_S


def _ask(setup: Running, path: str, wish: Mapping[str, str]) -> Any:
    """Ask the shop's REST API; raises TryLater, SetupBroken, Turned, Unreadable."""
    base = orders.base_of(setup.settings.get("url"))
    pair = f"{setup.settings['consumer_key']}:{setup.settings['consumer_secret']}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "Accept": "application/json"}
    url = f"{base}/wp-json/wc/v3/{path}" + (f"?{urlencode(wish)}" if wish else "")
    got = setup.http.request("GET", url, headers=headers, credentials=True, limit_bytes=ANSWER_BYTES_MAX)
    if got.status == 404 and path.startswith("orders/"):
        raise Turned("the order is not there any more")
    if got.status == 404:
        raise SetupBroken(_("There is no WooCommerce API at this address."))
    if got.status != 200:
        raise Unreadable(f"answered {got.status}")
    return facts.loads(got.body)
