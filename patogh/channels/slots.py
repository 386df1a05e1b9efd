"""When something may leave: after ten minutes, out of the quiet hours, at the hour of the digest; in the member's zone.

Pure functions of a moment, the terms and the zone. Local times that a change of clocks skips move on with it (PEP 495).
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from patogh.channels import limits
from patogh.channels.models import Terms

DAY_MIN = 24 * 60
THURSDAY, FRIDAY = 5, 6


def due_at(when: str, now: dt.datetime, terms: Terms, zone: ZoneInfo) -> dt.datetime:
    """Return when something told `when` ("now", "soon", "daily" or "weekly") may leave; not before a silence ends."""
    if terms.muted_until is not None and terms.muted_until > now:
        return out_of_quiet(terms.muted_until, terms, zone)
    if when == "now":
        return out_of_quiet(now, terms, zone)
    if when == "soon":
        return out_of_quiet(now + dt.timedelta(minutes=limits.SOON_MIN), terms, zone)
    return next_slot(when, now, terms, zone)


def is_gathered(when: str, now: dt.datetime, terms: Terms) -> bool:
    """Return whether it waits to leave together with others."""
    return when in {"daily", "weekly"} or (terms.muted_until is not None and terms.muted_until > now)


def next_slot(every: str, now: dt.datetime, terms: Terms, zone: ZoneInfo) -> dt.datetime:
    """Return the next moment after `now` at which the daily or the weekly mail of a member leaves."""
    today = now.astimezone(zone).date()
    for ahead in range(9):
        day = today + dt.timedelta(days=ahead)
        moment = _moment(day, terms.digest_hour * 60, zone)
        if moment > now and (every == "daily" or weekday(day) == terms.digest_day):
            return moment
    raise AssertionError("a week has no such day")


def out_of_quiet(moment: dt.datetime, terms: Terms, zone: ZoneInfo) -> dt.datetime:
    """Return `moment`, or the end of the quiet hours or of the weekend that it falls into."""
    for _ in range(3):
        later = _after_weekend(_after_night(moment, terms, zone), terms, zone)
        if later == moment:
            break
        moment = later
    return moment


def weekday(day: dt.date) -> int:
    """Return the day of the week, from Saturday, 0."""
    return (day.weekday() + 2) % 7


def _after_night(moment: dt.datetime, terms: Terms, zone: ZoneInfo) -> dt.datetime:
    start, end = terms.quiet_from_min, terms.quiet_to_min
    if start is None or end is None or start == end:
        return moment
    local = moment.astimezone(zone)
    now_min = local.hour * 60 + local.minute
    inside = start <= now_min < end if start < end else now_min >= start or now_min < end
    if not inside:
        return moment
    days = 1 if start > end and now_min >= start else 0
    return _moment(local.date() + dt.timedelta(days=days), end, zone)


def _after_weekend(moment: dt.datetime, terms: Terms, zone: ZoneInfo) -> dt.datetime:
    local = moment.astimezone(zone)
    today = weekday(local.date())
    if not terms.is_quiet_at_weekends or today not in {THURSDAY, FRIDAY}:
        return moment
    return _moment(local.date() + dt.timedelta(days=7 - today), limits.WEEKEND_ENDS_MIN, zone)


def _moment(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    hour, rest = divmod(minute % DAY_MIN, 60)
    return dt.datetime.combine(day, dt.time(hour, rest), tzinfo=zone).astimezone(dt.UTC)
