"""Orders that come as events (Segment's e-commerce spec) as the shop's own facts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from patogh.activity.models import Activity
from patogh.api.intake.actions import taking
from patogh.api.models import IntakeSource
from patogh.kit.errors import PatoghError
from patogh.kit.money import CURRENCIES
from patogh.persons.models import Trait
from patogh.shop.actions import take_orders, take_returns
from patogh.shop.facts import LineFacts, OrderFacts, ReturnFacts
from patogh.shop.models import OrderLine

TOMAN: Final = frozenset({"IRT", "TOMAN", "TMN"})
STATES: Final = {"Order Completed": "paid", "Order Updated": "paid", "Order Cancelled": "cancelled"}
_LINES_MAX: Final = 200
_EXACT: Final = Decimal(1)


class Unclear(ValueError):
    """An order event that cannot be an order: no number, no product, money that is none."""


def hand_on(source: IntakeSource, events: list[Activity]) -> None:
    """Give these events to the shop in their order; what it cannot take is counted as order_refused."""
    by, label, lost = source.made_by, f"intake:{source.pk}", 0
    if by is None:
        return
    contacts = _contacts([event.identity_id or 0 for event in events])
    for event in events:
        properties = event.data.get("properties") or {}
        try:
            if event.data.get("event") == "Order Refunded":
                lost += take_returns(label, returned(label, event, properties), by=by, channel="intake").lost
            else:
                lost += take_orders(
                    label,
                    [ordered(event, properties, contacts.get(event.identity_id or 0, {}))],
                    by=by,
                    channel="intake",
                ).lost
        except (Unclear, PatoghError):
            lost += 1
    if lost:
        taking.count_orders(source.pk, lost)


def ordered(event: Activity, properties: dict[str, Any], contact: dict[str, str]) -> OrderFacts:
    """Return an order event as an order; raises Unclear."""
    lines = tuple(
        LineFacts(sku, quantity, _minor(one.get("price"), unit, quantity), unit[0], event.happened_at, number=at)
        for at, (one, sku, quantity) in enumerate(_products(properties), 1)
        for unit in [_unit(properties, one)]
    )
    state = STATES.get(str(event.data.get("event")), "paid")
    if not lines and state != "cancelled":
        raise Unclear
    email, phone = (_text(properties, name) or contact.get(name, "") for name in ("email", "phone"))
    return OrderFacts(_number(properties), lines, state, email=email, phone=phone)


def returned(source: str, event: Activity, properties: dict[str, Any]) -> list[ReturnFacts]:
    """Return a refund event as returns, of the products it names or of the whole order; raises Unclear."""
    order, named = _number(properties), _products(properties)
    key = str(event.key or event.pk)[:60]
    if named:
        return [
            ReturnFacts(
                order,
                quantity,
                _minor(one.get("price"), unit, quantity),
                unit[0],
                event.happened_at,
                number=f"{key}-{at}",
                sku=sku,
            )
            for at, (one, sku, quantity) in enumerate(named, 1)
            for unit in [_unit(properties, one)]
        ]
    lines = OrderLine.objects.filter(order__source=source, order__number=order, cancelled_at=None).order_by("pk")
    return [
        ReturnFacts(
            order, line.quantity, line.net_minor, line.unit, event.happened_at, number=f"{key}-{at}", line=line.number
        )
        for at, line in enumerate(lines[:_LINES_MAX], 1)
    ]


def _number(properties: dict[str, Any]) -> str:
    value = properties.get("order_id") or properties.get("orderId")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Unclear
    return str(value).strip()[:64]


def _products(properties: dict[str, Any]) -> list[tuple[dict[str, Any], str, int]]:
    """Return each product of an event with its code and quantity; raises Unclear."""
    rows = properties.get("products") or []
    if not isinstance(rows, list) or len(rows) > _LINES_MAX:
        raise Unclear
    found = []
    for one in rows:
        if not isinstance(one, dict):
            raise Unclear
        sku, quantity = one.get("sku") or one.get("product_id") or one.get("productId"), one.get("quantity", 1)
        if (
            isinstance(quantity, bool)
            or not isinstance(quantity, int)
            or quantity < 1
            or not isinstance(sku, str | int)
            or not str(sku)
        ):
            raise Unclear
        found.append((one, str(sku), quantity))
    return found


def _unit(properties: dict[str, Any], one: dict[str, Any]) -> tuple[str, int]:
    """Return the unit money is kept in, and how many of it one of the event's is; raises Unclear."""
    code = str(one.get("currency") or properties.get("currency") or "").upper()
    if code in TOMAN:
        return "IRR", 10
    if code not in CURRENCIES:
        raise Unclear
    return code, 10 ** CURRENCIES[code].exponent


def _minor(price: Any, unit: tuple[str, int], quantity: int) -> int:
    """Return a price times a quantity in whole minor units; raises Unclear for a part of one."""
    if isinstance(price, bool) or not isinstance(price, str | int | float):
        raise Unclear
    try:
        amount = Decimal(str(price)) * unit[1] * quantity
        whole = amount.quantize(_EXACT)
    except InvalidOperation as error:
        raise Unclear from error
    if whole != amount or whole < 0:
        raise Unclear
    return int(whole)


def _text(properties: dict[str, Any], name: str) -> str:
    value = properties.get(name)
    return value if isinstance(value, str) else ""


def _contacts(identities: list[int]) -> dict[int, dict[str, str]]:
    """Return the address and number that traits name for these identities: one query."""
    rows = Trait.objects.filter(identity_id__in=identities, name__in=("email", "phone")).order_by("said_at")
    found: dict[int, dict[str, str]] = {}
    for identity, name, value in rows.values_list("identity_id", "name", "value"):
        if isinstance(value, str):
            found.setdefault(identity, {})[name] = value
    return found
