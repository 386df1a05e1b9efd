"""Returns: never more than was sold, late ones welcome, and what became known late is found again."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.shop import actions, errors
from patogh.shop.models import Change, Return
from patogh.shop.queries import recorded_between, sales_between
from patogh.shop.tests.conftest import MORNING, back, line, order

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
YEARS = dt.timedelta(days=900)


@pytest.fixture
def sold(owner, lamp):
    """Two lamps, sold in one line."""
    actions.take_orders("rekab.ir", [order()], by=owner)
    return lamp


def give_back(owner, *returns):
    return actions.take_returns("rekab.ir", returns, by=owner)


def test_what_came_back_is_taken_off_the_day_it_came_back(owner, sold):
    give_back(owner, back(returned_at=MORNING + 5 * DAY))
    sold.refresh_from_db()
    first, later = (
        sales_between([sold.pk], MORNING, MORNING + DAY),
        sales_between([sold.pk], MORNING + DAY, MORNING + 9 * DAY),
    )
    assert (first["IRR"].net, later["IRR"].net, later["IRR"].quantity, sold.units_sold) == (
        13_600_000,
        -6_800_000,
        -1,
        1,
    )


def test_a_second_time_changes_nothing(owner, sold):
    give_back(owner, back())
    taken = give_back(owner, back())
    assert (taken.same, taken.new, Return.objects.count()) == (1, 0, 1)


def test_a_changed_return_keeps_what_it_was(owner, sold):
    give_back(owner, back(number="r1"))
    assert give_back(owner, back(number="r1", net=6_000_000)).changed == 1
    assert (Return.objects.get().net_minor, Change.objects.get().was["net_minor"]) == (6_000_000, 6_800_000)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"quantity": 3}, "more_than_sold"),
        ({"net": 13_600_001}, "more_money_than_sold"),
        ({"quantity": -1}, "negative"),
        ({"net": -1}, "negative"),
        ({"quantity": 0}, "quantity_zero"),
        ({"order": "404"}, "order_unknown"),
        ({"line": 99}, "line_unknown"),
        ({"sku": "GHOST"}, "line_unknown"),
        ({"unit": "EUR"}, "unit_differs"),
        ({"returned_at": MORNING - 2 * DAY}, "returned_before_sold"),
        ({"returned_at": MORNING + YEARS * 5}, "date_ahead"),
        ({"number": "x" * 81}, "number_unreadable"),
    ],
)
def test_a_return_that_cannot_be_is_refused(owner, sold, words, code):
    assert [one.code for one in give_back(owner, back(**words)).refused] == [code]
    assert not Return.objects.exists()


def test_two_returns_together_are_never_more_than_was_sold(owner, sold):
    taken = give_back(owner, back(number="a"), back(number="b"), back(number="c"))
    assert (taken.new, [one.code for one in taken.refused]) == (2, ["more_than_sold"])


def test_nothing_comes_back_of_a_cancelled_line(owner, lamp):
    actions.take_orders("rekab.ir", [order("1", line(is_cancelled=True))], by=owner)
    assert give_back(owner, back("1")).refused[0].code == "line_is_cancelled"


def test_a_line_that_is_not_named_must_be_the_only_one(owner, lamp, bell):
    actions.take_orders("rekab.ir", [order("1", line(), line("BELL", 1, 9_000_000))], by=owner)
    assert give_back(owner, back("1")).refused[0].code == "line_unclear"
    assert give_back(owner, back("1", sku="BELL")).new == 1


def test_one_return_alone_raises_its_refusal(owner, sold):
    with pytest.raises(errors.RowRefused, match="1001"):
        actions.take_return("rekab.ir", back(quantity=3), by=owner)


def test_what_became_known_after_a_close_is_found_with_its_own_day(owner, sold):
    closed = timezone.now()
    give_back(owner, back())
    actions.take_orders("rekab.ir", [order("late"), order("1001", line(quantity=3, net=20_400_000))], by=owner)
    known = recorded_between([sold.pk], closed, timezone.now() + DAY, dated_before=MORNING + 30 * DAY)
    said = sorted((one.kind, one.net_minor) for one in known)
    assert said == [("return", 6_800_000), ("sale", 13_600_000), ("sale", 20_400_000)]
    assert sales_between([sold.pk], MORNING - DAY, MORNING + 3 * DAY)["IRR"].net == 13_600_000 + 20_400_000 - 6_800_000


def test_sums_are_read_from_the_index_with_two_queries(owner, sold, django_assert_num_queries):
    with django_assert_num_queries(2):
        sales_between([sold.pk], MORNING - DAY, MORNING + DAY)
