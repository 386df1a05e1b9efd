"""What a neutral folder brings to the shop: pictures taken over, and the sums that are copies of the lines."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Count, F, Sum

from patogh.activity import upkeep
from patogh.kit import ids, limits, pictures
from patogh.shop.models import Code, Order, OrderLine, Product, Redemption, Return


def take_shown(path: Path) -> str:
    """Keep the picture of a product as an upload is kept, and return its name among the media; raises PictureRefused."""
    with path.open("rb") as file:
        taken = pictures.take(file.read(limits.PICTURE_BYTES_MAX + 1))
    return str(default_storage.save(f"products/{ids.token(12)}.webp", io.BytesIO(taken.full_webp)))


def count_products(came: Iterable[list[int]]) -> None:
    """Count what was sold of products that came, without what came back."""
    for some in came:
        _count(some)


def sum_orders(came: Iterable[list[int]]) -> None:
    """Sum the lines of orders that came."""
    for some in came:
        _sum(some)


def count_uses(came: Iterable[list[int]]) -> None:
    """Count how often codes that came were used."""
    for some in came:
        _count_uses(some)


@upkeep
def _count(some: list[int]) -> None:
    lines = OrderLine.objects.filter(product__in=some, cancelled_at=None)
    sold = dict(lines.values_list("product").annotate(Sum("quantity")))
    back = dict(Return.objects.filter(product__in=some).values_list("product").annotate(Sum("quantity")))
    for pk in some:
        Product.objects.filter(pk=pk).update(units_sold=sold.get(pk, 0) - back.get(pk, 0), version=F("version") + 1)


@upkeep
def _sum(some: list[int]) -> None:
    net = dict(
        OrderLine.objects.filter(order__in=some, cancelled_at=None).values_list("order").annotate(Sum("net_minor"))
    )
    for pk in some:
        Order.objects.filter(pk=pk).update(net_minor=net.get(pk, 0))


@upkeep
def _count_uses(some: list[int]) -> None:
    rows = Redemption.objects.filter(code__in=some, state="counted").order_by()
    used = dict(rows.values_list("code").annotate(Count("pk")))
    for code in Code.objects.filter(pk__in=some):
        count = used.get(code.pk, 0)
        code.uses_count = count if code.uses_max is None else min(count, code.uses_max)
        code.save(update_fields=["uses_count"])
