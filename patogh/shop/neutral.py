"""The shop in the neutral folder (docs/neutral-format.md). Who bought stays where it was told; files and refusals too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from patogh.kit.errors import PatoghError
from patogh.shop import actions
from patogh.shop.actions.codes import CodeFacts, check_code
from patogh.shop.errors import BadCode
from patogh.shop.models import OrderLine, Product
from patogh.shop.spelling import key_of

_TERMS: Final = (
    "reward_kind", "reward_value", "unit", "uses_max", "uses_per_person_max", "net_minor_min", "is_for_new", "starts_at", "ends_at",
)  # fmt: skip
_PICTURE: Final = re.compile(r"products/[A-Za-z0-9_-]{4,60}\.webp")


def sheets() -> list[dict[str, Any]]:
    """Return the sheets of the shop."""
    return [
        {
            "name": "products", "label": "shop.Product", "skip": ("units_sold", "version"), "keyed": True, "same_by": "sku",
            "required": ("sku", "name"), "ready": _product, "stored": _stored, "take": _take,
        },
        {
            "name": "shop_orders", "label": "shop.Order", "skip": ("net_minor",), "keyed": True,
            "required": ("source", "number", "ordered_at", "unit"),
        },
        {
            "name": "shop_lines", "label": "shop.OrderLine", "keyed": True,
            "required": ("order", "number", "product", "quantity", "net_minor", "unit", "sold_at"), "ready": _of_something,
        },
        {
            "name": "shop_returns", "label": "shop.Return", "skip": ("product", "unit"),
            "required": ("line", "number", "quantity", "net_minor", "returned_at"), "ready": _return,
        },
        {
            "name": "shop_codes", "label": "shop.Code", "skip": ("key", "uses_count", "version"), "keyed": True, "same_by": "key",
            "required": ("code", "starts_at"), "ready": _code,
        },
        {"name": "code_uses", "label": "shop.Redemption", "skip": ("buyer",), "required": ("code", "order", "state", "redeemed_at")},
    ]  # fmt: skip


def _product(values: dict[str, Any]) -> str:
    """Give a product an address that is free here."""
    slug = re.sub(r"[^a-z0-9-]+", "-", str(values.get("slug") or values["sku"]).lower()).strip("-")[:50] or "product"
    taken = set(Product.objects.filter(slug__startswith=slug).exclude(sku=values["sku"]).values_list("slug", flat=True))
    values["slug"] = next(name for name in (slug, *(f"{slug}-{at}" for at in range(2, 100_000))) if name not in taken)
    return ""


def _of_something(values: dict[str, Any]) -> str:
    """Refuse what is not more than nothing."""
    is_some = values["quantity"] >= 1 and values["net_minor"] >= 0
    return "" if is_some else "its quantity is below 1 or its net below 0"


def _return(values: dict[str, Any]) -> str:
    """Complete a return from its line; never more than was sold."""
    line = OrderLine.objects.filter(pk=values["line"] or 0).first()
    if line is not None:
        values |= {"product": line.product_id, "unit": line.unit}
        if values["quantity"] > line.quantity or values["net_minor"] > line.net_minor:
            return "more comes back than was sold"
    return "" if values["quantity"] >= 0 and values["net_minor"] >= 0 else "its quantity or its net is below 0"


def _code(values: dict[str, Any]) -> str:
    """Find the one spelling of a code, and hold that its terms make sense, as a form's do."""
    values["key"] = key_of(str(values["code"]))
    values |= {"reward_kind": values.get("reward_kind") or "none", "reward_value": values.get("reward_value") or 0}
    said = {name: values[name] for name in _TERMS if values.get(name) is not None}
    facts = CodeFacts(code=str(values["code"]), campaign=str(values.get("campaign") or "—"), **said)
    try:
        check_code(facts)
    except BadCode as refusal:
        return f"bad_code: {refusal}"
    return "" if (values.get("clicks_count") or 0) >= 0 and values["key"] else "its letters or its counts are none"


def _stored(values: dict[str, Any]) -> str:
    """Return where the picture of a product lies; nothing for a name that is none of ours."""
    name = str(values.get("picture") or "")
    return name if _PICTURE.fullmatch(name) else ""


def _take(path: Path | None, values: dict[str, Any]) -> str:
    """Take the picture of a product over; a product without one comes all the same."""
    try:
        values["picture"] = actions.take_shown(path) if path is not None else ""
    except PatoghError:
        values["picture"] = ""
    return ""
