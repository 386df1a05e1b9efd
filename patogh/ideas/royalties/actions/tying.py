"""The product that an idea became, and from which day to which its sales count."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Max
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import machine
from patogh.ideas.actions.moving import develop, locked, release
from patogh.ideas.actions.stamps import touch
from patogh.ideas.models import Idea, IdeaProduct
from patogh.ideas.royalties import months
from patogh.ideas.royalties.errors import BadSince, IdeaHasNoProduct, ProductIsTied, UnitNotKept
from patogh.ledger import codes
from patogh.people.models import Member
from patogh.shop.models import Product

SOLD: Final = frozenset({"on_sale", "ended"})
MAY_HAVE: Final = frozenset({machine.APPROVED, machine.IN_DEVELOPMENT, machine.ON_SALE})
EARLIEST: Final = dt.date(2000, 1, 1)
DAYS_AHEAD_MAX: Final = 366


@action
def tie_product(idea: Idea, product: Product, *, since: dt.date, by: Member) -> IdeaProduct:
    """Tie a product to an approved idea; its sales count from `since` on. The idea moves along: in development, on sale.

    Raises IdeaHasNoProduct, ProductIsTied, BadSince and UnitNotKept.
    """
    idea = locked(idea.pk)
    product = Product.objects.select_for_update().get(pk=product.pk)
    if idea.state not in MAY_HAVE:
        raise IdeaHasNoProduct
    known = IdeaProduct.objects.filter(product=product, until__isnull=True).first()
    if known is not None and known.idea_id == idea.pk:
        return unchanged(known)
    if known is not None:
        raise ProductIsTied
    if product.unit not in codes.UNITS - {codes.POINTS}:
        raise UnitNotKept(unit=product.unit)
    _check_since(idea, product, since)
    agreement = idea.agreements.filter(in_force_at__isnull=False).order_by("-version").first()
    tie = IdeaProduct.objects.create(
        idea=idea, product=product, agreement=agreement, since=since, tied_by=by, tied_at=timezone.now()
    )
    _move_along(idea, product, by)
    touch(idea)
    record("ideas.product_tied", by=by, subject=idea, target=product)
    return tie


@action
def untie_product(tie: IdeaProduct, *, until: dt.date, by: Member) -> IdeaProduct:
    """Let a product's sales no longer count from `until` on (that day excluded). Raises BadSince."""
    idea = locked(tie.idea_id)
    tie = IdeaProduct.objects.select_related("product").get(pk=tie.pk)
    if tie.until is not None:
        return unchanged(tie)
    if not tie.since < until <= _latest() or _is_closed(idea, until):
        raise BadSince
    tie.until = until
    IdeaProduct.objects.filter(pk=tie.pk).update(until=until)
    touch(idea)
    record("ideas.product_untied", by=by, subject=idea, target=tie.product)
    return tie


def _check_since(idea: Idea, product: Product, since: dt.date) -> None:
    """Raise BadSince for a day in a closed month, long ago, far ahead, or still counted for another idea."""
    overlaps = IdeaProduct.objects.filter(product=product, until__gt=since).exists()
    if not EARLIEST <= since <= _latest() or overlaps or _is_closed(idea, since):
        raise BadSince


def _latest() -> dt.date:
    """Return the last day that anybody can mean: a slip of the hand in the year would stop the counting for good."""
    return timezone.now().date() + dt.timedelta(days=DAYS_AHEAD_MAX)


def _is_closed(idea: Idea, day: dt.date) -> bool:
    """Whether a day lies in a period that was closed."""
    last = idea.royalty_periods.aggregate(last=Max("ends_at"))["last"]
    return last is not None and months.first_moment(day, months.brand_viewer()) < last


def _move_along(idea: Idea, product: Product, by: Member) -> None:
    """Have the idea follow its product: to the shelf if that is where it is, else into development."""
    if product.state in SOLD and idea.state != machine.ON_SALE:
        release(idea, by=by)
    elif idea.state == machine.APPROVED:
        develop(idea, by=by)
