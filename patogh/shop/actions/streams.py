"""Orders that come as a stream: one whole version of an order each time, of which the newest wins whenever it comes.

Late, shuffled and doubled versions end in the same state: an older one changes nothing, and what the newest does not name any
more (a line, a refund) counts no longer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.activity.bulk import insert_rows
from patogh.kit.money import Money
from patogh.people.models import Identity
from patogh.shop.actions.batches import _one_at_a_time, source_name
from patogh.shop.actions.orders import _put_orders
from patogh.shop.actions.products import _put_products
from patogh.shop.actions.redeeming import Claims, follow_codes
from patogh.shop.actions.returns import _put_returns
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts, ReturnFacts, Taken
from patogh.shop.models import Code, Import, Order, OrderLine, Product, Redemption, Refusal, Return
from patogh.shop.models.orders import STANDS


@dataclass(frozen=True, slots=True)
class StreamLine:
    """One line of a version: by its own number, the code of its product, and what the shop calls that."""

    number: int
    sku: str
    name: str
    quantity: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class StreamReturn:
    """What came back of a line with one refund; no pieces where only a part of the price was given back."""

    line: int
    number: str
    quantity: int
    net_minor: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class OrderVersion:
    """One version of an order; `returns` None where the version does not say what came back of it.

    `is_gone`: it was deleted, and all that is known is its `key`.
    """

    source: str
    number: str
    key: str
    state: str
    unit: str
    ordered_at: dt.datetime
    updated_at: dt.datetime
    lines: tuple[StreamLine, ...] = ()
    returns: tuple[StreamReturn, ...] | None = ()
    codes: tuple[str, ...] = ()
    shipping_minor: int = 0
    tax_minor: int = 0
    is_gone: bool = False

    @property
    def version(self) -> str:
        """Its place among the versions of the order: by time, then the one that knows more, then anything that is the same everywhere."""
        said = repr((self.state, self.unit, self.lines, self.returns, self.codes, self.shipping_minor, self.tax_minor))
        moment = self.updated_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        return f"{moment}|{int(self.returns is not None)}|{hashlib.sha256(said.encode()).hexdigest()[:24]}"


@action
def take_version(
    order: OrderVersion, *, by: Identity | None, channel: str = "", source: str = "", claims: Claims = ()
) -> str:
    """Take one version of an order: "new" where it changed something, "known" where it is old or says nothing new.

    `by` is who bought; `claims` are further addresses that the order names, for codes that nobody may use for themselves.
    """
    _one_at_a_time(source_name(order.source))
    known = _known(order)
    if known is not None and known.version >= order.version:
        return unchanged("known")
    before = _standing(known)
    brought = _batch(order)
    row, taken = _put(order, known, brought)
    _say(row, order, by)
    codes = follow_codes(row, order.codes, claims)
    _keep_refusals(brought, taken)
    after = _standing(row)
    verb = _verb(before, after, is_new=known is None)
    if not verb:
        return unchanged("known")
    happened_at = order.ordered_at if verb == "shop.order_placed" else order.updated_at
    record(
        verb, by=by or row.buyer, subject=row, target=_code_of(codes), channel=channel[:24], source=source[:40], happened_at=min(happened_at, timezone.now()),
        value=Money(after.worth - before.worth, row.unit) if row.unit else None, data={"number": row.number, "source": row.source},
    )  # fmt: skip
    return "new"


def _code_of(codes: Sequence[Redemption]) -> Code | None:
    """Return the code that an order counts for, or that it was given back to."""
    told = sorted((one for one in codes if one.state != "refused"), key=lambda one: one.state != "counted")
    return told[0].code if told else None


@dataclass(frozen=True, slots=True)
class _Standing:
    """What an order comes to: what stands of it less what came back, and how far it is."""

    state: str = ""
    worth: int = 0
    back_pieces: int = 0
    back_minor: int = 0
    pieces: int = 0


def _standing(order: Order | None) -> _Standing:
    if order is None:
        return _Standing()
    lines = OrderLine.objects.filter(STANDS, order=order).aggregate(net=Sum("net_minor"), pieces=Sum("quantity"))
    back = Return.objects.filter(line__order=order, line__cancelled_at=None)
    gone = back.aggregate(net=Sum("net_minor"), pieces=Sum("quantity"))
    back_minor = gone["net"] or 0
    return _Standing(
        order.state, (lines["net"] or 0) - back_minor, gone["pieces"] or 0, back_minor, lines["pieces"] or 0
    )


def _verb(before: _Standing, after: _Standing, *, is_new: bool) -> str:
    """Return what happened, "" where nothing that anybody would tell."""
    if before == after and not is_new:
        return ""
    if is_new:
        return "shop.order_placed"
    if after.state == "cancelled" != before.state:
        return "shop.order_cancelled"
    if (after.back_pieces, after.back_minor) > (before.back_pieces, before.back_minor):
        return "shop.order_returned"
    return "shop.order_changed"


def _known(order: OrderVersion) -> Order | None:
    """Return the order, by the shop's own id or by its number."""
    found = Order.objects.select_for_update().filter(source=order.source).order_by("pk")
    by_key = found.filter(key=order.key).first() if order.key else None
    return by_key or found.filter(Q(number=order.number)).first()


