"""The page of a product, as everybody sees it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from patogh.kit.hooks import plugins
from patogh.looks import pages
from patogh.people.http import MemberRequest
from patogh.people.queries import may
from patogh.shop.actions.batches import RIGHT
from patogh.shop.money import shown
from patogh.shop.queries import products
from patogh.shop.words import PRODUCT_STATES


@require_safe
def product(request: MemberRequest, slug: str) -> HttpResponseBase:
    """Show a product, who made it with the brand, and where it is sold."""
    row = products.one(request.member, slug=slug)
    facts = {
        "product": row, "name": products.name_of(row, request.viewer.language),
        "about": row.about if request.viewer.language == "fa" or not row.about_en else row.about_en,
        "price": shown(row.price_minor, row.unit, request.viewer), "states": PRODUCT_STATES,
        "makers": plugins.hook.product_makers(request=request, product=row), "may_edit": may(request.member, RIGHT),
    }  # fmt: skip
    return pages.render(request, "shop/product.html", facts)
