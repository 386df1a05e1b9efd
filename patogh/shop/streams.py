"""Orders, products and customers that connectors bring (hook `arrived`): who bought, and the version of the order or product."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from patogh.activity import upkeep
from patogh.kit.hooks import hookimpl, plug
from patogh.people.identifying import identity_of, normal
from patogh.people.kinds import alike, readable
from patogh.people.leaving import sources
from patogh.people.models import Identity
from patogh.persons.actions.events import TRAITS_SAID, EventFacts, say_traits, take_events
from patogh.persons.merging import say_together
from patogh.persons.models import Trait
from patogh.shop.actions.listings import ListedItem, ListingVersion, take_listing
from patogh.shop.actions.streams import OrderVersion, StreamLine, StreamReturn, take_version
from patogh.shop.errors import OrderUnreadable, ProductUnreadable
from patogh.shop.facts import STATES, UNITS, wrong_number

CLAIMED: Final = (("order-email", "email"), ("order-phone", "phone"))


@hookimpl
def arrived(setup_id: int, connector: str, arrival: Any, identity: Identity | None) -> str | None:
    """Take orders, products and customers; raises OrderUnreadable and ProductUnreadable for what is none: a dead letter."""
    if arrival.kind == "product":
        return take_listing(listing(dict(arrival.data)), channel=connector, source=f"channel:{setup_id}")
    if arrival.kind not in {"order", "customer"}:
        return None
    said, source = dict(arrival.data), f"channel:{setup_id}"
    named = said.get("buyer")
    buyer: dict[str, Any] = named if isinstance(named, dict) else {}
    claims = _claims(buyer)
    if _is_erased(buyer, claims):
        identity, claims, is_away = None, [], True
    else:
        identity, is_away = identity or _identity(buyer, claims, source), False
    told = _told(buyer, said.get("traits"), claims)
    is_known = identity is None or _is_known(identity, told, source, arrival.happened_at)
    if identity is not None and not is_known:
        if arrival.kind == "customer":
            _describe(identity, told, connector, source, arrival.happened_at)
        _say(identity, told, source, arrival.happened_at)
    if arrival.kind == "customer":
        return "dropped" if is_away or identity is None else "known" if is_known else "new"
    return take_version(version(said), by=identity, channel=connector, source=source, claims=claims)


def version(said: Mapping[str, Any]) -> OrderVersion:
    """Return a version of an order as a connector tells it; raises OrderUnreadable."""
    try:
        made = OrderVersion(
            str(said["source"])[:40], str(said["number"]), str(said.get("key", ""))[:80], str(said["state"]), str(said["unit"]),
            _moment(said["ordered_at"]), _moment(said["updated_at"]), tuple(_line(said, one) for one in said["lines"]),
            None if said.get("returns") is None else tuple(_return(one) for one in said["returns"]), tuple(str(one)[:60] for one in said.get("codes", ())),
            int(said.get("shipping_minor", 0)), int(said.get("tax_minor", 0)), bool(said.get("is_gone")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise OrderUnreadable from error
    is_money = made.unit in UNITS or (made.is_gone and not made.unit)
    if wrong_number(made.number) or made.state not in STATES or not is_money or not made.source:
        raise OrderUnreadable
    return made


def listing(said: Mapping[str, Any]) -> ListingVersion:
    """Return a version of a product as a connector tells it; raises ProductUnreadable."""
    try:
        made = ListingVersion(
            str(said["source"])[:40], str(said["key"]), _moment(said["updated_at"]), tuple(_item(said, one) for one in said.get("items", ())),
            str(said.get("family", "")), str(said.get("about", "")), str(said.get("url", "")), str(said.get("unit", "")),
            bool(said.get("is_shown", True)), bool(said.get("is_gone")), bool(said.get("is_whole")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProductUnreadable from error
    if (
        not made.source
        or not made.key
        or len(made.key) > 80
        or len(made.family) > 80
        or (made.unit and made.unit not in UNITS)
    ):
        raise ProductUnreadable
    return made


def _item(said: Mapping[str, Any], one: Mapping[str, Any]) -> ListedItem:
    key, name, price = str(one["key"]), str(one.get("name", ""))[:120].strip(), one.get("price_minor")
    if not key or len(key) > 80:
        raise ValueError("a thing without a key")
    sku = _sku(said, str(one.get("sku", "")), key, name)
    return ListedItem(
        key, sku, name, None if price is None else int(price), _moment(one.get("updated_at") or said["updated_at"])
    )


def _sku(said: Mapping[str, Any], sku: str, product: str, name: str) -> str:
    """Return the code of a product; without one of its own it gets one of the shop's number of it, or of its name."""
    own = sku.strip()[:60]
    return own or f"{said['source']}-{product or hashlib.sha256(name.encode()).hexdigest()[:10]}"[:60]


