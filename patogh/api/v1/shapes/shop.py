"""Products, orders and returns."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from patogh.api.v1.shapes.common import In, Out

Unit = Literal["IRR", "NEWRIAL", "EUR", "USD", "GBP", "TRY", "AED"]
Minor = Annotated[int, Field(ge=0, le=10**15, json_schema_extra={"format": "int64"}, examples=[6_800_000])]
Pieces = Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra={"format": "int32"}, examples=[2])]
Number = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["1001"])]
Sku = Annotated[str, Field(min_length=1, max_length=60, examples=["LAMP"])]
Source = Annotated[str, Field(min_length=1, max_length=40, examples=["rekab.ir"])]
Name = Annotated[str, Field(max_length=120)]
About = Annotated[str, Field(max_length=600)]
LineNumber = Annotated[int, Field(ge=0, le=2**31 - 1, json_schema_extra={"format": "int32"}, examples=[1])]
Moment = Annotated[AwareDatetime, Field(strict=False, examples=["2026-11-01T08:00:00Z"])]


class Product(Out):
    """Something on the shelf; money in whole minor units of `unit` (rials have none smaller)."""

    id: int
    sku: str
    slug: str
    url: str
    name: str
    name_en: str
    about: str
    about_en: str
    picture: str
    state: str
    unit: str
    price_minor: int | None
    shop_url: str
    units_sold: int
    released_at: dt.datetime | None


class NewProduct(In):
    """A product to put in."""

    sku: Sku
    name: Annotated[str, Field(min_length=1, max_length=120, examples=["چراغ عقب"])]
    name_en: Name = ""
    about: About = ""
    about_en: About = ""
    slug: Annotated[str, Field(max_length=60, pattern=r"^[^/?#\s]*$")] = ""
    unit: Unit = "IRR"
    price_minor: Minor | None = None
    shop_url: Annotated[str, Field(max_length=500, examples=["https://shop.example/lamp"])] = ""


class ProductEdit(In):
    """What a product is to say; what is left out stays."""

    sku: Sku | None = None
    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    name_en: Name | None = None
    about: About | None = None
    about_en: About | None = None
    unit: Unit | None = None
    price_minor: Minor | None = None
    shop_url: Annotated[str, Field(max_length=500)] | None = None


class NewLine(In):
    """One line of an order. Without `number` its product tells it apart from the others."""

    sku: Sku
    quantity: Pieces
    net_minor: Minor
    unit: Unit = "IRR"
    sold_at: Moment
    number: LineNumber | None = None
    cancelled: bool = False


class NewOrder(In):
    """One order as the shop has it now; `cancelled` without lines cancels all of it. Lines that are left out stay."""

    number: Number
    state: Literal["placed", "paid", "sent", "cancelled"] = "paid"
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    lines: Annotated[list[NewLine], Field(max_length=100)] = Field(default_factory=list)


class OrderBatch(In):
    """A batch of orders of one shop."""

    source: Source
    orders: Annotated[list[NewOrder], Field(min_length=1, max_length=200)]


class NewReturn(In):
    """What came back of one line, named by `line` or `sku` where the order has more than one."""

    order: Number
    quantity: Pieces
    net_minor: Minor
    unit: Unit = "IRR"
    returned_at: Moment
    number: Annotated[str, Field(max_length=80)] = ""
    line: LineNumber | None = None
    sku: Annotated[str, Field(max_length=60)] = ""


class ReturnBatch(In):
    """A batch of returns of one shop."""

    source: Source
    returns: Annotated[list[NewReturn], Field(min_length=1, max_length=500)]


class Refused(Out):
    """Something of a batch that was not taken: at which place of it, and why."""

    at: int
    line: int | None
    code: str
    reason: str


class Taken(Out):
    """What came of a batch, counted in lines or returns."""

    new: int
    changed: int
    same: int
    refused: list[Refused] = Field(max_length=20_000)


class LineReturn(Out):
    """What came back of a line."""

    number: str
    quantity: int
    net_minor: int
    unit: str
    returned_at: dt.datetime


class Line(Out):
    """One line of an order."""

    number: int
    sku: str
    quantity: int
    net_minor: int
    unit: str
    sold_at: dt.datetime
    cancelled_at: dt.datetime | None
    returns: list[LineReturn] = Field(max_length=1_000)


class Order(Out):
    """One order; its buyer is never said."""

    id: int
    source: str
    number: str
    state: str
    unit: str
    net_minor: int
    ordered_at: dt.datetime
    recorded_at: dt.datetime
    lines: list[Line] = Field(max_length=1_000)


class Return(Out):
    """Something that came back."""

    id: int
    source: str
    order: str
    line: int
    number: str
    sku: str
    quantity: int
    net_minor: int
    unit: str
    returned_at: dt.datetime
    recorded_at: dt.datetime
