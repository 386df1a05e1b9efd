"""Moments and days in the words of one viewer: Jalali or Gregorian, Persian or English, in their zone.

The database keeps UTC; only the edge calls this module. Conversions are persiantools' (see
docs/decisions/0003-calendar.md). The week starts on Saturday. Month and day names and the few relative words stand in
`calendar_words` and not in gettext, since they follow the viewer and the calendar, not the active language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from persiantools.jdatetime import JalaliDate

from patogh.kit import persian
from patogh.kit.calendar_words import AGO, AROUND, COMMA, DAY_WORDS, MONTHS, NOW, TYPED_MONTHS, WEEKDAYS, YESTERDAY
from patogh.kit.errors import Invalid

Language = str  # "fa" or "en"
CalendarName = str  # "jalali" or "gregorian"

_JALALI: Final[Any] = JalaliDate  # persiantools has no types
FOREVER: Final = datetime(9999, 12, 30, tzinfo=UTC)
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_WEEK_DAYS = 7
_JALALI_YEARS = range(1200, 1700)
_GREGORIAN_YEARS = range(1800, 2400)
_NUMBERS = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})")
_WORDS = re.compile(r"(\d{1,2})\s*(?:st|nd|rd|th|م|اُم)?\s+([^\W\d]+)\s*[,،]?\s*(\d{4})?")


@dataclass(frozen=True, slots=True)
class Viewer:
    """How one person reads dates and numbers: language, calendar, and the name of an IANA time zone."""

    language: Language = "fa"
    calendar: CalendarName = "jalali"
    zone: str = "Asia/Tehran"

    @property
    def tz(self) -> ZoneInfo:
        """The time zone itself."""
        return _zone(self.zone)


DEFAULT_VIEWER: Final = Viewer()


class Ago(NamedTuple):
    """Words for how long ago something was, and the UTC moment at which other words become right."""

    text: str
    valid_until: datetime


class BadDate(Invalid):
    """A typed date that names no day."""

    code = "bad_date"
    sentence = _("This is not a date we can read. Write it like 1405/09/01 or 22 November 2026.")


def jalali(day: date) -> tuple[int, int, int]:
    """Return the Jalali (year, month, day) of a Gregorian day."""
    converted = _JALALI(date(day.year, day.month, day.day))
    return converted.year, converted.month, converted.day


def gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Jalali date; raises BadDate if there is no such day."""
    try:
        found: date = _JALALI(year, month, day).to_gregorian()
    except (ValueError, OverflowError) as error:
        raise BadDate from error
    return found


def is_leap(jalali_year: int) -> bool:
    """Tell whether Esfand of this Jalali year has 30 days."""
    return bool(_JALALI.is_leap(jalali_year))


def local_day(moment: datetime, viewer: Viewer) -> date:
    """Return the day it is for the viewer at an aware moment."""
    return moment.astimezone(viewer.tz).date()


def parts(day: date, viewer: Viewer) -> tuple[int, int, int]:
    """Return (year, month, day) of a day in the viewer's calendar."""
    return jalali(day) if viewer.calendar == "jalali" else (day.year, day.month, day.day)


def day_name(day: date, viewer: Viewer) -> str:
    """Return the weekday's name: «یکشنبه», "Sunday"."""
    return WEEKDAYS[viewer.language][day.weekday()]


def month_name(month: int, viewer: Viewer) -> str:
    """Return the name of a month (1 to 12) of the viewer's calendar."""
    return MONTHS[viewer.calendar, viewer.language][month - 1]


def date_words(day: date, viewer: Viewer, *, year: bool = True) -> str:
    """Return «۱ آذر ۱۴۰۵» or "22 November 2026"; without the year on wish."""
    y, m, d = parts(day, viewer)
    return _digits(f"{d} {month_name(m, viewer)}{f' {y}' if year else ''}", viewer)


def day_words(moment: datetime, viewer: Viewer, *, year: bool = False) -> str:
    """Return the viewer's day with its weekday first: «یکشنبه ۱ آذر», with the year on wish."""
    day = local_day(moment, viewer)
    return f"{day_name(day, viewer)} {date_words(day, viewer, year=year)}"


def clock(moment: datetime, viewer: Viewer) -> str:
    """Return the viewer's time of day in 24 hours: «۱۷:۱۶»."""
    return _digits(moment.astimezone(viewer.tz).strftime("%H:%M"), viewer)


def stamp(moment: datetime, viewer: Viewer) -> str:
    """Return the whole moment: «یکشنبه ۱ آذر ۱۴۰۵، ۱۷:۱۶»."""
    return f"{day_words(moment, viewer, year=True)}{COMMA[viewer.language]}{clock(moment, viewer)}"


def ago(moment: datetime, now: datetime, viewer: Viewer) -> Ago:
    """Return how long ago `moment` was: relative up to a day, then weekday and time up to a week, then the date.

    A moment less than a minute ahead counts as now (clocks differ); one further ahead gets its date and time.
    """
    age_s = (now - moment).total_seconds()
    if age_s < -_MINUTE_S:
        return Ago(stamp(moment, viewer), moment)
    if age_s < _DAY_S:
        return _recent(moment, int(age_s), viewer)
    return _by_day(moment, now, viewer)


