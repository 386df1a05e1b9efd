"""Orders of the last days as the web shop tells them, and the codes that brought some of them.

They lie in months whose books are still open, so that no share that was counted changes.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from patogh.channels.connectors.actions.keeping import Ready, keep
from patogh.channels.connectors.contract import Arrival
from patogh.conf.demo.actions.known import Steps, World
from patogh.conf.demo.outside import outside
from patogh.shop.actions.codes import CodeFacts, make_code
from patogh.shop.models import Product


def purchases(world: World) -> Steps:
    """Return the steps of codes and orders; none where no web shop can be connected."""
    if "woo" not in world.opened:
        return []
    people = outside("people")
    found: Steps = [(world.at(row["at"]), partial(_code, world, row)) for row in people["code"]]
    return found + [(world.at(row["at"]), partial(_order, world, row)) for row in people["order"]]


def _code(world: World, row: dict[str, Any]) -> None:
    facts = CodeFacts(row["code"], owner=world.by.get(row.get("handle", "")), campaign=row.get("campaign", ""))
    make_code(facts, by=world.by["ardalan"])


def _order(world: World, row: dict[str, Any]) -> None:
    """Bring one order, paid in full at the price of its product."""
    product = Product.objects.filter(sku=row["sku"]).first()
    if product is None:
        return
    at = world.at(row["at"])
    buyer: dict[str, str] = {name: row[name] for name in ("name", "phone", "email") if name in row}
    if "customer" in row:
        buyer["customer"] = f"woo:{row['customer']}"
    line = {"number": 1, "sku": row["sku"], "name": product.name, "quantity": 1, "net_minor": product.price_minor}
    said = {
        "source": "woo", "number": row["number"], "state": "paid", "unit": product.unit, "ordered_at": at.isoformat(),
        "updated_at": at.isoformat(), "lines": [line], "codes": [row["code"]] if "code" in row else [], "buyer": buyer,
    }  # fmt: skip
    keep(world.setups["woo"].pk, [Ready(Arrival(f"order-{row['number']}", "order", None, at, data=said))])
