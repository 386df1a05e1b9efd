"""The periods of the makers' share: months of the brand's own calendar, named "1405-08" or "2026-11"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from patogh.ideas.royalties.errors import UnknownMonth
from patogh.kit import calendar, persian
from patogh.kit.calendar import Viewer
from patogh.people.models import Brand

_NAME: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_JALALI_BEFORE: Final = 1700


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its UTC moments [starts_at, ends_at)."""

    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def brand_viewer() -> Viewer:
    """Return the calendar and the zone in which the brand counts its months."""
    language = Brand.objects.values_list("language", flat=True).first() or "fa"
    return Viewer(language, "jalali" if language == "fa" else "gregorian", settings.BRAND_ZONE)


def month_of(moment: dt.datetime, viewer: Viewer) -> Month:
    """Return the month in which a moment lies."""
    year, month, _day = calendar.parts(calendar.local_day(moment, viewer), viewer)
    return Month(f"{year:04}-{month:02}", *calendar.month_bounds(year, month, viewer))


def month_named(name: object) -> tuple[int, int]:
    """Return year and month of a name like "1405-08"; raises UnknownMonth."""
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise UnknownMonth
    return int(found[1]), int(found[2])


def first_moment(day: dt.date, viewer: Viewer) -> dt.datetime:
    """Return the UTC moment at which a day begins for the brand."""
    return calendar.day_bounds(day, viewer)[0]


def words(name: str, viewer: Viewer) -> str:
    """Return «آبان ۱۴۰۵» or "November 2026": the month as it was counted, in the viewer's language."""
    year, month = month_named(name)
    reader = Viewer(viewer.language, "jalali" if year < _JALALI_BEFORE else "gregorian", viewer.zone)
    return f"{calendar.month_name(month, reader)} {persian.digits_fa(str(year)) if viewer.language == 'fa' else year}"
