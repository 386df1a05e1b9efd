"""Cells: amounts in any digits, tomans as the rials they are, days of both calendars."""

import datetime as dt

import pytest

from patogh.shop.reading import cells, plans
from patogh.shop.reading.cells import Unreadable


@pytest.mark.parametrize(
    ("text", "unit", "minor"),
    [
        ("۱٬۲۵۰٬۰۰۰", "TOMAN", 12_500_000), ("1,250,000 تومان", "TOMAN", 12_500_000), ("1250000", "IRR", 1_250_000), ("12.5", "EUR", 1250),
        ("€12.50", "EUR", 1250), ("۱۲٫۵۰", "EUR", 1250), ("1250.00", "IRR", 1250), ("-5", "IRR", -5), ("0", "IRR", 0), ("0.1", "TOMAN", 1),
    ],
)  # fmt: skip
def test_an_amount_becomes_whole_minor_units(text, unit, minor):
    assert cells.amount(text, unit) == minor


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("1250 تومان", "IRR", "amount_in_other_money"), ("12.345", "EUR", "amount_too_fine"), ("1.5", "IRR", "amount_too_fine"),
        ("1,25", "EUR", "amount_unreadable"), ("1.250.000", "IRR", "amount_unreadable"), ("دو", "IRR", "amount_unreadable"),
        ("", "IRR", "amount_unreadable"), ("1e9", "IRR", "amount_unreadable"), ("9" * 19, "IRR", "too_much"), ("NaN", "IRR", "amount_unreadable"),
    ],
)  # fmt: skip
def test_an_amount_that_is_none_says_why(text, unit, code):
    with pytest.raises(Unreadable) as refused:
        cells.amount(text, unit)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("۱۴۰۵/۰۹/۰۱", "ymd", (2026, 11, 21)), ("1405-9-1", "ymd", (2026, 11, 21)), ("2026-11-22", "ymd", (2026, 11, 21)),
        ("01/09/1405", "dmy", (2026, 11, 21)), ("11/22/2026", "mdy", (2026, 11, 21)), ("۱ آذر ۱۴۰۵", "ymd", (2026, 11, 21)),
    ],
)  # fmt: skip
def test_a_day_of_either_calendar_begins_at_its_midnight_in_the_shop(text, order, day):
    assert cells.moment(text, order, "Asia/Tehran") == dt.datetime(*day, 20, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["2026-11-22T14:05:00Z", "2026-11-22 17:35:00+03:30", "۱۴۰۵/۰۹/۰۱ ۱۷:۳۵"])
def test_a_time_of_day_is_read_with_its_zone(text):
    assert cells.moment(text, "ymd", "Asia/Tehran") == dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_missing"), ("01/09/1405", "date_order_unknown"), ("05/09/01", "date_unreadable"), ("1405/13/01", "date_unreadable"),
        ("2026-02-30", "date_unreadable"), ("2026-11-22 25:00", "date_unreadable"), ("morning of the day", "date_unreadable"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_says_why(text, code):
    with pytest.raises(Unreadable) as refused:
        cells.moment(text, "ymd", "Asia/Tehran")
    assert refused.value.code == code


def test_a_whole_number_in_any_digits():
    assert (cells.whole("۱۲"), cells.whole("1,000"), cells.whole("3.0")) == (12, 1000, 3)
    with pytest.raises(Unreadable):
        cells.whole("2.5")


def test_a_columns_brackets_name_its_money_and_do_not_hide_its_name():
    headers = ("شماره سفارش", "کد کالا", "تعداد", "مبلغ خالص (تومان)", "تاریخ")
    assert plans.proposed("orders", headers)["net"] == 3
    assert plans.unit_said(headers) == "TOMAN"
    assert plans.unit_said(("Total [Rials]", "SKU")) == "IRR"
    assert plans.unit_said(("مبلغ (ریال)", "مبلغ (تومان)")) == plans.unit_said(("مبلغ",)) == ""


def test_columns_are_known_by_their_persian_and_english_names():
    persian = ("شماره سفارش", "کد كالا", "تعداد", "مبلغ خالص", "تاریخ", "وضعیت", "ایمیل")
    english = ("Order ID", "SKU", "Qty", "Line_Total", "Created at", "Status", "E-mail")
    names = ("number", "sku", "quantity", "net", "date", "state", "email")
    assert plans.proposed("orders", persian) == dict(zip(names, range(7), strict=True))
    assert plans.proposed("orders", english) == dict(zip(names, range(7), strict=True))
