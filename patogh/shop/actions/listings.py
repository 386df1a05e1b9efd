"""Products as shops list them: the newest version wins whenever it comes, and what the team wrote stays until the shop says otherwise.

What a shop deletes or takes back is hidden and never removed: what was sold of it stays, and it comes back as it was. Each
price is one activity with what it was before.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.shop.actions.batches import _one_at_a_time, source_name
from patogh.shop.actions.products import _checked, _differences, _new, _say
from patogh.shop.errors import BadProduct, BadProductLink, ProductUnreadable
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Listing, Product

_FIELDS: Final = ("sku", "name", "about", "url", "unit", "price_minor")
_OF_THE_SHOP: Final = frozenset({"url", "unit", "price_minor"})


@dataclasses.dataclass(frozen=True, slots=True)
class ListedItem:
    """One thing that can be bought, by the shop's own id of it; `price_minor` None where the shop says none."""

    key: str
    sku: str
    name: str
    price_minor: int | None
    updated_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class ListingVersion:
    """One version of what a shop says of a product; `family` is the key of the one that it is a kind of.

    `is_whole`: kinds that are not among the items are sold no more. `is_gone`: it was deleted, all that is known is its key.
    """

    source: str
    key: str
    updated_at: dt.datetime
    items: tuple[ListedItem, ...] = ()
    family: str = ""
    about: str = ""
    url: str = ""
    unit: str = ""
    is_shown: bool = True
    is_gone: bool = False
    is_whole: bool = False

    @property
    def version(self) -> str:
        """Its place among the versions of the product: by time, then anything that is the same everywhere."""
        words = (self.items, self.about, self.url, self.unit, self.is_shown, self.is_gone, self.is_whole)
        return _version(self.updated_at, words)


@dataclasses.dataclass(frozen=True, slots=True)
class _Way:
    """Over which channel and setup a version came."""

    channel: str
    source: str


@upkeep
def take_listing(listing: ListingVersion, *, channel: str = "", source: str = "") -> str:
    """Take one version of a product: "new" where it changed something, "known" where it is old or says nothing new."""
    _one_at_a_time(source_name(listing.source))
    rows = {row.key: row for row in _rows(listing)}
    own = rows.get(listing.key)
    if own is not None and own.version >= listing.version:
        return "known"
    way, was = _Way(channel[:24], source[:40]), set(rows)
    own = own or _row(listing, listing.key, listing.family)
    own.version, own.gone_at = listing.version, _gone_at(own, is_gone=listing.is_gone or not listing.is_shown)
    own.save()
    rows[own.key] = own
    _end_missing(listing, rows)
    changed = [_put(listing, item, rows, way) for item in listing.items]
    changed += [_settle(product, way) for product in _products(listing)]
    return "new" if any(changed) or listing.key not in was else "known"


def _rows(listing: ListingVersion) -> Iterable[Listing]:
    """Return what is known of a product, of its kinds, and of the kinds that this version names."""
    keys = [listing.key, *(item.key for item in listing.items)]
    wanted = Q(key__in=keys) | Q(family=listing.key)
    return (
        Listing.objects.select_for_update(of=("self",))
        .filter(wanted, source=listing.source)
        .order_by("pk")
        .select_related("product")
    )


def _row(listing: ListingVersion, key: str, family: str) -> Listing:
    return Listing(source=listing.source, key=key, family=family)


def _gone_at(row: Listing, *, is_gone: bool) -> dt.datetime | None:
    return (row.gone_at or timezone.now()) if is_gone else None


def _end_missing(listing: ListingVersion, rows: dict[str, Listing]) -> None:
    """Let kinds go that a whole version does not name any more."""
    named = {item.key for item in listing.items}
    gone = [row for row in rows.values() if listing.is_whole and row.family == listing.key and row.key not in named]
    for row in gone:
        row.gone_at = _gone_at(row, is_gone=True)
        row.save(update_fields=["gone_at"])


def _put(listing: ListingVersion, item: ListedItem, rows: dict[str, Listing], way: _Way) -> bool:
    """Take what is said of one thing that can be bought; returns whether anything changed here."""
    is_own = item.key == listing.key
    row = rows.get(item.key) or _row(listing, item.key, listing.family if is_own else listing.key)
    version = listing.version if is_own else _version(item.updated_at, (item, listing.about, listing.url, listing.unit))
    is_newer = is_own or row.version < version
    if not is_own:
        row.gone_at = None
    facts = _facts(listing, item)
    if row.product_id is None and listing.is_shown:
        row.product = Product.objects.filter(sku=facts.sku).first() or list_product(facts, way)
    changed = row.product is not None and is_newer and _follow(row, facts, way)
    if is_newer:
        row.version, row.said = version, {name: getattr(facts, name) for name in _FIELDS}
    row.save()
    return changed


