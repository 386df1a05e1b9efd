"""Taking returns: never more than was sold, in number and in money, however late they are told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.bulk import insert_objects
from patogh.people.models import Member
from patogh.shop import facts as said
from patogh.shop.actions.batches import _batch, _one_at_a_time, _sold_more
from patogh.shop.actions.orders import _count
from patogh.shop.actions.redeeming import settle_codes
from patogh.shop.errors import RowRefused
from patogh.shop.facts import ReturnFacts, Taken
from patogh.shop.models import Change, Import, OrderLine, Product, Return

_A_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class _Desk:
    """What is needed to take a batch of returns."""

    brought: Import
    now: dt.datetime
    taken: Taken
    lines: dict[str, list[OrderLine]]
    skus: dict[int, str]
    returns: dict[tuple[int, str], Return]
    units: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    new: dict[tuple[int, str], Return] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)


@action
def take_returns(source: str, returns: Sequence[ReturnFacts], *, by: Member, channel: str = "api") -> Taken:
    """Take a batch of returns; those known already are only changed where they differ. Rows are refused one by one."""
    brought = _batch(source, "returns", by)
    taken = _put_returns(source, returns, brought)
    if not taken.new and not taken.changed:
        brought.delete()
        return unchanged(taken)
    _count(brought, taken)
    data = {"source": source, "new": taken.new, "changed": taken.changed, "refused": taken.lost}
    record("shop.returns_taken", by=by, subject=brought, channel=channel, data=data)
    return taken


def take_return(source: str, given: ReturnFacts, *, by: Member) -> Taken:
    """Take one return; raises RowRefused."""
    taken = take_returns(source, [given], by=by)
    if taken.refused:
        raise RowRefused(taken.refused[0].code, taken.refused[0].part)
    return taken


def _put_returns(source: str, returns: Sequence[ReturnFacts], brought: Import, *, is_stream: bool = False) -> Taken:
    """Write a batch of returns; those of a stream may be of money alone, or of nothing any more."""
    _one_at_a_time(source)
    desk = _desk_of(source, returns, brought)
    for given in returns:
        pieces = max(given.quantity, 1) if is_stream else given.quantity
        wrong = said.wrong_number(given.order) or said.wrong_sum(pieces, given.net_minor, given.unit)
        wrong = wrong or said.wrong_moment(given.returned_at, desk.now)
        line = None if wrong else _line_of(desk, given)
        wrong = wrong or ("" if isinstance(line, OrderLine) else str(line))
        if wrong or not isinstance(line, OrderLine):
            desk.taken.refuse(given.row, wrong, given.order)
        else:
            _take_one(desk, line, given)
    insert_objects(list(desk.new.values()))
    insert_objects(desk.changed)
    _sold_more(desk.units)
    settle_codes({line.order_id for some in desk.lines.values() for line in some})
    return desk.taken


def _desk_of(source: str, returns: Sequence[ReturnFacts], brought: Import) -> _Desk:
    """Read what is known of the orders that are named: three queries."""
    numbers = {given.order for given in returns}
    lines = OrderLine.objects.filter(order__source=source, order__number__in=numbers)
    by_order: dict[str, list[OrderLine]] = defaultdict(list)
    for line in lines.select_related("order").order_by("number"):
        by_order[line.order.number].append(line)
    known = [line.pk for some in by_order.values() for line in some]
    skus = dict(Product.objects.filter(sku__in={given.sku for given in returns}).values_list("pk", "sku"))
    found = {(one.line_id, one.number): one for one in Return.objects.filter(line_id__in=known)}
    return _Desk(brought, timezone.now(), Taken(), by_order, skus, found)


def _line_of(desk: _Desk, given: ReturnFacts) -> OrderLine | str:
    """Return the line that something came back of, or why it cannot be told."""
    lines = desk.lines.get(given.order)
    if not lines:
        return "order_unknown"
    if given.line is not None:
        fitting = [line for line in lines if line.number == given.line]
    elif given.sku:
        fitting = [line for line in lines if desk.skus.get(line.product_id) == given.sku]
    else:
        fitting = lines
    if len(fitting) != 1:
        return "line_unclear" if fitting else "line_unknown"
    return _why_not(fitting[0], given) or fitting[0]


def _why_not(line: OrderLine, given: ReturnFacts) -> str:
    """Return why nothing of this line can have come back so."""
    if line.cancelled_at is not None:
        return "line_is_cancelled"
    if line.unit != given.unit:
        return "unit_differs"
    return "returned_before_sold" if given.returned_at + _A_DAY <= line.sold_at else ""


def _take_one(desk: _Desk, line: OrderLine, given: ReturnFacts) -> None:
    """Take one return of a line, as a new row or as a change of one that is known."""
    number = given.number.strip() or given.returned_at.date().isoformat()
    if wrong := said.wrong_number(number):
        desk.taken.refuse(given.row, wrong, given.order)
        return
    known = desk.new.get((line.pk, number)) or desk.returns.get((line.pk, number))
    if known and (known.quantity, known.net_minor, known.returned_at) == (
        given.quantity,
        given.net_minor,
        given.returned_at,
    ):
        desk.taken.same += 1
        return
    wrong = "return_twice" if known and known.brought_id == desk.brought.pk else _too_much(desk, line, given, known)
    if wrong:
        desk.taken.refuse(given.row, wrong, given.order)
    elif known:
        _change(desk, line, known, given)
    else:
        desk.taken.new += 1
        desk.units[line.product_id] -= given.quantity
        desk.new[line.pk, number] = Return(
            line_id=line.pk, number=number, product_id=line.product_id, quantity=given.quantity, net_minor=given.net_minor,
            unit=line.unit, returned_at=given.returned_at, recorded_at=desk.now, brought=desk.brought,
        )  # fmt: skip


def _too_much(desk: _Desk, line: OrderLine, given: ReturnFacts, known: Return | None) -> str:
    """Return why a line cannot have given back so much."""
    others = [one for (pk, _), one in (desk.returns | desk.new).items() if pk == line.pk and one is not known]
    if sum(one.quantity for one in others) + given.quantity > line.quantity:
        return "more_than_sold"
    return "more_money_than_sold" if sum(one.net_minor for one in others) + given.net_minor > line.net_minor else ""


def _change(desk: _Desk, line: OrderLine, known: Return, given: ReturnFacts) -> None:
    """Write what a return says now, and what it said."""
    was = {
        "quantity": known.quantity, "net_minor": known.net_minor, "unit": known.unit,
        "returned_at": known.returned_at.isoformat(), "recorded_at": known.recorded_at.isoformat(),
    }  # fmt: skip
    desk.changed.append(
        Change(
            order_id=line.order_id, line_number=line.number, return_number=known.number, was=was, brought=desk.brought, changed_at=desk.now,
        )
    )  # fmt: skip
    desk.units[line.product_id] += known.quantity - given.quantity
    known.quantity, known.net_minor, known.returned_at = given.quantity, given.net_minor, given.returned_at
    known.recorded_at, known.brought = desk.now, desk.brought
    known.save()
    desk.taken.changed += 1
