"""What the shop says on the page of a person: what they bought, for how much, and since when it is theirs."""

from __future__ import annotations

import sys
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patogh.kit.hooks import hookimpl, plug
from patogh.kit.numbers import number
from patogh.people.models import Identity, Member
from patogh.people.queries import may
from patogh.persons.hookspecs import Card, Clause, Fact, Group, Told
from patogh.shop.actions.batches import RIGHT
from patogh.shop.models import Order, OrderLine, Return

SHOWN: Final = 6
NAMED: Final = 3


@hookimpl
def road_groups() -> list[Group]:
    """Give orders and what came back a lane of their own."""
    return [Group("orders", "سفارش‌ها", "Orders", "package", ("shop.*",), "saf")]


@hookimpl
def activities_told(activities: list[Any], viewer: Member) -> dict[UUID, Told]:
    """Tell orders by their number and what was in them; two queries."""
    wanted = {one.pk: int(one.subject_id) for one in activities if one.subject_kind == "shop.order"}
    if not wanted:
        return {}
    orders = Order.objects.in_bulk(set(wanted.values()))
    inside: dict[int, list[str]] = {}
    lines = OrderLine.objects.filter(order__in=orders).select_related("product").order_by("number")
    for line in lines[: len(orders) * 20]:
        name = line.product.name_en if viewer.language == "en" and line.product.name_en else line.product.name
        inside.setdefault(line.order_id, []).append(name)
    sees = may(viewer, RIGHT)
    return {key: _told(orders[pk], inside.get(pk, []), sees=sees) for key, pk in wanted.items() if pk in orders}


def _told(order: Order, names: list[str], *, sees: bool) -> Told:
    """Return an order as one stop of a road."""
    words = _(", ").join(names[:NAMED]) + (_(" and more") if len(names) > NAMED else "")
    url = reverse("team_order", args=[order.pk]) if sees else ""
    tag = _("cancelled") if order.state == "cancelled" else ""
    return Told(
        _("order %(number)s") % {"number": order.number}, words or order.source, url, tag, "anar" if tag else ""
    )


@hookimpl
def person_value(identities: list[int]) -> dict[str, int]:
    """Return what stands of the orders less what came back; one query."""
    bought = Order.objects.filter(buyer__in=identities).exclude(state="cancelled").order_by()
    back = Return.objects.filter(line__order__buyer__in=identities, line__cancelled_at=None).order_by()
    sums = bought.values("unit").annotate(sum=Sum("net_minor")).values_list("unit", "sum")
    less = back.values("unit").annotate(sum=-Sum("net_minor")).values_list("unit", "sum")
    found: dict[str, int] = {}
    for unit, amount in sums.union(less, all=True):
        found[unit] = found.get(unit, 0) + (amount or 0)
    return found


@hookimpl
def person_cards(person: Any, identities: list[Identity], viewer: Member) -> list[Card]:  # noqa: ARG001 - the hook's words
    """Show what they bought and since when it is theirs; one query."""
    english = viewer.language == "en"
    rows = (
        OrderLine.objects.filter(order__buyer__in=identities, cancelled_at=None)
        .values(name=F("product__name"), name_en=F("product__name_en"), slug=F("product__slug"))
        .annotate(since=Min("sold_at"), pieces=Sum("quantity"))
        .order_by("-since")[:SHOWN]
    )
    facts = [
        Fact(
            row["name_en"] if english and row["name_en"] else row["name"],
            _("%(n)s pieces") % {"n": number(row["pieces"], viewer.viewer)} if row["pieces"] > 1 else "",
            since=row["since"],
        )
        for row in rows
    ]
    return [Card("bought", _("What they have"), "start", facts, rank=10)] if facts else []


@hookimpl
def person_clauses(person: Any, identities: list[Identity], viewer: Member) -> list[Clause]:  # noqa: ARG001 - the hook's words
    """Say how often they bought; one query."""
    rows = Order.objects.filter(buyer__in=identities).exclude(state="cancelled")
    count = rows.aggregate(count=Count("pk"))["count"]
    if not count:
        return []
    words = ngettext("bought <b>once</b>", "bought <b>%(n)s times</b>", count)
    return [Clause(words % {"n": number(count, viewer.viewer)}, rank=20)]


plug(sys.modules[__name__])
