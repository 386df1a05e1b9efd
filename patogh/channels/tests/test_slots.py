"""When something may leave: quiet nights, weekends and the hour of the digest, in the zone of whoever reads."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from patogh.channels import slots
from patogh.channels.models import Terms

TEHRAN, BERLIN = ZoneInfo("Asia/Tehran"), ZoneInfo("Europe/Berlin")


def at(text, zone=TEHRAN):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-11-22T21:59", "2026-11-22T21:59"),
        ("2026-11-22T22:00", "2026-11-23T07:00"),
        ("2026-11-23T03:00", "2026-11-23T07:00"),
        ("2026-11-23T07:00", "2026-11-23T07:00"),
    ],
)
def test_a_night_is_quiet_over_midnight(now, leaves):
    terms = Terms(quiet_from_min=22 * 60, quiet_to_min=7 * 60)
    assert slots.due_at("now", at(now), terms, TEHRAN) == at(leaves)


def test_a_weekend_ends_on_saturday_morning_after_the_night():
    terms = Terms(is_quiet_at_weekends=True, quiet_from_min=22 * 60, quiet_to_min=9 * 60)
    assert slots.due_at("now", at("2026-11-26T12:00"), terms, TEHRAN) == at("2026-11-28T09:00")


def test_a_weekly_mail_leaves_on_its_day():
    assert slots.due_at("weekly", at("2026-11-22T12:00"), Terms(), TEHRAN) == at("2026-11-26T18:00")
    assert slots.due_at("weekly", at("2026-11-26T18:00"), Terms(), TEHRAN) == at("2026-12-03T18:00")


def test_a_daily_mail_leaves_at_its_hour():
    assert slots.due_at("daily", at("2026-11-22T19:00"), Terms(), TEHRAN) == at("2026-11-23T18:00")


def test_an_hour_that_the_clocks_skip_still_comes():
    terms = Terms(digest_hour=2)
    assert slots.next_slot("daily", at("2026-03-28T12:00", BERLIN), terms, BERLIN) == dt.datetime(
        2026, 3, 29, 1, tzinfo=dt.UTC
    )


def test_the_week_begins_on_saturday():
    assert [slots.weekday(dt.date(2026, 11, 21) + dt.timedelta(days=day)) for day in range(7)] == list(range(7))
