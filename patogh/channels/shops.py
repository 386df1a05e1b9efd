"""What the connectors of online shops have in common: signed deliveries, pages of orders, products and customers in turn.

A shop tells by webhooks at once, and is asked for what was missed. Orders come first; its products and its customers are asked
for only where the setup says so, each with a place of its own in the cursor, so that one kind never holds up another.
"""

# ruff: noqa: ARG002 - the base class takes what its heirs read
from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from patogh.channels.connectors import facts
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Call,
    Connector,
    Forged,
    Polled,
    Running,
    Unreadable,
)

ORDERS, PRODUCTS, CUSTOMERS = "orders", "products", "customers"
KINDS: Final = (ORDERS, PRODUCTS, CUSTOMERS)
WAIT_S: Final = 300
NO_KEY_WAIT_S: Final = 6 * 3600
REST: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what a shop was asked for: its rows, where to go on, and whether there is nothing more for now."""

    rows: list[dict[str, Any]]
    cursor: dict[str, Any]
    is_last: bool
    wait_s: int = 0


class Shop(Connector):
    """A shop that signs its deliveries with one secret and is asked page by page."""

    icon = "shopping-bag"
    can = frozenset({"receive", "poll"})
    identity_kinds = ("shop-customer",)
    signature_header: ClassVar[str]
    topic_header: ClassVar[str]
    key_fields: ClassVar[tuple[str, ...]]

    def receive(self, setup: Running, call: Call) -> Answered:
        """Read a delivery; raises Forged, Unreadable."""
        said = call.headers.get(self.signature_header, "")
        if not said and self.is_ping(call):
            return Answered()
        check(setup, said, call.body)
        body = facts.loads(call.body)
        if not isinstance(body, dict):
            raise Unreadable("a delivery that is no object")
        return self.told(setup, call.headers.get(self.topic_header, ""), body)

    def poll(self, setup: Running, cursor: Mapping[str, Any]) -> Polled:
        """Ask for one page of what changed since: the orders first, then what else the setup wants."""
        if not self.may_ask(setup):
            return Polled((), dict(cursor), NO_KEY_WAIT_S)
        wanted = [kind for kind in KINDS if kind == ORDERS or setup.settings.get(f"with_{kind}")]
        said = str(cursor.get("turn") or "")
        kind = said if said in wanted else ORDERS
        place = _place(cursor, kind)
        page = Page([], place, is_last=True) if _rests(place, setup.now()) else self.page(setup, kind, place)
        found, letters = self._read(setup, kind, page.rows)
        after = wanted[wanted.index(kind) + (1 if page.is_last else 0) :]
        onward = _onward(cursor, kind, page.cursor, after[0] if after else ORDERS)
        return Polled(tuple(found), onward, page.wait_s if after else WAIT_S, tuple(letters))

    def replayed(self, setup: Running, body: bytes) -> tuple[Arrival, ...]:
        """Read something of a page once more that could not be read."""
        said = facts.obj(facts.loads(body))
        kind = str(said.get("kind"))
        is_wrapped = kind in KINDS and isinstance(said.get("row"), dict)
        return tuple(self.read(setup, *((kind, said["row"]) if is_wrapped else (ORDERS, said))))

    def may_ask(self, setup: Running) -> bool:
        """Whether we have what is needed to ask."""
        return all(setup.settings.get(name) for name in self.key_fields)

    def is_ping(self, call: Call) -> bool:
        """Whether an unsigned call is the shop trying out a new webhook."""
        return False

    def told(self, setup: Running, topic: str, body: dict[str, Any]) -> Answered:
        """Read a delivery whose signature is right."""
        return Answered()

    def page(self, setup: Running, kind: str, cursor: dict[str, Any]) -> Page:
        """Ask for one page of a kind; raises TryLater, SetupBroken, Unreadable."""
        return Page([], cursor, is_last=True)

    def read(self, setup: Running, kind: str, row: Mapping[str, Any]) -> list[Arrival]:
        """Read one row of a page; raises Unreadable."""
        return []

    def _read(self, setup: Running, kind: str, rows: list[dict[str, Any]]) -> tuple[list[Arrival], list[Unreadable]]:
        """Read the rows of a page; one that cannot be read stops no other."""
        found: list[Arrival] = []
        letters: list[Unreadable] = []
        for row in rows:
            try:
                found += self.read(setup, kind, row)
            except Unreadable as error:
                kept = row if kind == ORDERS else {"kind": kind, "row": row}
                letters.append(Unreadable(str(error), body=facts.dumped(kept)))
        return found, letters


def signature(secret: str, body: bytes) -> str:
    """Return what a shop writes over a delivery."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def check(setup: Running, said: str, body: bytes) -> None:
    """Hold that a delivery is the shop's own; raises Forged."""
    secret = str(setup.settings.get("secret") or "")
    if not secret or not hmac.compare_digest(signature(secret, body).encode(), said.encode()):
        raise Forged("the signature is wrong")


def resting(cursor: Mapping[str, Any], now: dt.datetime) -> Page:
    """Return a page after which a kind is asked for again tomorrow: all of it was told, or our key does not reach it."""
    return Page([], {**cursor, "again": (now + REST).isoformat()}, is_last=True)


def _rests(place: Mapping[str, Any], now: dt.datetime) -> bool:
    again = str(place.get("again") or "")
    return bool(again) and now.isoformat() < again


def _place(cursor: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return where a kind goes on; that of the orders stands flat in the cursor."""
    if kind != ORDERS:
        return dict(facts.obj(cursor.get(kind)))
    return {name: value for name, value in cursor.items() if name not in {"turn", *KINDS}}


def _onward(cursor: Mapping[str, Any], kind: str, place: dict[str, Any], turn: str) -> dict[str, Any]:
    """Return the cursor with the new place of a kind, and whose turn it is."""
    others = {name: cursor[name] for name in KINDS if name in cursor and name != kind}
    flat = place if kind == ORDERS else _place(cursor, ORDERS)
    made = {**flat, **others} | ({} if kind == ORDERS else {kind: place})
    return made if turn == ORDERS else {**made, "turn": turn}
