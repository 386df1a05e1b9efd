"""Products as pages and programs see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse

from patogh.kit.errors import NotFound
from patogh.kit.pages import Order as Sorting
from patogh.kit.pages import Page, paged
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.shop.actions.batches import RIGHT
from patogh.shop.models import Product

NEWEST = Sorting("id")
PUBLIC = Q(state__in=("on_sale", "ended"), hidden_at__isnull=True)


def visible(viewer: Member | None) -> QuerySet[Product]:
    """Return the products that somebody may see: what was on sale once and its shop still has, and for those who look after the shop all."""
    return Product.objects.all() if may(viewer, RIGHT) else Product.objects.filter(PUBLIC)


def one(viewer: Member | None, **named_by: object) -> Product:
    """Return one product in sight; raises NotFound."""
    found = visible(viewer).filter(**named_by).first()
    if found is None:
        raise NotFound
    return found


def products(
    viewer: Member | None, state: str = "", *, after: str | None = None, before: str | None = None, size: int = 30
) -> Page[Product]:
    """Return one page of the products in sight, newest first."""
    rows = visible(viewer)
    return paged(rows.filter(state=state) if state else rows, NEWEST, after=after, before=before, size=size)


def named(ids: list[int], language: str, sees_all: bool) -> dict[str, tuple[str, str]]:
    """Return names and addresses of products by id, as a text; one query."""
    rows = Product.objects.filter(pk__in=ids)
    rows = rows if sees_all else rows.filter(PUBLIC)
    return {str(row.pk): (name_of(row, language), reverse("product", args=[row.slug])) for row in rows}


def name_of(product: Product, language: str) -> str:
    """Return the name of a product in a language."""
    return product.name if language == "fa" or not product.name_en else product.name_en
