"""Nouns of the shop."""

from patogh.shop.models.imports import Import, Refusal
from patogh.shop.models.orders import Change, Order, OrderLine, Return
from patogh.shop.models.products import Product

__all__ = ["Change", "Import", "Order", "OrderLine", "Product", "Refusal", "Return"]
