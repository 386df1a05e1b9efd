"""Pages of the shop."""

from patogh.shop.views.codes import shared_code, team_code, team_codes, team_codes_csv
from patogh.shop.views.files import team_import, team_import_progress, team_import_refusals, team_imports
from patogh.shop.views.orders import team_order, team_orders
from patogh.shop.views.products import team_product, team_product_new, team_product_sale, team_shop
from patogh.shop.views.public import product
from patogh.shop.views.sharing import my_code, my_codes, team_codes_rule

__all__ = [
    "my_code", "my_codes", "product", "shared_code", "team_code", "team_codes", "team_codes_csv", "team_codes_rule", "team_import", "team_import_progress",
    "team_import_refusals", "team_imports", "team_order", "team_orders", "team_product", "team_product_new", "team_product_sale",
    "team_shop",
]  # fmt: skip
