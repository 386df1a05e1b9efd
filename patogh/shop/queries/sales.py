"""What was sold: sums by unit, from indexes alone. A sale counts on the day it was made, a return on the day it came back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, Sum

from patogh.shop.models import OrderLine, Return


@dataclass(frozen=True, slots=True)
class Sales:
    """Whole minor units of one unit of money; nothing is ever converted from one to the other."""

    unit: str
    gross: int = 0
    returns: int = 0
    sold: int = 0
    returned: int = 0

    @property
    def net(self) -> int:
        """What a share is counted of; below zero where more came back than was sold in these days."""
        return self.gross - self.returns

    @property
    def quantity(self) -> int:
        """How many were sold and not given back."""
        return self.sold - self.returned


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row as it stands now: the day it counts on, and when we came to know it (or a change of it)."""

    kind: Literal["sale", "cancelled", "return"]
    product_id: int
    unit: str
    dated_at: dt.datetime
    recorded_at: dt.datetime
    net_minor: int
    quantity: int


def sales_between(
    product_ids: Iterable[int],
    starts: dt.datetime,
    ends: dt.datetime,
    *,
    sold_since: dt.datetime | None = None,
    sold_until: dt.datetime | None = None,
) -> dict[str, Sales]:
    """Return what was sold of these products and came back in [starts, ends), by unit; two queries.

    With `sold_since` and `sold_until` only pieces that were sold in [sold_since, sold_until) count, also where they came
    back later: a return belongs to whom its sale belonged to.

    It is what we know now. What a closed period counted is the period's own; what it would be now, minus that, is the
    exact correction, whatever was added, changed or cancelled late.
    """
    ids = list(product_ids)
    first, last = max(starts, sold_since or starts), min(ends, sold_until or ends)
    theirs = Q()
    if sold_since is not None:
        theirs &= Q(line__sold_at__gte=sold_since)
    if sold_until is not None:
        theirs &= Q(line__sold_at__lt=sold_until)
    sold = (
        OrderLine.objects.filter(product_id__in=ids, sold_at__gte=first, sold_at__lt=last, cancelled_at__isnull=True)
        .values_list("unit").annotate(Sum("net_minor"), Sum("quantity")).order_by("unit")
    )  # fmt: skip
    back = (
        Return.objects.filter(theirs, product_id__in=ids, returned_at__gte=starts, returned_at__lt=ends, line__cancelled_at__isnull=True)
        .values_list("unit").annotate(Sum("net_minor"), Sum("quantity")).order_by("unit")
    )  # fmt: skip
    sales = {unit: (int(net), int(count)) for unit, net, count in sold}
    returns = {unit: (int(net), int(count)) for unit, net, count in back}
    nothing = (0, 0)
    found = {}
    for unit in sorted({*sales, *returns}):
        (gross, units), (given_back, units_back) = sales.get(unit, nothing), returns.get(unit, nothing)
        found[unit] = Sales(unit, gross, given_back, units, units_back)
    return found


def recorded_between(
    product_ids: Iterable[int], since: dt.datetime, until: dt.datetime, *, dated_before: dt.datetime
) -> list[Recorded]:
    """Return the rows that became known (or changed, or were cancelled) in [since, until) and count before `dated_before`.

    Their days say which closed periods to look at again; oldest day first, two queries.
    """
    ids = list(product_ids)
    lines = OrderLine.objects.filter(
        product_id__in=ids, recorded_at__gte=since, recorded_at__lt=until, sold_at__lt=dated_before
    ).values_list("product_id", "unit", "sold_at", "recorded_at", "net_minor", "quantity", "cancelled_at")
    back = Return.objects.filter(
        product_id__in=ids, recorded_at__gte=since, recorded_at__lt=until, returned_at__lt=dated_before
    ).values_list("product_id", "unit", "returned_at", "recorded_at", "net_minor", "quantity")
    found = [Recorded("sale" if row[6] is None else "cancelled", *row[:6]) for row in lines]
    found += [Recorded("return", *row) for row in back]
    return sorted(found, key=lambda row: (row.dated_at, row.recorded_at))