def _line(said: Mapping[str, Any], one: Mapping[str, Any]) -> StreamLine:
    """Return a line of an order."""
    name, product = str(one.get("name", ""))[:120].strip(), str(one.get("product", ""))[:20]
    sku = _sku(said, str(one.get("sku", "")), product, name)
    return StreamLine(int(one["number"]), sku, name, int(one["quantity"]), int(one["net_minor"]))


def _return(one: Mapping[str, Any]) -> StreamReturn:
    return StreamReturn(
        int(one["line"]), str(one["number"])[:80], int(one["quantity"]), int(one["net_minor"]), _moment(one["at"])
    )


def _moment(said: Any) -> dt.datetime:
    found = dt.datetime.fromisoformat(str(said))
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _claims(buyer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the address and the number that an order names, in their normal forms; what cannot be read is left out."""
    said = [(kind, readable(kind, str(buyer.get(field) or ""))) for kind, field in CLAIMED]
    return [(kind, value) for kind, value in said if value]


def _is_erased(buyer: Mapping[str, Any], claims: list[tuple[str, str]]) -> bool:
    """Whether the order is of somebody who was erased here, by any name that it gives; the sale counts all the same."""
    names = [(one, value) for kind, value in claims for one in alike(kind)]
    customer = readable("shop-customer", str(buyer.get("customer") or ""))
    return any(sources.erased(kind, [value]) for kind, value in [*names, ("shop-customer", customer)] if value)


@upkeep
def _identity(buyer: Mapping[str, Any], claims: list[tuple[str, str]], source: str) -> Identity | None:
    """Return who bought: the shop's own customer, or for a guest the address or number that the order was placed with."""
    name, customer = str(buyer.get("name") or ""), readable("shop-customer", str(buyer.get("customer") or ""))
    if not customer:
        return identity_of(*claims[0], name=name) if claims else None
    found = identity_of("shop-customer", normal("shop-customer", customer), verified=True, name=name)
    if found is not None:
        for kind, value in claims:
            _meet(found, kind, value, source)
    return found


def _meet(customer: Identity, kind: str, value: str, source: str) -> None:
    """Say that a customer claims an address which somebody here is known by; a claim alone makes nobody new."""
    others = Identity.objects.filter(kind__in=alike(kind), value=value).exclude(person=customer.person_id)
    for other in others.order_by("pk")[:3]:
        say_together(customer, other, by=None, why="order", evidence={"source": source}, is_proved=False)


def _told(buyer: Mapping[str, Any], traits: Any, claims: list[tuple[str, str]]) -> dict[str, str]:
    """Return what the shop says of its customer."""
    told = {"name": str(buyer.get("name") or "")[:120]} | {kind.removeprefix("order-"): value for kind, value in claims}
    return told | (
        {str(name)[:60]: str(value)[:200] for name, value in traits.items()} if isinstance(traits, dict) else {}
    )


def _is_known(identity: Identity, told: Mapping[str, str], source: str, at: dt.datetime) -> bool:
    """Whether the shop said all of this before, as late as now."""
    names = [name for name, value in told.items() if value]
    rows = Trait.objects.filter(identity=identity, source=source, name__in=names, said_at__gte=min(at, timezone.now()))
    return len(names) == rows.count()


def _say(identity: Identity, told: Mapping[str, str], source: str, at: dt.datetime) -> None:
    """Keep what the shop says, as its words."""
    said = {name: value for name, value in told.items() if value}
    if said:
        say_traits(identity, said, source=source, said_at=min(at, timezone.now()))


def _describe(identity: Identity, told: Mapping[str, str], connector: str, source: str, at: dt.datetime) -> None:
    """Write on their road what the shop says anew of somebody: which words, as the intake does, and none of the values.

    A shop that tells all its customers once a day tells nothing new of most.
    """
    known = dict(Trait.objects.filter(identity=identity, source=source).values_list("name", "value"))
    names = sorted(name for name, value in told.items() if value and known.get(name) != value)
    if not names:
        return
    who = ((identity.kind, identity.value, identity.verified_at is not None),)
    key = hashlib.sha256(f"customer {identity.pk} {at.isoformat()} {sorted(told.items())}".encode()).hexdigest()
    take_events(
        [EventFacts(TRAITS_SAID, who, source, key, min(at, timezone.now()), {"traits": names}, channel=connector[:24])]
    )


plug(sys.modules[__name__])
