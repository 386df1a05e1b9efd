"""Orders, for those who look after the shop."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.shop import limits
from patogh.shop.actions.batches import RIGHT
from patogh.shop.money import shown
from patogh.shop.queries import orders
from patogh.shop.words import ORDER_STATES


@require_safe
@allowed(RIGHT)
def team_orders(request: SignedInRequest) -> HttpResponseBase:
    """Show orders, the newest first, by source and number where they are asked for."""
    source = request.GET.get("source", "")[: limits.SOURCE_CHARS_MAX].replace("\0", "")
    number = request.GET.get("number", "")[: limits.NUMBER_CHARS_MAX].replace("\0", "").strip()
    after, before = request.GET.get("after"), request.GET.get("before")
    rows = orders.orders(source, number, after=after, before=before)
    facts = {
        "rows": rows, "source": source, "number": number, "states": ORDER_STATES, "shown": shown,
        "source_choices": [("", _("All")), *((name, name) for name in orders.sources())],
        "buyer_words": orders.buyer_words,
    }  # fmt: skip
    return pages.render(request, "shop/team_orders.html", facts)


@require_safe
@allowed(RIGHT)
def team_order(request: SignedInRequest, order_id: int) -> HttpResponseBase:
    """Show an order with its lines, what came back of them, and what it said before."""
    row = orders.order(order_id)
    facts = {
        "order": row, "lines": orders.lines_of([row.pk]).get(row.pk, []), "changes": orders.changes_of(row.pk), "states": ORDER_STATES,
        "shown": shown, "buyer": orders.buyer_words(row.buyer),
    }  # fmt: skip
    return pages.render(request, "shop/team_order.html", facts)