def _facts(listing: ListingVersion, item: ListedItem) -> ProductFacts:
    """Return what is said of a product, within its limits; raises ProductUnreadable. A price needs a money and the other way round."""
    has_price = item.price_minor is not None and bool(listing.unit)
    said = ProductFacts(
        item.sku, item.name or item.sku, None, listing.about[:600] or None, None, listing.unit if has_price else None,
        item.price_minor if has_price else None, listing.url or None,
    )  # fmt: skip
    try:
        return _checked(said)
    except BadProductLink:
        return _facts(dataclasses.replace(listing, url=""), item)
    except BadProduct as error:
        raise ProductUnreadable from error


def _follow(row: Listing, facts: ProductFacts, way: _Way) -> bool:
    """Let a product say what its shop says now and did not say before; returns whether it changed."""
    product = row.product
    if product is None:
        return False
    if row.said and facts.sku != row.said.get("sku") and _taken(facts.sku, product):
        row.product, row.said = Product.objects.get(sku=facts.sku), {}
        product = row.product
    new = {
        name: value for name in _FIELDS if (value := getattr(facts, name)) is not None and value != row.said.get(name)
    }
    if not row.said:  # met for the first time: of what the team wrote, money and address are the shop's
        new = {name: value for name, value in new.items() if name in _OF_THE_SHOP or _is_bare(product, name)}
    base = ProductFacts(product.sku, product.name)
    version = product.version
    return follow_product(product, dataclasses.replace(base, **new), way).version != version


def _taken(sku: str, product: Product) -> bool:
    return Product.objects.filter(sku=sku).exclude(pk=product.pk).exists()


def _is_bare(product: Product, name: str) -> bool:
    """Whether nobody said this of a product yet; an order puts one in by its code alone."""
    value = getattr(product, name)
    return not value or (name == "name" and value == product.sku)


def _products(listing: ListingVersion) -> Iterable[Product]:
    """Return the products that a version may show or hide."""
    keys = [listing.key, *(item.key for item in listing.items)]
    wanted = Q(key__in=keys) | Q(family=listing.key)
    of = Listing.objects.filter(wanted, source=listing.source, product__isnull=False).values("product")
    return list(Product.objects.select_for_update(of=("self",)).filter(pk__in=of).order_by("pk"))


def _settle(product: Product, way: _Way) -> bool:
    """Hide a product that no shop has any more, and let one come back that a shop has again; returns whether it changed."""
    family = Listing.objects.filter(source=OuterRef("source"), key=OuterRef("family"), gone_at__isnull=False)
    is_sold = Listing.objects.filter(~Exists(family), product=product, gone_at=None).exists()
    if is_sold == (product.hidden_at is None):
        return False
    (show_again if is_sold else hide_product)(product, way)
    return True


@action
def list_product(facts: ProductFacts, way: _Way) -> Product:
    """Put a product in that a shop lists; whether it is on sale here is for the team to say."""
    product = _new(facts)
    record(
        "shop.product_put", by=None, subject=product, channel=way.channel, source=way.source, data={"sku": product.sku}
    )
    return product


@action
def follow_product(product: Product, facts: ProductFacts, way: _Way) -> Product:
    """Say of a product what its shop says; lines that were sold keep their money, and the road what it was."""
    was: dict[str, Any] = _differences(product, facts)
    if not was:
        return unchanged(product)
    _say(product, facts)
    record("shop.product_edited", by=None, subject=product, channel=way.channel, source=way.source, data={"was": was})
    return product


@action
def hide_product(product: Product, way: _Way) -> Product:
    """Hide a product that its shop deleted or took back; it stays for what was sold of it."""
    _set_hidden(product, timezone.now())
    record("shop.product_hidden", by=None, subject=product, channel=way.channel, source=way.source)
    return product


@action
def show_again(product: Product, way: _Way) -> Product:
    """Let a hidden product be seen as it was."""
    _set_hidden(product, None)
    record("shop.product_back", by=None, subject=product, channel=way.channel, source=way.source)
    return product


def _set_hidden(product: Product, at: dt.datetime | None) -> None:
    Product.objects.filter(pk=product.pk).update(hidden_at=at, version=F("version") + 1)
    product.refresh_from_db()


def _version(at: dt.datetime, words: object) -> str:
    moment = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{moment}|{hashlib.sha256(repr(words).encode()).hexdigest()[:24]}"
