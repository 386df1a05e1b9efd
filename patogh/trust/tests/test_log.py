import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("month", ["1405-09", "2026-11", "1405-13", "0-0", "x", "۱۴۰۵-۹"])
def test_the_log_is_narrowed_to_a_month_of_either_calendar_and_nonsense_asks_for_all(stranger, brand, month):
    answer = stranger.get("/moderation", {"month": month})
    assert answer.status_code == 200


def test_the_months_to_choose_are_those_of_the_readers_calendar(stranger, brand):
    page = stranger.get("/moderation").content.decode()
    assert "۱۴۰" in page
    assert 'type="month"' not in page
