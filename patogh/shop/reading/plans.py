"""How the columns of a file are read: which stands for what, in which money, and which part of a date comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from patogh.kit import persian
from patogh.kit.money import CURRENCIES
from patogh.shop.errors import ColumnsMissing, UnitNotChosen
from patogh.shop.reading.cells import ORDERS
from patogh.shop.words import FIELDS

# What each kind of file says: the fields that it must have, and those that it may.
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "products": ("sku", "name"),
    "orders": ("number", "sku", "quantity", "net", "date"),
    "returns": ("number", "quantity", "net", "date"),
}  # fmt: skip
OPTIONAL: Final[dict[str, tuple[str, ...]]] = {
    "products": ("name_en", "about", "price", "url"),
    "orders": ("line", "state", "email", "phone"),
    "returns": ("return", "line", "sku"),
}  # fmt: skip
# Names that shops give to columns, folded; the first that fits is proposed.
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "number": ("order number", "order id", "order no", "order", "order name", "شماره سفارش", "کد سفارش", "شناسه سفارش", "سفارش", "شماره فاکتور", "number"),
    "line": ("line", "line number", "line id", "item id", "ردیف", "شماره ردیف", "سطر"),
    "sku": ("sku", "product sku", "product code", "item sku", "lineitem sku", "code", "کد کالا", "کد محصول", "شناسه محصول", "شناسه کالا", "کالا", "محصول"),
    "quantity": ("quantity", "qty", "count", "lineitem quantity", "pieces", "تعداد", "تعداد کالا", "مقدار"),
    "net": ("net", "net amount", "line total", "total", "amount", "subtotal", "مبلغ خالص", "مبلغ", "جمع", "جمع کل", "قیمت کل", "مبلغ کل", "خالص"),
    "date": ("date", "order date", "ordered at", "created at", "paid at", "returned at", "return date", "تاریخ", "تاریخ سفارش", "تاریخ ثبت",
        "تاریخ خرید", "تاریخ برگشت", "تاریخ مرجوعی"),
    "state": ("state", "status", "order status", "وضعیت", "وضعیت سفارش"),
    "email": ("email", "e mail", "buyer email", "customer email", "billing email", "ایمیل", "ایمیل خریدار", "پست الکترونیک"),
    "phone": ("phone", "mobile", "buyer phone", "customer phone", "billing phone", "تلفن", "موبایل", "تلفن همراه", "شماره موبایل", "شماره تماس"),
    "return": ("return number", "return id", "return", "refund id", "شماره برگشت", "شماره مرجوعی", "کد مرجوعی"),
    "name": ("name", "title", "product name", "نام", "نام کالا", "نام محصول", "عنوان"),
    "name_en": ("name en", "english name", "نام انگلیسی"),
    "about": ("about", "description", "توضیح", "توضیحات", "شرح"),
    "price": ("price", "regular price", "قیمت", "قیمت فروش"),
    "url": ("url", "link", "permalink", "address", "پیوند", "لینک", "نشانی"),
}  # fmt: skip
MONEY: Final = ("net", "price")
_UNITS: Final = {"TOMAN": ("تومان", "toman"), "IRR": ("ریال", "rial", "irr")}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which column (by its place) stands for which field, and how amounts and days are read."""

    kind: str
    columns: dict[str, int] = field(default_factory=dict)
    unit: str = ""
    dates: str = "ymd"
    zone: str = "Asia/Tehran"

    def as_json(self) -> dict[str, Any]:
        """Return the plan as it is kept."""
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Plan:
    """Return a plan that was kept."""
    return Plan(**kept)


def unit_said(headers: Sequence[str]) -> str:
    """Return the money that the names of the columns speak of («مبلغ (تومان)»), nothing where they name none or two."""
    words = " ".join(map(persian.folded, headers))
    said = {unit for unit, names in _UNITS.items() if any(persian.folded(name) in words for name in names)}
    return said.pop() if len(said) == 1 else ""


def _plain(name: str) -> str:
    """Return a column's name folded, without what stands in brackets behind it."""
    head = re.split(r"[(\[]", persian.folded(name), maxsplit=1)[0]
    return " ".join((head or persian.folded(name)).replace("_", " ").replace("-", " ").split())


def proposed(kind: str, headers: Sequence[str]) -> dict[str, int]:
    """Return the columns that these names speak for; none is given twice."""
    folded = [_plain(name) for name in headers]
    found: dict[str, int] = {}
    for name in (*NEEDED[kind], *OPTIONAL[kind]):
        for word in map(persian.folded, _NAMES[name]):
            at = folded.index(word) if word in folded else -1
            if at >= 0 and at not in found.values():
                found[name] = at
                break
    return found


def made(kind: str, headers: Sequence[str], chosen: Mapping[str, int], unit: str, dates: str = "ymd") -> Plan:
    """Return a plan out of what somebody chose; raises ColumnsMissing or UnitNotChosen."""
    columns = {
        name: at for name in (*NEEDED[kind], *OPTIONAL[kind])
        if (at := chosen.get(name, -1)) is not None and 0 <= at < len(headers)
    }  # fmt: skip
    missing = [name for name in NEEDED[kind] if name not in columns]
    if missing:
        raise ColumnsMissing(names="، ".join(str(FIELDS[name]) for name in missing), field=missing[0])
    if any(name in columns for name in MONEY) and unit not in CURRENCIES:
        raise UnitNotChosen
    return Plan(kind, columns, unit if unit in CURRENCIES else "", dates if dates in ORDERS else "ymd")
