"""Taking orders: known by source and number, so that a second time changes nothing and a changed line keeps what it was."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Sum
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.bulk import insert_objects
from patogh.people.models import Member
from patogh.shop import facts as said
from patogh.shop.actions.batches import _batch, _one_at_a_time, _sold_more
from patogh.shop.actions.buyers import _buyers
from patogh.shop.actions.redeeming import settle_codes
from patogh.shop.errors import RowRefused
from patogh.shop.facts import LineFacts, OrderFacts, Taken
from patogh.shop.models import Change, Import, Order, OrderLine, Product, Return
from patogh.shop.models.orders import STANDS


@dataclass(slots=True)
class _Wanted:
    """What a batch says of one order."""

    number: str
    state: str = ""
    contact: tuple[str, str] = ("", "")
    lines: dict[int | str, LineFacts] = field(default_factory=dict)
    wholly: bool = False
    row: int = 0


@dataclass(slots=True)
class _Desk:
    """What is needed to take a batch: what is known already, and what is to be written."""

    brought: Import
    now: dt.datetime
    taken: Taken
    products: dict[str, tuple[int, str]]
    orders: dict[str, Order]
    lines: dict[tuple[int, int], OrderLine]
    units: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    new_lines: list[OrderLine] = field(default_factory=list)
    changes: list[tuple[OrderLine, LineFacts, int]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


@action
def take_orders(source: str, orders: Sequence[OrderFacts], *, by: Member, channel: str = "api") -> Taken:
    """Take a batch of orders; those it knows already are only changed where they differ. Rows are refused one by one."""
    brought = _batch(source, "orders", by)
    taken = _put_orders(source, orders, brought)
    if not taken.new and not taken.changed:
        brought.delete()
        return unchanged(taken)
    _count(brought, taken)
    data = {"source": source, "new": taken.new, "changed": taken.changed, "refused": taken.lost}
    record("shop.orders_taken", by=by, subject=brought, channel=channel, data=data)
    return taken


def take_order(source: str, order: OrderFacts, *, by: Member) -> Order:
    """Take one order whole; raises RowRefused for the first line that cannot be taken (the others were)."""
    taken = take_orders(source, [order], by=by)
    if lost := [one for one in taken.refused if not one.is_taken]:
        raise RowRefused(lost[0].code, lost[0].part)
    return Order.objects.get(source=source, number=order.number)


def _count(brought: Import, taken: Taken) -> None:
    """Write down what came of a batch."""
    brought.new_count, brought.changed_count = taken.new, taken.changed
    brought.same_count, brought.refused_count = taken.same, taken.lost
    brought.rows_count = taken.new + taken.changed + taken.same + taken.lost
    brought.save()


def _put_orders(source: str, orders: Sequence[OrderFacts], brought: Import) -> Taken:
    """Write a batch: at most five statements for what is new, one more for each line that changed."""
    _one_at_a_time(source)
    taken = Taken()
    wanted = _by_number(orders, taken)
    desk = _desk_of(source, wanted, brought, taken)
    contacts = _buyers([one.contact for one in wanted.values()])
    for one in wanted.values():
        _sort_lines(desk, one)
    for one in wanted.values():
        _open_order(desk, source, one, contacts)
    _write(desk, wanted, contacts)
    settle_codes(order.pk for order in desk.orders.values())
    return taken


def _by_number(orders: Sequence[OrderFacts], taken: Taken) -> dict[str, _Wanted]:
    """Put what a batch says of one order together; later rows have the last word."""
    wanted: dict[str, _Wanted] = {}
    for order in orders:
        wrong = said.wrong_number(order.number) or ("" if order.state in said.STATES else "state_unknown")
        if wrong:
            for line in order.lines or (order,):
                taken.refuse(line.row, wrong)
            continue
        one = wanted.setdefault(order.number, _Wanted(order.number, row=order.row))
        if order.state != "cancelled" or not one.state:
            one.state = order.state
        one.wholly |= order.state == "cancelled" and not order.lines
        one.contact = (order.email or one.contact[0], order.phone or one.contact[1])
        for line in order.lines:
            _add_line(one, line, order.state == "cancelled", taken)
    for one in wanted.values():
        if one.wholly:
            one.state = "cancelled"
            one.lines = {at: _cancelled(line) for at, line in one.lines.items()}
    return wanted


def _add_line(one: _Wanted, line: LineFacts, is_cancelled: bool, taken: Taken) -> None:
    """Keep a line under its number; without one its product stands for it until that is known."""
    line = line if line.is_cancelled == (line.is_cancelled or is_cancelled) else _cancelled(line)
    at = line.number if line.number is not None else line.sku
    before = one.lines.get(at)
    if before is None:
        one.lines[at] = line
    elif _same_words(before, line):
        taken.same += 1
    else:
        taken.refuse(line.row, "line_twice", one.number)


def _cancelled(line: LineFacts) -> LineFacts:
    return LineFacts(line.sku, line.quantity, line.net_minor, line.unit, line.sold_at, line.number, True, line.row)


def _same_words(one: LineFacts, other: LineFacts) -> bool:
    words = ("sku", "quantity", "net_minor", "unit", "sold_at", "number", "is_cancelled")
    return all(getattr(one, word) == getattr(other, word) for word in words)


def _desk_of(source: str, wanted: dict[str, _Wanted], brought: Import, taken: Taken) -> _Desk:
    """Read what is known of a batch: three queries."""
    skus = {line.sku for one in wanted.values() for line in one.lines.values()}
    products = {
        sku: (pk, unit) for pk, sku, unit in Product.objects.filter(sku__in=skus).values_list("pk", "sku", "unit")
    }
    orders = {order.number: order for order in Order.objects.filter(source=source, number__in=list(wanted))}
    lines = OrderLine.objects.filter(order_id__in=[order.pk for order in orders.values()])
    known = {(line.order_id, line.number): line for line in lines}
    return _Desk(brought, timezone.now(), taken, products, orders, known)


def _sort_lines(desk: _Desk, one: _Wanted) -> None:
    """Leave in an order only the lines that can be taken, each under its own number."""
    order = desk.orders.get(one.number)
    unit = order.unit if order else next((line.unit for line in one.lines.values()), "")
    kept: dict[int | str, LineFacts] = {}
    for line in one.lines.values():
        wrong = said.wrong_sum(line.quantity, line.net_minor, line.unit) or said.wrong_moment(line.sold_at, desk.now)
        if not wrong and line.sku not in desk.products:
            wrong = "product_unknown"
        if not wrong and line.unit != unit:
            wrong = "units_mixed"
        at = line.number if line.number is not None else desk.products.get(line.sku, (0, ""))[0]
        if not wrong and at in kept:
            wrong = "line_twice"
        if wrong:
            desk.taken.refuse(line.row, wrong, line.sku if wrong == "product_unknown" else one.number)
        else:
            kept[at] = line
    one.lines = kept


def _open_order(desk: _Desk, source: str, one: _Wanted, contacts: dict[tuple[str, str], int | None]) -> None:
    """Make the row of an order that is new, without a key yet."""
    order = desk.orders.get(one.number)
    if order is None and one.lines:
        first = next(iter(one.lines.values()))
        desk.orders[one.number] = Order(
            source=source, number=one.number, unit=first.unit, state=_state(one, None), buyer_id=contacts.get(one.contact),
            ordered_at=min(line.sold_at for line in one.lines.values()), recorded_at=desk.now,
            net_minor=sum(line.net_minor for line in one.lines.values() if not line.is_cancelled),
        )  # fmt: skip
    elif order is None and one.wholly:
        desk.taken.refuse(one.row, "order_unknown", one.number)


def _state(one: _Wanted, order: Order | None) -> str:
    """Return the state of an order by what its lines say; `order` is what was known."""
    if one.state == "cancelled" and order is not None and not one.wholly:
        return order.state
    if one.state == "cancelled" and not one.wholly and any(not line.is_cancelled for line in one.lines.values()):
        return "placed"
    return one.state


def _write(desk: _Desk, wanted: dict[str, _Wanted], contacts: dict[tuple[str, str], int | None]) -> None:
    """Insert what is new, change what changed, and keep the counters."""
    insert_objects([order for order in desk.orders.values() if order.pk is None])
    for one in wanted.values():
        order = desk.orders.get(one.number)
        if order is not None:
            _plan_lines(desk, one, order)
    insert_objects(desk.new_lines)
    _change_lines(desk)
    for one in wanted.values():
        if (order := desk.orders.get(one.number)) is not None:
            _follow_state(desk, one, order, contacts.get(one.contact))
    _recount(desk.touched)
    _sold_more(desk.units)


def _plan_lines(desk: _Desk, one: _Wanted, order: Order) -> None:
    """Tell new lines from changed and from known ones."""
    for key, line in one.lines.items():
        number = int(key)  # sorted by now
        row, product = desk.lines.get((order.pk, number)), desk.products[line.sku][0]
        if row is not None:
            _compare(desk, row, line, product)
            continue
        if order.recorded_at != desk.now:
            desk.touched.add(order.pk)
        desk.taken.new += 1
        desk.units[product] += 0 if line.is_cancelled else line.quantity
        desk.new_lines.append(
            OrderLine(
                order_id=order.pk, number=number, product_id=product, quantity=line.quantity, net_minor=line.net_minor, unit=line.unit,
                sold_at=line.sold_at, cancelled_at=desk.now if line.is_cancelled else None, recorded_at=desk.now, brought=desk.brought,
            )
        )  # fmt: skip
    if one.wholly:
        _cancel_lines(desk, one, order)


def _cancel_lines(desk: _Desk, one: _Wanted, order: Order) -> None:
    """Cancel every line of an order that still stands."""
    named = {int(key) for key in one.lines}  # what the batch itself says of those is said already
    standing = [
        row for (pk, at), row in desk.lines.items() if pk == order.pk and at not in named and row.cancelled_at is None
    ]
    desk.taken.same += not standing and not named
    for row in standing:
        facts = LineFacts("", row.quantity, row.net_minor, row.unit, row.sold_at, row.number, True, one.row)
        desk.changes.append((row, facts, row.product_id))


def _compare(desk: _Desk, row: OrderLine, line: LineFacts, product: int) -> None:
    """Find out whether a known line says something new; one file may not say two things of one line."""
    new = (product, line.quantity, line.net_minor, line.unit, line.sold_at, line.is_cancelled)
    old = (row.product_id, row.quantity, row.net_minor, row.unit, row.sold_at, row.cancelled_at is not None)
    if new == old:
        desk.taken.same += 1
    elif row.brought_id == desk.brought.pk:
        desk.taken.refuse(line.row, "line_twice", str(row.number))
    else:
        desk.changes.append((row, line, product))


def _change_lines(desk: _Desk) -> None:
    """Write the changed lines, each with what it was; more may not have come back of one than it now says was sold."""
    if not desk.changes:
        return
    back = _given_back([row.pk for row, _, _ in desk.changes])
    kept: list[Change] = []
    for row, line, product in desk.changes:
        units, money = back.get(row.pk, (0, 0))
        wrong = _why_not(row, line, product, (units, money))
        if wrong:
            desk.taken.refuse(line.row, wrong)
            continue
        kept.append(
            Change(order_id=row.order_id, line_number=row.number, was=_as_it_was(row), brought=desk.brought, changed_at=desk.now)
        )  # fmt: skip
        desk.units[row.product_id] -= 0 if row.cancelled_at else row.quantity - units
        desk.units[product] += 0 if line.is_cancelled else line.quantity - units
        cancelled_at = (row.cancelled_at or desk.now) if line.is_cancelled else None
        OrderLine.objects.filter(pk=row.pk).update(
            product=product, quantity=line.quantity, net_minor=line.net_minor, unit=line.unit, sold_at=line.sold_at,
            cancelled_at=cancelled_at, recorded_at=desk.now, brought=desk.brought,
        )  # fmt: skip
        desk.touched.add(row.order_id)
        desk.taken.changed += 1
    insert_objects(kept)


def _given_back(line_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Return how many and how much came back of lines."""
    rows = Return.objects.filter(line_id__in=line_ids).values_list("line_id")
    return {pk: (units, money) for pk, units, money in rows.annotate(Sum("quantity"), Sum("net_minor")).order_by()}


