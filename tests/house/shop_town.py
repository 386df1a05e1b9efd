"""The shop of the small town: a product on sale, an order of it, a code, and a file whose columns nobody has chosen yet."""

from __future__ import annotations

from django.utils import timezone

from patogh.people.models import Member
from patogh.shop import actions, files
from patogh.shop.facts import LineFacts, OrderFacts, ProductFacts


def shelf(owner: Member) -> dict[str, object]:
    """Return what addresses need of the shop."""
    product = actions.put_product(ProductFacts("L-0", "چراغ", slug="shop-lamp", unit="IRR"), by=owner)
    actions.release_product(product, by=owner)
    line = LineFacts("L-0", 1, 1_000, "IRR", timezone.now())
    order = actions.take_order("town", OrderFacts("1", (line,)), by=owner)
    brought = actions.keep_file(files.keep([b"order,sku\n1,L-0\n"], "town", "orders", "town.csv"), by=owner)
    code = actions.make_code(actions.CodeFacts("TOWN-1", campaign="پاییز"), by=owner)
    keys = {"code": code.pk, "shared_code": code.pk, "product": product.pk, "order": order.pk, "import": brought.pk}
    return {f"{name}_id": key for name, key in keys.items()}
