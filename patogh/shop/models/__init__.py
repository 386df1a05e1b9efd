"""Nouns of the shop."""

from patogh.shop.models.codes import Code, Redemption, Sharing
from patogh.shop.models.imports import Import, Refusal
from patogh.shop.models.listings import Listing
from patogh.shop.models.orders import Change, Order, OrderLine, Return
from patogh.shop.models.products import Product

__all__ = [
    "Change", "Code", "Import", "Listing", "Order", "OrderLine", "Product", "Redemption", "Refusal", "Return", "Sharing",
]  # fmt: skip
