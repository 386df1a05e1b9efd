"""What a source says of products, orders and returns, before anything of it is believed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from patogh.kit.money import CURRENCIES
from patogh.shop import limits

STATES: Final = ("placed", "paid", "sent", "cancelled")
UNITS: Final = tuple(unit for unit in CURRENCIES if unit != "TOMAN")  # a toman is a way to say ten rials
EARLIEST: Final = dt.datetime(limits.EARLIEST_YEAR, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of an order. Without a `number` the product tells the lines of an order apart; `row` is where it stood."""

    sku: str
    quantity: int
    net_minor: int
    unit: str
    sold_at: dt.datetime
    number: int | None = None
    is_cancelled: bool = False
    row: int = 0


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order; `state` cancelled without lines cancels every line that we know of it."""

    number: str
    lines: tuple[LineFacts, ...] = ()
    state: str = "paid"
    email: str = ""
    phone: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What came back of one line, named by its number or else by the product; `number` is the source's own."""

    order: str
    quantity: int
    net_minor: int
    unit: str
    returned_at: dt.datetime
    number: str = ""
    line: int | None = None
    sku: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """One product as its page says it; None leaves a field as it is."""

    sku: str
    name: str
    name_en: str | None = None
    about: str | None = None
    about_en: str | None = None
    unit: str | None = None
    price_minor: int | None = None
    url: str | None = None
    slug: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken and why (a key of `words.REFUSALS`); `is_taken` where only a part of it was left out."""

    row: int
    code: str
    part: str = ""
    is_taken: bool = False


@dataclass(slots=True)
class Taken:
    """What came of a batch, counted in rows."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """How many rows were not taken."""
        return sum(not one.is_taken for one in self.refused)

    def refuse(self, row: int, code: str, part: str = "") -> None:
        """Note a row that is not taken."""
        self.refused.append(Refused(row, code, part[:40]))


def wrong_number(number: str) -> str:
    """Return why a number of an order or return cannot be kept, "" where it can."""
    if not number.strip():
        return "number_missing"
    fits = len(number) <= limits.NUMBER_CHARS_MAX and number.isprintable()
    return "" if fits else "number_unreadable"


def wrong_sum(quantity: int, net_minor: int, unit: str) -> str:
    """Return what is wrong with how many and how much, "" where nothing is."""
    if quantity < 0 or net_minor < 0:
        return "negative"
    if quantity == 0:
        return "quantity_zero"
    if quantity > limits.QUANTITY_MAX or net_minor > limits.NET_MINOR_MAX:
        return "too_much"
    return "" if unit in UNITS else "unit_unknown"


def wrong_moment(moment: dt.datetime, now: dt.datetime) -> str:
    """Return what is wrong with a day, "" where nothing is."""
    if moment < EARLIEST:
        return "date_too_old"
    return "date_ahead" if moment > now + dt.timedelta(hours=limits.AHEAD_HOURS_MAX) else ""
