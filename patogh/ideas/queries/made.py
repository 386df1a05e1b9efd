"""What became of ideas: the roadmap, the hall of what is on sale, and how a last station was set."""

from dataclasses import dataclass
from datetime import datetime

from patogh.ideas import machine
from patogh.ideas.models import Idea, IdeaProduct, Move, Programme, ThresholdTurn
from patogh.ideas.models.ideas import IN_SIGHT
from patogh.ideas.queries import lists
from patogh.ideas.queries.lists import Row, Scope, Tab
from patogh.kit.pages import Order, Page
from patogh.shop.models import Product

ROADMAP_MAX = 60
HALL_A_PAGE = 12
TURNS = 12
_STEPS = ("approve", "develop", "release")
SOLD = Tab(Order("state_since"), (machine.ON_SALE,))


@dataclass(slots=True)
class Made:
    """An idea on its way to the shelf: when each step was made, and its product."""

    row: Row
    dates: dict[str, datetime]
    product: Product | None


def roadmap() -> list[tuple[str, list[Made]]]:
    """Return (state, ideas) from approved to on sale, the newest first; a fixed number of queries."""
    rows = [
        lists.ideas_in(Scope(), Tab(Order("state_since"), (state,)), size=ROADMAP_MAX).items
        for state in reversed(lists.MADE)
    ]
    found = {one.row.id: one for one in dressed([row for group in rows for row in group])}
    return [(state, [found[row.id] for row in group]) for state, group in zip(reversed(lists.MADE), rows, strict=True)]


def hall(*, after: str | None, before: str | None) -> Page[Made]:
    """Return a page of what is on sale; raises BadCursor."""
    page = lists.ideas_in(Scope(), SOLD, after=after, before=before, size=HALL_A_PAGE)
    return Page(dressed(page.items), page.next, page.previous)


def dressed(rows: list[Row]) -> list[Made]:
    """Put dates and products on rows: two queries."""
    ids = [row.id for row in rows]
    dates: dict[int, dict[str, datetime]] = {}
    for idea_id, move, at in Move.objects.filter(idea_id__in=ids, move__in=_STEPS).values_list(
        "idea_id", "move", "made_at"
    ):
        dates.setdefault(idea_id, {})[move] = at
    ties = IdeaProduct.objects.filter(idea_id__in=ids, until__isnull=True, product__hidden_at=None).select_related(
        "product"
    )
    products = {tie.idea_id: tie.product for tie in ties.order_by("-pk")}
    return [Made(row, dates.get(row.id, {}), products.get(row.id)) for row in rows]


def turns(programme: Programme) -> list[ThresholdTurn]:
    """Return how the last station was set lately."""
    return list(ThresholdTurn.objects.filter(programme=programme).order_by("-turned_at", "-pk")[:TURNS])


def of_product(product_id: int) -> Row | None:
    """Return the public idea that a product was made from, with its makers, or None."""
    found = Idea.objects.filter(IN_SIGHT, products__product_id=product_id, products__until__isnull=True)
    rows = lists.rows_of(found, 1)
    return rows[0] if rows else None