def _batch(order: OrderVersion) -> Import:
    now = timezone.now()
    return Import.objects.create(
        source=order.source, kind="orders", name=order.number, state="ended", started_at=now, ended_at=now
    )


def _put(order: OrderVersion, known: Order | None, brought: Import) -> tuple[Order, Taken]:
    """Write lines and returns as the version says them; what shrank first, so that never more is back than was sold."""
    number = known.number if known is not None else order.number
    if known is not None and not known.unit and order.unit:
        Order.objects.filter(pk=known.pk).update(unit=order.unit)
    lines = _lines(order, known)
    _put_unknown_products(order, brought)
    backs = _returns(order, known, number)
    _put_returns(order.source, _shrunk(backs, known), brought, is_stream=True)
    facts = OrderFacts(number, tuple(lines), "cancelled" if order.state == "cancelled" else order.state)
    taken = _put_orders(order.source, [facts], brought) if lines else Taken()
    late = _put_returns(order.source, backs, brought, is_stream=True)
    taken.refused += [one for one in late.refused if one.code != "line_is_cancelled"]
    row = Order.objects.filter(source=order.source, number=number).select_related("buyer").first()
    return row or _bare(order), taken


def _lines(order: OrderVersion, known: Order | None) -> list[LineFacts]:
    """Return what each line is now; one that the version does not name any more is cancelled."""
    is_off = order.state == "cancelled"
    lines = [
        LineFacts(one.sku, one.quantity, one.net_minor, order.unit, order.ordered_at, one.number, is_off)
        for one in order.lines
    ]
    named = {one.number for one in order.lines}
    rows = OrderLine.objects.filter(order=known).select_related("product") if known is not None else ()
    return lines + [
        LineFacts(row.product.sku, row.quantity, row.net_minor, row.unit, row.sold_at, row.number, is_cancelled=True)
        for row in rows
        if row.number not in named
    ]


def _returns(order: OrderVersion, known: Order | None, number: str) -> list[ReturnFacts]:
    """Return what came back; a return that the version does not name any more becomes one of nothing, on its own day."""
    if order.returns is None or order.state == "cancelled":
        return []
    told = [
        ReturnFacts(
            number, one.quantity, one.net_minor, order.unit, max(one.at, order.ordered_at), one.number, one.line
        )
        for one in order.returns
    ]
    named = {(one.line, one.number) for one in order.returns}
    rows = Return.objects.filter(line__order=known).select_related("line") if known is not None else ()
    return told + [
        ReturnFacts(number, 0, 0, row.unit, row.returned_at, row.number, row.line.number)
        for row in rows
        if (row.line.number, row.number) not in named
    ]


def _shrunk(backs: Sequence[ReturnFacts], known: Order | None) -> list[ReturnFacts]:
    """Return what shrank or went: only of these may a line shrink with them."""
    rows = Return.objects.filter(line__order=known).select_related("line") if known is not None else ()
    was = {(row.line.number, row.number): row for row in rows}
    return [
        one
        for one in backs
        if (row := was.get((one.line or 0, one.number))) is not None
        and one.quantity <= row.quantity
        and one.net_minor <= row.net_minor
    ]


def _put_unknown_products(order: OrderVersion, brought: Import) -> None:
    """Put in what the shelf does not know yet, so that nothing that was sold is lost; its page comes with its first sale here."""
    wanted = {one.sku: one for one in order.lines}
    known = set(Product.objects.filter(sku__in=list(wanted)).values_list("sku", flat=True))
    fresh = [
        ProductFacts(sku, one.name or sku, unit=order.unit) for sku, one in sorted(wanted.items()) if sku not in known
    ]
    if fresh:
        _put_products(order.source, fresh, brought)


def _bare(order: OrderVersion) -> Order:
    """Keep an order without lines (deleted before it was ever told, vouchers only), so that an older version changes nothing."""
    return Order.objects.create(
        source=order.source, number=order.number, ordered_at=order.ordered_at, unit=order.unit, state="cancelled", recorded_at=timezone.now()
    )  # fmt: skip


def _say(row: Order, order: OrderVersion, by: Identity | None) -> None:
    """Write down which version this is, and what belongs to the order as a whole."""
    stands = OrderLine.objects.filter(STANDS, order=row).exists()
    row.state = order.state if stands and order.state != "cancelled" else "cancelled"
    row.version, row.key = order.version, order.key or row.key
    row.shipping_minor, row.tax_minor = order.shipping_minor, order.tax_minor
    row.buyer = by or row.buyer
    row.unit = row.unit or order.unit
    row.save(update_fields=["state", "version", "key", "shipping_minor", "tax_minor", "buyer", "unit"])


def _keep_refusals(brought: Import, taken: Taken) -> None:
    """Keep what could not be taken where the team looks for it; a version that was taken whole leaves no batch behind."""
    if not taken.refused:
        brought.delete()
        return
    insert_rows(
        Refusal,
        ("brought", "row", "part", "code", "is_taken"),
        [(brought.pk, 0, one.part, one.code, one.is_taken) for one in taken.refused],
    )
    Import.objects.filter(pk=brought.pk).update(refused_count=taken.lost, rows_count=taken.lost)
