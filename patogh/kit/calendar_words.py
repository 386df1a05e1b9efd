"""Names of months and days and the few words around a moment, per calendar and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patogh.kit import persian

if TYPE_CHECKING:
    from patogh.kit.calendar import CalendarName, Language

MONTHS: Final[dict[tuple[CalendarName, Language], tuple[str, ...]]] = {
    ("jalali", "fa"): (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    ("jalali", "en"): (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
    ("gregorian", "fa"): (
        "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
    ),
    ("gregorian", "en"): (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

# In the order of datetime.weekday(): Monday is 0.
WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

NOW: Final[dict[Language, str]] = {"fa": "همین حالا", "en": "just now"}
YESTERDAY: Final[dict[Language, str]] = {"fa": "دیروز", "en": "yesterday"}
COMMA: Final[dict[Language, str]] = {"fa": "، ", "en": ", "}
AROUND: Final[dict[Language, str]] = {"fa": "{day} {clock}", "en": "{day} {clock}"}

# (language, seconds of the unit) to the words for one and for many.
AGO: Final[dict[tuple[Language, int], tuple[str, str]]] = {
    ("fa", 60): ("{} دقیقه پیش", "{} دقیقه پیش"),
    ("fa", 3_600): ("{} ساعت پیش", "{} ساعت پیش"),
    ("en", 60): ("{} minute ago", "{} minutes ago"),
    ("en", 3_600): ("{} hour ago", "{} hours ago"),
}

# What people type for a day near today, folded, to its distance in days.
DAY_WORDS: Final = {"امروز": 0, "دیروز": -1, "پریروز": -2, "فردا": 1, "پس فردا": 2, "پسفردا": 2}  | {
    "today": 0, "yesterday": -1, "tomorrow": 1,
}  # fmt: skip


def _typed_months() -> dict[str, tuple[CalendarName, int]]:
    """Build the table from a folded month name (English also by its first three letters) to calendar and number."""
    table: dict[str, tuple[CalendarName, int]] = {
        "امرداد": ("jalali", 5), "مرداد": ("jalali", 5), "می": ("gregorian", 5), "جولای": ("gregorian", 7),
        "آگوست": ("gregorian", 8), "جون": ("gregorian", 6),
    }  # fmt: skip
    table = {persian.folded(name): found for name, found in table.items()}
    for (calendar, language), names in MONTHS.items():
        for number, name in enumerate(names, 1):
            table[persian.folded(name)] = (calendar, number)
            if (calendar, language) == ("gregorian", "en"):
                table[name[:3].casefold()] = (calendar, number)
    return table


TYPED_MONTHS: Final = _typed_months()
