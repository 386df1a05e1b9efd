"""The shop: products for everybody who may read them; orders and returns for those who look after it."""

from __future__ import annotations

import copy
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Status

from patogh.api.v1.house import Ask, Doors
from patogh.api.v1.lists import page
from patogh.api.v1.shapes import shop as shapes
from patogh.api.v1.shapes.common import Key, PageAsk, Rows
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.shop import actions
from patogh.shop.actions.batches import RIGHT
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts, Refused, ReturnFacts, Taken
from patogh.shop.models import Order, OrderLine, Product, Return
from patogh.shop.queries import orders, products
from patogh.shop.words import refusal_words

doors = Doors("shop")
Place = tuple[int, int | None]


@doors.get("/products", Rows[shapes.Product], "read:shop")
def list_products(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List the products, the newest first; those in the making only for those who look after the shop."""
    rows = products.products(_whole(request), size=ask.limit, after=ask.after or None)
    return page(request, response, [_product(row) for row in rows], rows.next)


@doors.get("/products/{product}", shapes.Product, "read:shop")
def read_product(request: Ask, product: Key) -> Any:
    """Read one product."""
    return _product(products.one(_whole(request), pk=product))


@doors.post("/products", shapes.Product, "write:shop")
def put_product(request: Ask, body: shapes.NewProduct) -> Any:
    """Put a product in; it is not on sale yet."""
    facts = ProductFacts(
        body.sku,
        body.name,
        body.name_en,
        body.about,
        body.about_en,
        body.unit,
        body.price_minor,
        body.shop_url,
        body.slug,
    )
    return Status(201, _product(actions.put_product(facts, by=keeper(request))))


@doors.patch("/products/{product}", shapes.Product, "write:shop")
def edit_product(request: Ask, product: Key, body: shapes.ProductEdit) -> Any:
    """Say something else of a product; lines that were sold keep their money."""
    member = keeper(request)
    row = products.one(member, pk=product)
    facts = ProductFacts(
        body.sku or row.sku, body.name or row.name, body.name_en, body.about, body.about_en, body.unit, body.price_minor, body.shop_url,
    )  # fmt: skip
    return _product(actions.edit_product(row, facts, by=member))


@doors.put("/products/{product}/sale", shapes.Product, "write:shop")
def release_product(request: Ask, product: Key) -> Any:
    """Put a product on sale."""
    row = products.one(keeper(request), pk=product)
    return _product(row if row.state == "on_sale" else actions.release_product(row, by=keeper(request)))


@doors.end("/products/{product}/sale", shapes.Product, "write:shop")
def end_product(request: Ask, product: Key) -> Any:
    """Take a product off sale."""
    row = products.one(keeper(request), pk=product)
    return _product(actions.end_product(row, by=keeper(request)) if row.state == "on_sale" else row)


@doors.get("/orders", Rows[shapes.Order], "read:shop")
def list_orders(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List orders with their lines and returns, the newest first; for those who look after the shop."""
    keeper(request)
    rows = orders.orders(size=ask.limit, after=ask.after or None)
    lines = orders.lines_of([row.pk for row in rows])
    return page(request, response, [_order(row, lines.get(row.pk, [])) for row in rows], rows.next)


@doors.get("/orders/{order}", shapes.Order, "read:shop")
def read_order(request: Ask, order: Key) -> Any:
    """Read one order with its lines and returns; for those who look after the shop."""
    keeper(request)
    row = orders.order(order)
    return _order(row, orders.lines_of([row.pk]).get(row.pk, []))


@doors.post("/orders", shapes.Taken, "write:shop", status=200)
def take_orders(request: Ask, body: shapes.OrderBatch) -> Any:
    """Bring a batch of orders; those that are known by source and number are changed only where they differ.

    What cannot be taken is refused line by line, each with its code and reason; the rest is taken.
    """
    places: list[Place] = []
    facts = [_order_facts(one, at, places) for at, one in enumerate(body.orders)]
    return _taken(actions.take_orders(body.source, facts, by=keeper(request)), places)


@doors.get("/returns", Rows[shapes.Return], "read:shop")
def list_returns(request: Ask, response: HttpResponse, ask: Query[PageAsk]) -> Any:
    """List what came back, as it became known, the newest first; for those who look after the shop."""
    keeper(request)
    rows = orders.returns(size=ask.limit, after=ask.after or None)
    return page(request, response, [_return(row) for row in rows], rows.next)


@doors.post("/returns", shapes.Taken, "write:shop", status=200)
def take_returns(request: Ask, body: shapes.ReturnBatch) -> Any:
    """Bring a batch of returns: never more than was sold, late ones welcome; known ones are changed only where they differ."""
    facts = [
        ReturnFacts(
            one.order, one.quantity, one.net_minor, one.unit, one.returned_at, one.number, one.line, one.sku, at
        )
        for at, one in enumerate(body.returns)
    ]
    return _taken(
        actions.take_returns(body.source, facts, by=keeper(request)), [(at, None) for at in range(len(facts))]
    )


def _whole(request: Ask) -> Member:
    """Return whoever asks in all their offices: the scopes of the shop lend the right to it, and nothing else."""
    member = copy.copy(request.member)
    member.roles = request.caller.roles
    return member


def keeper(request: Ask) -> Member:
    """Return whoever asks in all their offices, if they look after the shop; raises NotFound."""
    member = _whole(request)
    if not may(member, RIGHT):
        raise NotFound
    return member


def _order_facts(one: shapes.NewOrder, at: int, places: list[Place]) -> OrderFacts:
    """Return an order as an action takes it; `places` says which row is which line."""
    first = len(places)
    lines = []
    for number, line in enumerate(one.lines):
        places.append((at, number))
        lines.append(
            LineFacts(line.sku, line.quantity, line.net_minor, line.unit, line.sold_at, line.number, line.cancelled, len(places) - 1)
        )  # fmt: skip
    if not lines:
        places.append((at, None))
    return OrderFacts(one.number, tuple(lines), one.state, one.email, one.phone, first)


def _taken(taken: Taken, places: list[Place]) -> dict[str, Any]:
    return {
        "new": taken.new, "changed": taken.changed, "same": taken.same, "refused": [_refused(one, places) for one in taken.refused],
    }  # fmt: skip


def _refused(one: Refused, places: list[Place]) -> dict[str, Any]:
    at, line = places[one.row]
    return {"at": at, "line": line, "code": one.code, "reason": refusal_words(one.code, one.part)}


def _product(row: Product) -> dict[str, Any]:
    names = (
        "sku",
        "slug",
        "name",
        "name_en",
        "about",
        "about_en",
        "state",
        "unit",
        "price_minor",
        "units_sold",
        "released_at",
    )
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk, "url": reverse("product", args=[row.slug]), "shop_url": row.url,
        "picture": f"/media/{row.picture}" if row.picture else "",
    }  # fmt: skip


def _order(row: Order, lines: list[OrderLine]) -> dict[str, Any]:
    names = ("source", "number", "state", "unit", "net_minor", "ordered_at", "recorded_at")
    return {name: getattr(row, name) for name in names} | {"id": row.pk, "lines": [_line(one) for one in lines]}


def _line(row: OrderLine) -> dict[str, Any]:
    back = [
        {name: getattr(one, name) for name in ("number", "quantity", "net_minor", "unit", "returned_at")}
        for one in row.returns.all()
    ]
    names = ("number", "quantity", "net_minor", "unit", "sold_at", "cancelled_at")
    return {name: getattr(row, name) for name in names} | {"sku": row.product.sku, "returns": back}


def _return(row: Return) -> dict[str, Any]:
    names = ("number", "quantity", "net_minor", "unit", "returned_at", "recorded_at")
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk, "source": row.line.order.source, "order": row.line.order.number, "line": row.line.number, "sku": row.product.sku,
    }  # fmt: skip