def parse_date(text: str, viewer: Viewer, today: date) -> date:
    """Return the day that a person typed, in any digits: 1405/9/1, ۱ آذر ۱۴۰۵, 22 November, 2026-11-22, دیروز.

    A year before 1700 is Jalali and a later one Gregorian, whatever the viewer's calendar; without a year it is the
    current one. Raises BadDate.
    """
    typed = _SPACED.sub(" ", persian.chars(text).replace(persian.ZWNJ, " ")).strip().casefold()
    if typed in DAY_WORDS:
        return today + timedelta(days=DAY_WORDS[typed])
    if numbers := _NUMBERS.fullmatch(typed):
        return _from_numbers(*(int(n) for n in numbers.groups()))
    if words := _WORDS.fullmatch(typed):
        return _from_words(int(words[1]), words[2], words[3], viewer, today)
    raise BadDate(text[:40])


def day_bounds(first: date, viewer: Viewer, *, days: int = 1) -> tuple[datetime, datetime]:
    """Return the UTC moments [start, end) of `days` of the viewer's days, the first included."""
    return _midnight(first, viewer), _midnight(first + timedelta(days=days), viewer)


def year_bounds(year: int, viewer: Viewer) -> tuple[datetime, datetime]:
    """Return the UTC moments [start, end) of a year of the viewer's calendar."""
    return _midnight(_first_of_year(year, viewer), viewer), _midnight(_first_of_year(year + 1, viewer), viewer)


def month_bounds(year: int, month: int, viewer: Viewer) -> tuple[datetime, datetime]:
    """Return the UTC moments [start, end) of a month of the viewer's calendar."""
    after = (year + 1, 1) if month == len(MONTHS["jalali", "fa"]) else (year, month + 1)
    start, end = (_day(*which, 1, viewer) for which in ((year, month), after))
    return _midnight(start, viewer), _midnight(end, viewer)


def week_start(day: date) -> date:
    """Return the Saturday on or before a day."""
    return day - timedelta(days=(day.weekday() + 2) % _WEEK_DAYS)


_SPACED = re.compile(r"\s+")


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _digits(text: str, viewer: Viewer) -> str:
    return persian.digits_fa(text) if viewer.language == "fa" else text


def _recent(moment: datetime, age_s: int, viewer: Viewer) -> Ago:
    if age_s < _MINUTE_S:
        return Ago(NOW[viewer.language], moment + timedelta(minutes=1))
    unit_s = _MINUTE_S if age_s < _HOUR_S else _HOUR_S
    count = age_s // unit_s
    one, many = AGO[viewer.language, unit_s]
    text = _digits((one if count == 1 else many).format(count), viewer)
    return Ago(text, moment + timedelta(seconds=(count + 1) * unit_s))


def _by_day(moment: datetime, now: datetime, viewer: Viewer) -> Ago:
    day, today = local_day(moment, viewer), local_day(now, viewer)
    days = (today - day).days
    if days < _WEEK_DAYS:
        name = YESTERDAY[viewer.language] if days == 1 else day_name(day, viewer)
        changes = day + timedelta(days=2 if days == 1 else _WEEK_DAYS)
        text = AROUND[viewer.language].format(day=name, clock=clock(moment, viewer))
        return Ago(text, _midnight(changes, viewer))
    this_year = parts(today, viewer)[0]
    if parts(day, viewer)[0] == this_year:
        return Ago(date_words(day, viewer, year=False), _midnight(_first_of_year(this_year + 1, viewer), viewer))
    return Ago(date_words(day, viewer), FOREVER)


def _midnight(day: date, viewer: Viewer) -> datetime:
    return datetime.combine(day, time(), tzinfo=viewer.tz).astimezone(UTC)


def _first_of_year(year: int, viewer: Viewer) -> date:
    return _day(year, 1, 1, viewer)


def _day(year: int, month: int, day: int, viewer: Viewer) -> date:
    if viewer.calendar == "jalali":
        return gregorian(year, month, day)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDate from error


def _from_numbers(first: int, middle: int, last: int) -> date:
    year, month, day = (first, middle, last) if first > last else (last, middle, first)
    if year in _JALALI_YEARS:
        return gregorian(year, month, day)
    if year in _GREGORIAN_YEARS:
        return _day(year, month, day, _GREGORIAN)
    raise BadDate


def _from_words(day: int, month: str, year: str | None, viewer: Viewer, today: date) -> date:
    found = TYPED_MONTHS.get(persian.folded(month))
    if found is None:
        raise BadDate
    calendar, number = found
    reader = Viewer(viewer.language, calendar, viewer.zone)
    return _day(int(year) if year else parts(today, reader)[0], number, day, reader)


_GREGORIAN: Final = Viewer("en", "gregorian", "UTC")
