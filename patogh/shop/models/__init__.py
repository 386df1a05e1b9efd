"""Nouns of the shop."""

from patogh.shop.models.orders import Import, Order, OrderLine, Return
from patogh.shop.models.products import Product

__all__ = ["Import", "Order", "OrderLine", "Product", "Return"]
