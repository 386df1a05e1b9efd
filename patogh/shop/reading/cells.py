"""What stands in a cell: amounts, whole numbers and days, in any digits and either calendar."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from patogh.kit import calendar, persian
from patogh.kit.calendar import BadDate
from patogh.kit.money import CURRENCIES


class Unreadable(Exception):
    """A cell that is not what its column says; `code` is a key of `words.REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_MARKS: Final = str.maketrans(
    {"٬": ",", "،": ",", "٫": ".", "−": "-"} | dict.fromkeys("\u200c\u00a0\u202f '\u200e\u200f")
)  # fmt: skip
_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?")
_MONEY_WORDS: Final = {
    "ریال": "IRR", "rial": "IRR", "rials": "IRR", "irr": "IRR", "تومان": "TOMAN", "toman": "TOMAN", "tomans": "TOMAN", "irt": "TOMAN",
    "یورو": "EUR", "eur": "EUR", "€": "EUR", "دلار": "USD", "usd": "USD", "$": "USD", "gbp": "GBP", "£": "GBP", "try": "TRY", "aed": "AED",
}  # fmt: skip
_TAIL: Final = re.compile(r"([^\d.,+-]+)$")
_HEAD: Final = re.compile(r"^([^\d.,+-]+)")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_NUMBERS: Final = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_MINOR_FROM: Final = {"TOMAN": ("IRR", 10)}
ORDERS: Final = ("ymd", "dmy", "mdy")


def stored_unit(unit: str) -> str:
    """Return the money in which amounts of `unit` are kept: tomans are kept as the rials that they are."""
    return _MINOR_FROM.get(unit, (unit, 1))[0]


def amount(text: str, unit: str) -> int:
    """Return an amount as whole minor units of `stored_unit(unit)`; raises Unreadable, for decimals beyond the minor unit too."""
    plain = _without_money(persian.digits_en(text).translate(_MARKS).casefold(), unit)
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise Unreadable("amount_unreadable")
    sign, whole, rest = found[1], found[2].replace(",", ""), (found[3] or "").rstrip("0")
    exponent = CURRENCIES[unit].exponent
    factor = _MINOR_FROM.get(unit, (unit, 1))[1]
    scaled: int = int(whole + rest) * factor * 10**exponent
    if len(whole) > 18 or len(rest) > 6 or scaled % 10 ** len(rest):
        raise Unreadable("amount_too_fine" if len(whole) <= 18 else "too_much")
    value: int = scaled // 10 ** len(rest)
    return -value if sign == "-" else value


def _without_money(text: str, unit: str) -> str:
    """Return an amount without the name of its money; raises Unreadable where that is another one than was chosen."""
    for pattern in (_TAIL, _HEAD):
        if found := pattern.search(text):
            if _MONEY_WORDS.get(found[1].strip(".")) != unit:
                raise Unreadable("amount_in_other_money" if found[1] in _MONEY_WORDS else "amount_unreadable")
            text = pattern.sub("", text)
    return text


def whole(text: str, code: str = "quantity_unreadable") -> int:
    """Return a whole number; raises Unreadable."""
    plain = persian.digits_en(text).translate(_MARKS)
    found = _AMOUNT.fullmatch(plain)
    if found is None or len(plain) > 20 or (found[3] or "").strip("0"):
        raise Unreadable(code)
    return int(found[1] + found[2].replace(",", ""))


def moment(text: str, order: str, zone: str) -> dt.datetime:
    """Return the UTC moment of a date with or without a time of day, in the shop's zone; raises Unreadable.

    A year before 1700 is Jalali. Without a time it is the beginning of that day.
    """
    plain = persian.digits_en(text).replace("T", " ").replace("t", " ").strip()
    if not plain:
        raise Unreadable("date_missing")
    day_text, _, rest = plain.partition(" ")
    if rest and not rest.strip()[0].isdigit():  # ۱ آذر ۱۴۰۵
        day_text, rest = plain, ""
    day = _day(day_text, order)
    return _at(day, rest.strip(), zone)


@lru_cache(maxsize=20_000)
def _day(text: str, order: str) -> dt.date:
    found = _NUMBERS.fullmatch(text)
    try:
        if found is None:
            return (
                calendar.parse_date(text, calendar.DEFAULT_VIEWER, dt.date(2000, 1, 1)) if len(text) > 8 else _refuse()
            )
        first, middle, last = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            year, month, day = first, middle, last
        elif len(found[3]) == 4:
            if order == "ymd":
                raise Unreadable("date_order_unknown")
            year, month, day = (last, middle, first) if order == "dmy" else (last, first, middle)
        else:
            return _refuse()
        return calendar.gregorian(year, month, day) if year < 1700 else dt.date(year, month, day)
    except (BadDate, ValueError, OverflowError) as error:
        raise Unreadable("date_unreadable") from error


def _refuse() -> dt.date:
    raise Unreadable("date_unreadable")


@lru_cache(maxsize=20_000)
def _at(day: dt.date, clock: str, zone: str) -> dt.datetime:
    if not clock:
        return dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise Unreadable("date_unreadable")
    try:
        time = dt.time(int(found[1]), int(found[2]), int(found[3] or 0))
        if found[4] is None:
            return dt.datetime.combine(day, time, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        offset = "+00:00" if found[4] == "Z" else found[4]
        return dt.datetime.fromisoformat(f"{day.isoformat()}T{time.isoformat()}{offset}").astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("date_unreadable") from error
