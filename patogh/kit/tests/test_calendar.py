from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patogh.kit import calendar
from patogh.kit.calendar import BadDate, Viewer, ago, parse_date

FA = Viewer()
EN = Viewer("en", "gregorian", "Europe/Berlin")
NOW = datetime(2026, 11, 22, 13, 46, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LEAP_YEARS = [1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420]
DAYS = st.dates(date(1900, 3, 1), date(2120, 12, 31))


def test_the_demo_day_reads_as_in_the_look():
    assert calendar.stamp(NOW, FA) == "یکشنبه ۱ آذر ۱۴۰۵، ۱۷:۱۶"
    assert calendar.stamp(NOW, EN) == "Sunday 22 November 2026, 14:46"
    assert calendar.day_words(NOW, FA) == "یکشنبه ۱ آذر"
    assert calendar.day_words(NOW, Viewer("en")) == "Sunday 1 Azar"
    assert calendar.day_words(NOW, Viewer("fa", "gregorian"), year=True) == "یکشنبه ۲۲ نوامبر ۲۰۲۶"


def test_leap_years_are_the_known_ones():
    assert [year for year in range(1372, 1424) if calendar.is_leap(year)] == LEAP_YEARS


@pytest.mark.parametrize("year", range(1370, 1421))
def test_every_year_ends_the_day_before_the_next(year):
    last = calendar.gregorian(year, 12, 30 if calendar.is_leap(year) else 29)
    assert last + timedelta(days=1) == calendar.gregorian(year + 1, 1, 1)


@given(DAYS)
def test_conversion_there_and_back_changes_nothing(day):
    assert calendar.gregorian(*calendar.jalali(day)) == day


@given(DAYS)
def test_a_day_is_read_back_as_it_is_written(day):
    for viewer in (FA, EN):
        assert parse_date(calendar.date_words(day, viewer), viewer, TODAY) == day


@pytest.mark.parametrize(("seconds", "words"), [
    (-30, "همین حالا"), (0, "همین حالا"), (59, "همین حالا"), (60, "۱ دقیقه پیش"), (3_599, "۵۹ دقیقه پیش"),
    (3_600, "۱ ساعت پیش"), (86_399, "۲۳ ساعت پیش"), (86_400, "دیروز ۱۷:۱۶"), (2 * 86_400, "جمعه ۱۷:۱۶"),
    (6 * 86_400, "دوشنبه ۱۷:۱۶"), (7 * 86_400, "۲۴ آبان"), (300 * 86_400, "۶ بهمن ۱۴۰۴"),
])  # fmt: skip
def test_ages_grow_from_relative_to_dates(seconds, words):
    assert ago(NOW - timedelta(seconds=seconds), NOW, FA).text == words


def test_a_moment_ahead_is_shown_whole():
    assert ago(NOW + timedelta(hours=2), NOW, EN).text == "Sunday 22 November 2026, 16:46"


@given(st.integers(0, 400 * 86_400), st.integers(0, 86_400 * 3), st.sampled_from([FA, EN]))
def test_words_stay_right_until_they_say_so(age_s, later_s, viewer):
    moment, later = NOW - timedelta(seconds=age_s), NOW + timedelta(seconds=later_s)
    first = ago(moment, NOW, viewer)
    assert first.valid_until > NOW
    if later < first.valid_until:
        assert ago(moment, later, viewer).text == first.text
    elif first.valid_until < calendar.FOREVER:
        assert ago(moment, first.valid_until, viewer).text != first.text


@pytest.mark.parametrize("typed", [
    "۱۴۰۵/۹/۱", "1405-09-01", "١٤٠٥/٠٩/٠١", "۱ آذر", "۱ آذر ۱۴۰۵", "1 آذر 1405", "امروز", "today",
    "2026-11-22", "22/11/2026", "22 November 2026", "22 Nov", "۲۲ نوامبر ۲۰۲۶", " 1405 / 9 / 1 ",
])  # fmt: skip
def test_typed_dates_are_understood(typed):
    assert parse_date(typed, FA, TODAY) == TODAY


@pytest.mark.parametrize(
    "typed", ["", "آذر", "1405/13/1", "1404/12/30", "31 Apr 2026", "5/9/1", "9999/1/1", "۳۱ آبان", "0/0/0"]
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(BadDate):
        parse_date(typed, FA, TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text):
    with suppress(BadDate):
        assert isinstance(parse_date(text, FA, TODAY), date)


def test_a_year_begins_at_midnight_in_tehran():
    assert calendar.year_bounds(1405, FA) == (
        datetime(2026, 3, 20, 20, 30, tzinfo=UTC),
        datetime(2027, 3, 20, 20, 30, tzinfo=UTC),
    )
    assert calendar.month_bounds(1405, 12, FA)[1] == calendar.year_bounds(1405, FA)[1]
    assert calendar.day_bounds(TODAY, FA, days=7)[0] == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


def test_a_week_begins_on_saturday():
    assert calendar.week_start(TODAY) == date(2026, 11, 21)
    assert {calendar.week_start(date(2026, 11, 21) + timedelta(days=n)) for n in range(7)} == {date(2026, 11, 21)}