def _why_not(row: OrderLine, line: LineFacts, product: int, back: tuple[int, int]) -> str:
    """Return why a line cannot become what it is said to be now."""
    units, money = back
    if not units:
        return ""
    if (product, line.unit) != (row.product_id, row.unit):
        return "line_has_returns"
    return "less_than_returned" if line.quantity < units or line.net_minor < money else ""


def _as_it_was(row: OrderLine) -> dict[str, Any]:
    return {
        "product": row.product_id, "quantity": row.quantity, "net_minor": row.net_minor, "unit": row.unit,
        "sold_at": row.sold_at.isoformat(), "cancelled_at": row.cancelled_at.isoformat() if row.cancelled_at else None,
        "recorded_at": row.recorded_at.isoformat(),
    }  # fmt: skip


def _follow_state(desk: _Desk, one: _Wanted, order: Order, buyer: int | None) -> None:
    """Keep the state and the buyer of an order that was known before."""
    if order.recorded_at == desk.now:
        return
    state, buyer = _state(one, order), buyer or order.buyer_id
    if (state, buyer) == (order.state, order.buyer_id) or not (one.lines or one.wholly):
        return
    Order.objects.filter(pk=order.pk).update(state=state, buyer=buyer)
    rows = len(one.lines) if order.pk not in desk.touched else 0
    moved = min(rows, desk.taken.same)
    desk.taken.same -= moved
    desk.taken.changed += moved


def _recount(order_ids: set[int]) -> None:
    """Keep what orders sum up of their lines, and say of one without a standing line that it is cancelled."""
    if not order_ids:
        return
    sums = OrderLine.objects.filter(order_id__in=order_ids).values_list("order_id").order_by()
    counted = sums.annotate(
        net=Sum("net_minor", filter=STANDS), first=Min("sold_at"), standing=Count("id", filter=STANDS)
    )
    for pk, net, first, standing in counted:
        Order.objects.filter(pk=pk).update(net_minor=net or 0, ordered_at=first)
        if not standing:
            Order.objects.filter(pk=pk).update(state="cancelled")
