"""Putting products on the shelf and taking them off."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit import limits as house
from patogh.kit import persian
from patogh.people.models import Member
from patogh.shop import limits
from patogh.shop.actions.batches import _batch, _check_right
from patogh.shop.actions.orders import _count
from patogh.shop.errors import BadProduct, BadProductLink, NotOnSale, SkuTaken, SlugTaken
from patogh.shop.facts import UNITS, ProductFacts, Taken
from patogh.shop.models import Import, Product

_KEPT = ("name", "name_en", "about", "about_en", "unit", "price_minor", "url")


@action
def put_product(facts: ProductFacts, *, by: Member) -> Product:
    """Put a product in, not on sale yet; raises NotForYou, BadProduct, BadProductLink, SkuTaken or SlugTaken."""
    _check_right(by)
    facts = _checked(facts)
    if Product.objects.filter(sku=facts.sku).exists():
        raise SkuTaken
    if facts.slug and Product.objects.filter(slug=facts.slug).exists():
        raise SlugTaken
    product = _new(facts)
    record("shop.product_put", by=by, subject=product, data={"sku": product.sku})
    return product


@action
def edit_product(product: Product, facts: ProductFacts, *, by: Member) -> Product:
    """Say something else of a product; lines that were sold keep their money. Raises as `put_product` does."""
    _check_right(by)
    product = Product.objects.select_for_update().get(pk=product.pk)
    facts = _checked(facts)
    if Product.objects.filter(sku=facts.sku).exclude(pk=product.pk).exists():
        raise SkuTaken
    if facts.slug and Product.objects.filter(slug=facts.slug).exclude(pk=product.pk).exists():
        raise SlugTaken
    was = _differences(product, facts)
    if not was:
        return unchanged(product)
    _say(product, facts)
    record("shop.product_edited", by=by, subject=product, data={"was": was})
    return product


@action
def show_product(product: Product, picture: str, *, by: Member) -> Product:
    """Give a product its picture, by its name among the media."""
    _check_right(by)
    was = product.picture
    Product.objects.filter(pk=product.pk).update(picture=picture, version=F("version") + 1)
    product.refresh_from_db()
    record("shop.product_edited", by=by, subject=product, data={"was": {"picture": was}})
    return product


@action
def release_product(product: Product, *, by: Member, at: dt.datetime | None = None) -> Product:
    """Put a product on sale, or on sale again; raises NotOnSale for one that is."""
    _check_right(by)
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.state == "on_sale":
        raise NotOnSale
    product.state, product.released_at = "on_sale", product.released_at or at or timezone.now()
    _save(product, ["state", "released_at"])
    record("shop.product_released", by=by, subject=product)
    return product


@action
def end_product(product: Product, *, by: Member) -> Product:
    """Take a product off sale; what was sold of it stays. Raises NotOnSale for one that is not on sale."""
    _check_right(by)
    product = Product.objects.select_for_update().get(pk=product.pk)
    if product.state != "on_sale":
        raise NotOnSale
    product.state = "ended"
    _save(product, ["state"])
    record("shop.product_ended", by=by, subject=product)
    return product


@action
def put_products(source: str, products: Sequence[ProductFacts], *, by: Member, channel: str = "api") -> Taken:
    """Put a batch of products in, or say something else of those that are there; known by their codes."""
    brought = _batch(source, "products", by)
    taken = _put_products(source, products, brought)
    if not taken.new and not taken.changed:
        brought.delete()
        return unchanged(taken)
    _count(brought, taken)
    data = {"source": source, "new": taken.new, "changed": taken.changed, "refused": taken.lost}
    record("shop.products_taken", by=by, subject=brought, channel=channel, data=data)
    return taken


def _put_products(_source: str, products: Sequence[ProductFacts], _brought: Import) -> Taken:
    """Write a batch of products."""
    taken = Taken()
    known = {
        product.sku: product for product in Product.objects.filter(sku__in=[facts.sku.strip() for facts in products])
    }
    for given in products:
        try:
            facts = _checked(given)
        except BadProductLink:
            taken.refuse(given.row, "link_unreadable", given.sku)
            continue
        except BadProduct:
            taken.refuse(given.row, "price_unreadable" if given.name.strip() else "name_missing", given.sku)
            continue
        product = known.get(facts.sku)
        if product is None:
            known[facts.sku] = _new(facts)
            taken.new += 1
        elif _differences(product, facts):
            _say(product, facts)
            taken.changed += 1
        else:
            taken.same += 1
    return taken


def _checked(facts: ProductFacts) -> ProductFacts:
    """Return what is said of a product, cleaned; raises BadProduct or BadProductLink."""
    sku, name = persian.name_clean(facts.sku), persian.name_clean(facts.name)
    if not sku or not name or len(sku) > 60 or len(name) > 120:
        raise BadProduct(field="name" if sku and len(sku) <= 60 else "sku")
    if facts.unit is not None and facts.unit not in UNITS:
        raise BadProduct(field="unit")
    if facts.price_minor is not None and not 0 <= facts.price_minor <= limits.NET_MINOR_MAX:
        raise BadProduct(field="price")
    words = {"name_en": 120, "about": 600, "about_en": 600}
    if any(len(getattr(facts, one) or "") > most or "\0" in (getattr(facts, one) or "") for one, most in words.items()):
        raise BadProduct(field="about")
    return dataclasses.replace(facts, sku=sku, name=name, url=_link(facts.url), slug=persian.slug(facts.slug, 60))


def _link(url: str | None) -> str | None:
    """Return a web address; raises BadProductLink."""
    if not url:
        return url
    try:
        parts = urlsplit(url.strip())
        fits = parts.scheme in {"https", "http"} and bool(parts.hostname) and not parts.username
    except ValueError as error:
        raise BadProductLink from error
    if not fits or len(url) > min(500, house.LINK_CHARS_MAX) or not url.strip().isprintable() or " " in url.strip():
        raise BadProductLink
    return url.strip()


def _new(facts: ProductFacts) -> Product:
    """Make the row of a product."""
    words = {name: value for name in _KEPT if (value := getattr(facts, name)) is not None}
    slug = facts.slug or _free_slug(facts.name_en or facts.name or facts.sku)
    return Product.objects.create(sku=facts.sku, slug=slug, created_at=timezone.now(), **words)


def _free_slug(wish: str) -> str:
    """Return an address that no product has."""
    plain = persian.slug(wish, 50) or "product"
    taken = set(Product.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    return (
        plain
        if plain not in taken
        else next(one for at in range(2, len(taken) + 3) if (one := f"{plain}-{at}") not in taken)
    )


def _differences(product: Product, facts: ProductFacts) -> dict[str, object]:
    """Return what a product said, where it is to say something else."""
    wanted = {name: value for name in _KEPT if (value := getattr(facts, name)) is not None}
    wanted |= {"sku": facts.sku} | ({"slug": facts.slug} if facts.slug else {})
    return {name: getattr(product, name) for name, value in wanted.items() if getattr(product, name) != value}


def _say(product: Product, facts: ProductFacts) -> None:
    """Write what is said of a product now."""
    fields = [*_differences(product, facts)]
    for name in fields:
        setattr(product, name, getattr(facts, name))
    _save(product, fields)


def _save(product: Product, fields: list[str]) -> None:
    product.version += 1
    product.save(update_fields=[*fields, "version"])
