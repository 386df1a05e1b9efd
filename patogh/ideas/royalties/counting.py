"""What was sold of an idea's products in a month, from the shop's rows as they are known now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from patogh.ideas import limits
from patogh.ideas.models import Agreement, Idea, IdeaProduct
from patogh.ideas.royalties import months
from patogh.ideas.royalties.errors import UnitNotKept
from patogh.ideas.royalties.months import Month
from patogh.kit.calendar import FOREVER, Viewer
from patogh.ledger import codes
from patogh.shop.queries import sales_between

KEPT: Final = codes.UNITS - {codes.POINTS}
A_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sum:
    """Minor units of one unit, and how many pieces were sold and not given back."""

    gross: int = 0
    returns: int = 0
    pieces: int = 0

    @property
    def net(self) -> int:
        """What the share is counted of."""
        return self.gross - self.returns

    def plus(self, gross: int, returns: int, pieces: int) -> Self:
        """Return it with the sales of another product."""
        return type(self)(self.gross + gross, self.returns + returns, self.pieces + pieces)


@dataclass(frozen=True, slots=True)
class Tie:
    """One product with the UTC moments [starts_at, ends_at) in which its sales count for the idea."""

    product_id: int
    unit: str
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def settled_at(self) -> dt.datetime:
        """When late orders and returns of what was sold while it counted are no longer looked at."""
        return FOREVER if self.ends_at == FOREVER else self.ends_at + dt.timedelta(days=limits.AFTER_UNTIED_DAYS)


def ties_of(idea: Idea, viewer: Viewer) -> list[Tie]:
    """Return the products of an idea, also those that no longer count, in one query."""
    rows = IdeaProduct.objects.filter(idea=idea).select_related("product").order_by("since", "pk")
    return [
        Tie(
            row.product_id, row.product.unit, months.first_moment(row.since, viewer),
            months.first_moment(row.until, viewer) if row.until else FOREVER,
        )
        for row in rows
    ]  # fmt: skip


def sold(ties: Sequence[Tie], starts_at: dt.datetime, ends_at: dt.datetime) -> dict[str, Sum]:
    """Return what was sold in [starts_at, ends_at) while it counted, by unit, as it is known now. Raises UnitNotKept.

    Taken off is what came back in these days of the pieces sold while it counted, of no others: a product that belonged
    to another idea before brings none of that idea's returns along.
    """
    found: dict[str, Sum] = {}
    for tie in ties:
        if ends_at <= tie.starts_at or starts_at >= tie.settled_at:
            continue
        rows = sales_between([tie.product_id], starts_at, ends_at, sold_since=tie.starts_at, sold_until=tie.ends_at)
        for unit, row in rows.items():
            if unit not in KEPT:
                raise UnitNotKept(unit=unit)
            found[unit] = found.get(unit, Sum()).plus(row.gross, row.returns, row.quantity)
    return found


def units_in(ties: Sequence[Tie], month: Month) -> set[str]:
    """Return the units in which the products of a month are priced: a month without sales is closed in them.

    Raises UnitNotKept where accounts are kept in none of them.
    """
    priced = [tie.unit for tie in ties if tie.starts_at < month.ends_at and tie.settled_at > month.starts_at]
    if not KEPT.intersection(priced):
        raise UnitNotKept(unit=priced[0] if priced else "")
    return {unit for unit in priced if unit in KEPT}


def next_month(ties: Sequence[Tie], last: dt.datetime | None, viewer: Viewer) -> Month | None:
    """Return the month that is to be closed next after the moment up to which it was; None where nothing counts any more.

    It begins where the one before ended, so that no day counts twice should the brand change its calendar; the hours
    that a change of its zone leaves of a closed month go to the next one.
    """
    begins = [max(tie.starts_at, last or tie.starts_at) for tie in ties if last is None or tie.settled_at > last]
    if not begins:
        return None
    month = months.month_of(min(begins), viewer)
    if last is not None and month.starts_at < last and month.ends_at - last < A_DAY:
        month = months.month_of(month.ends_at, viewer)
        return Month(month.name, last, month.ends_at)
    return Month(month.name, max(month.starts_at, last or month.starts_at), month.ends_at)


def agreement_for(idea: Idea, ends_at: dt.datetime) -> Agreement | None:
    """Return the agreement by which a month is counted: the newest in force at its end, else the first that came."""
    rows = idea.agreements.filter(in_force_at__isnull=False)
    return rows.filter(in_force_at__lt=ends_at).order_by("-version").first() or rows.order_by("version").first()
