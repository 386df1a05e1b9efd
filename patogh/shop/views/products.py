"""Products, for those who look after the shop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from patogh.kit import ids, pictures
from patogh.kit.errors import Conflict, Invalid
from patogh.looks import pages
from patogh.people.http import SignedInRequest, allowed
from patogh.people.models import Member
from patogh.shop import actions
from patogh.shop.actions.batches import RIGHT
from patogh.shop.forms import ProductForm, initial_of, unit_choices
from patogh.shop.models import Product
from patogh.shop.money import shown
from patogh.shop.queries import products, sales_between
from patogh.shop.words import PRODUCT_STATES

YEAR = dt.timedelta(days=365)


@require_safe
@allowed(RIGHT)
def team_shop(request: SignedInRequest) -> HttpResponseBase:
    """Show every product."""
    state = request.GET.get("state", "")
    state = state if state in PRODUCT_STATES else ""
    after, before = request.GET.get("after"), request.GET.get("before")
    rows = products.products(request.member, state, after=after, before=before)
    facts = {"rows": rows, "state": state, "states": PRODUCT_STATES, "shown": shown, "name_of": products.name_of}
    return pages.render(request, "shop/team_shop.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(RIGHT)
def team_product_new(request: SignedInRequest) -> HttpResponseBase:
    """Put a product in."""
    form = ProductForm(request.POST or None, request.FILES or None, initial={"unit": "TOMAN"})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.put_product(form.facts(), by=request.member)
            _show(row, form.cleaned_data["picture"], request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The product is in. Put it on sale when it is."))
            return redirect("team_product", row.pk)
    facts = {"form": form, "units": unit_choices(request.viewer.language), "product": None}
    return pages.render(request, "shop/team_product.html", facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(RIGHT)
def team_product(request: SignedInRequest, product_id: int) -> HttpResponseBase:
    """Show a product with what was sold of it in a year; a POST changes what its page says."""
    row = products.one(request.member, pk=product_id)
    form = ProductForm(request.POST or None, request.FILES or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_product(row, form.facts(), by=request.member)
            _show(row, form.cleaned_data["picture"], request.member)
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The product is saved."))
            return redirect("team_product", product_id)
    return pages.render(
        request, "shop/team_product.html", _facts(request, row, form), status=400 if form.errors else 200
    )


@require_http_methods(["POST", "DELETE"])
@allowed(RIGHT)
def team_product_sale(request: SignedInRequest, product_id: int) -> HttpResponseBase:
    """Put a product on sale; DELETE takes it off."""
    row = products.one(request.member, pk=product_id)
    if request.method == "POST":
        actions.release_product(row, by=request.member)
    else:
        actions.end_product(row, by=request.member)
    return redirect("team_product", product_id)


def _facts(request: SignedInRequest, row: Product, form: ProductForm) -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": form, "units": unit_choices(request.viewer.language), "product": row, "states": PRODUCT_STATES, "shown": shown,
        "sales": sales_between([row.pk], now - YEAR, now).values(), "name": products.name_of(row, request.viewer.language),
    }  # fmt: skip


def _show(row: Product, picture: UploadedFile[Any] | None, by: Member) -> None:
    """Take a picture in, where one came."""
    if picture is not None:
        taken = pictures.take(picture.read())
        name = default_storage.save(f"products/{ids.token(12)}.webp", ContentFile(taken.full_webp))
        actions.show_product(row, name, by=by)


def _refuse(form: ProductForm, refusal: Invalid | Conflict) -> None:
    field = getattr(refusal, "field", "") or ("picture" if isinstance(refusal, pictures.PictureRefused) else "")
    form.add_error(field if field in form.fields else None, str(refusal))
