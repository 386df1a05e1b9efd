"""Orders, for those who look after the shop; and one's own, for whoever takes a copy of their data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order as Sorting
from patogh.kit.pages import Page, paged
from patogh.people.identifying import masked
from patogh.people.models import Identity
from patogh.shop.models import Change, Order, OrderLine, Return

BY_AGE = Sorting("ordered_at")


def orders(
    source: str = "", number: str = "", *, after: str | None = None, before: str | None = None, size: int = 30
) -> Page[Order]:
    """Return one page of the orders, the newest first; by source and number where they are given."""
    rows = Order.objects.select_related("buyer")
    rows = rows.filter(source=source) if source else rows
    rows = rows.filter(number=number) if number else rows
    return paged(rows, BY_AGE, after=after, before=before, size=size)


def order(pk: int) -> Order:
    """Return one order; raises NotFound."""
    found = Order.objects.select_related("buyer").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def orders_named(ids: list[int], sees: bool) -> dict[str, tuple[str, str]]:
    """Return orders by their numbers, with their pages for those who look after the shop."""
    rows = Order.objects.filter(pk__in=ids).values_list("pk", "number")
    return {
        str(pk): (_("order %(number)s") % {"number": number}, reverse("team_order", args=[pk]) if sees else "")
        for pk, number in rows
    }


def lines_of(order_ids: Iterable[int]) -> dict[int, list[OrderLine]]:
    """Return the lines of orders with their products and returns; two queries."""
    found: dict[int, list[OrderLine]] = {}
    rows = OrderLine.objects.filter(order_id__in=list(order_ids)).select_related("product").prefetch_related("returns")
    for line in rows.order_by("number"):
        found.setdefault(line.order_id, []).append(line)
    return found


def returns(*, after: str | None = None, size: int = 30) -> Page[Return]:
    """Return one page of what came back, as we came to know it, the newest first."""
    rows = Return.objects.select_related("line__order", "product")
    return paged(rows, Sorting("id"), after=after, size=size)


def changes_of(order_id: int) -> list[Change]:
    """Return what an order said before, the newest first; at most a hundred."""
    return list(Change.objects.filter(order_id=order_id).order_by("-pk")[:100])


def sources() -> list[str]:
    """Return the names of the sources that orders came from, by a walk over the index."""
    found: list[str] = []
    while len(found) < 100:
        rows = Order.objects.order_by("source").values_list("source", flat=True)
        name = (rows.filter(source__gt=found[-1]) if found else rows).first()
        if name is None:
            break
        found.append(name)
    return found


def buyer_words(buyer: Identity | None) -> str:
    """Return a buyer so that whoever knows the address recognises it, and nobody else can use it."""
    if buyer is None:
        return ""
    return masked(buyer)


def own_orders_csv(contacts: list[tuple[str, str]]) -> bytes:
    """Return the orders placed with these addresses and numbers as CSV, empty where there are none."""
    mine = Q(pk__in=[])
    for kind, value in contacts:
        mine |= Q(order__buyer__kind=kind, order__buyer__value=value)
    rows = OrderLine.objects.filter(mine).select_related("order", "product").order_by("sold_at", "pk")
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["source", "order", "line", "product", "quantity", "net_minor", "unit", "sold_at", "cancelled_at"])
    count = 0
    for row in rows.iterator(chunk_size=500):
        count += 1
        said = [row.order.source, row.order.number, row.number, row.product.name, row.quantity, row.net_minor, row.unit]
        table.writerow([*said, row.sold_at.isoformat(), row.cancelled_at.isoformat() if row.cancelled_at else ""])
    return out.getvalue().encode("utf-8-sig") if count else b""
