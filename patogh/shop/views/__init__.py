"""Pages of the shop."""

from patogh.shop.views.files import team_import, team_import_progress, team_import_refusals, team_imports
from patogh.shop.views.orders import team_order, team_orders
from patogh.shop.views.products import team_product, team_product_new, team_product_sale, team_shop
from patogh.shop.views.public import product

__all__ = [
    "product", "team_import", "team_import_progress", "team_import_refusals", "team_imports", "team_order", "team_orders",
    "team_product", "team_product_new", "team_product_sale", "team_shop",
]  # fmt: skip
