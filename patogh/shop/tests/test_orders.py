"""Orders: a second time changes nothing, a change keeps what it was, and what cannot be is refused row by row."""

import datetime as dt

import pytest

from patogh.activity.models import Activity
from patogh.people.actions.erasing import erase_member
from patogh.people.models import Identity
from patogh.shop import actions, errors, hooks
from patogh.shop.facts import OrderFacts, ProductFacts
from patogh.shop.models import Change, Import, Order, OrderLine
from patogh.shop.queries import sales_between
from patogh.shop.tests.conftest import MORNING, back, line, order

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def take(owner, *orders):
    return actions.take_orders("rekab.ir", orders, by=owner)


def test_an_order_is_taken_with_its_lines_and_counted(owner, lamp):
    taken = take(owner, order(email="Mina@Example.org "))
    row = Order.objects.get()
    lamp.refresh_from_db()
    assert (taken.new, row.net_minor, row.state, lamp.units_sold) == (1, 13_600_000, "paid", 2)
    assert str(row.buyer) == "order-email:mina@example.org"
    assert Activity.objects.filter(verb="shop.orders_taken").count() == 1


def test_a_second_time_changes_nothing_and_records_nothing(owner, lamp):
    take(owner, order())
    taken = take(owner, order())
    lamp.refresh_from_db()
    assert (taken.new, taken.changed, taken.same, lamp.units_sold) == (0, 0, 1, 2)
    assert (Import.objects.count(), Activity.objects.filter(verb="shop.orders_taken").count()) == (1, 1)


def test_the_same_number_of_another_source_is_another_order(owner, lamp):
    take(owner, order())
    actions.take_orders("bazaar", [order()], by=owner)
    assert Order.objects.count() == 2


def test_a_changed_line_keeps_what_it_was(owner, lamp):
    take(owner, order())
    taken = take(owner, order("1001", line(quantity=3, net=20_400_000)))
    lamp.refresh_from_db()
    change = Change.objects.get()
    assert (taken.changed, change.was["quantity"], lamp.units_sold, Order.objects.get().net_minor) == (
        1,
        2,
        3,
        20_400_000,
    )


def test_a_cancelled_order_counts_no_more_and_can_come_back(owner, lamp):
    take(owner, order())
    assert take(owner, OrderFacts("1001", (), "cancelled")).changed == 1
    lamp.refresh_from_db()
    assert (Order.objects.get().state, lamp.units_sold, sales_between([lamp.pk], MORNING - DAY, MORNING + DAY)) == (
        "cancelled",
        0,
        {},
    )
    assert take(owner, OrderFacts("1001", (), "cancelled")).same == 1
    take(owner, order())
    lamp.refresh_from_db()
    assert (Order.objects.get().state, lamp.units_sold) == ("paid", 2)


def test_lines_of_one_order_may_come_one_after_the_other(owner, lamp, bell):
    take(owner, order())
    take(owner, order("1001", line("BELL", 1, 900_000, sold_at=MORNING - DAY)))
    row = Order.objects.get()
    assert (row.lines.count(), row.net_minor, row.ordered_at) == (2, 14_500_000, MORNING - DAY)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"sku": "GHOST"}, "product_unknown"),
        ({"quantity": 0}, "quantity_zero"),
        ({"quantity": -1}, "negative"),
        ({"net": -5}, "negative"),
        ({"net": 10**16}, "too_much"),
        ({"unit": "TOMAN"}, "unit_unknown"),
        ({"unit": "XAU"}, "unit_unknown"),
        ({"sold_at": MORNING + dt.timedelta(days=4000)}, "date_ahead"),
        ({"sold_at": MORNING - dt.timedelta(days=20_000)}, "date_too_old"),
    ],
)
def test_what_cannot_be_is_refused_and_the_rest_is_taken(owner, lamp, words, code):
    taken = take(owner, order("7", line(**words)), order("8"))
    assert [one.code for one in taken.refused] == [code]
    assert [row.number for row in Order.objects.all()] == ["8"]


def test_a_number_that_cannot_be_shown_or_kept_is_refused(owner, lamp):
    taken = take(owner, order(""), order("x" * 81), order("a\x07b"))
    assert [one.code for one in taken.refused] == ["number_missing", "number_unreadable", "number_unreadable"]


def test_two_moneys_never_stand_in_one_order(owner, lamp, bell):
    taken = take(owner, order("1", line(), line("BELL", 1, 500, unit="EUR")))
    assert [one.code for one in taken.refused] == ["units_mixed"]


def test_a_line_that_stands_twice_in_a_batch_with_other_words_is_refused(owner, lamp):
    taken = take(owner, order("1", line(), line(quantity=5)))
    assert ([one.code for one in taken.refused], OrderLine.objects.get().quantity) == (["line_twice"], 2)


def test_a_changed_money_of_the_product_leaves_what_was_sold_in_its_own(owner, lamp):
    take(owner, order())
    actions.edit_product(lamp, ProductFacts("LAMP", "چراغ عقب", unit="EUR", price_minor=2_500), by=owner)
    take(owner, order("2", line(net=5_000, unit="EUR")))
    sales = sales_between([lamp.pk], MORNING - DAY, MORNING + DAY)
    assert {unit: one.net for unit, one in sales.items()} == {"IRR": 13_600_000, "EUR": 5_000}


def test_nobody_without_the_right_brings_orders(member, lamp):
    with pytest.raises(errors.NotForYou):
        take(member, order())


def test_one_order_alone_raises_its_refusal_in_words(owner, lamp):
    with pytest.raises(errors.RowRefused) as refused:
        actions.take_order("rekab.ir", order("1", line("GHOST")), by=owner)
    assert "GHOST" in str(refused.value)


def test_an_erased_member_is_no_buyer_any_more_and_no_file_brings_the_address_back(owner, member, lamp):
    take(owner, order(email=member.email))
    erase_member(member, by=None)
    assert Order.objects.get().buyer is None
    take(owner, order("2", email="mina@example.org"))
    assert not Identity.objects.filter(value="mina@example.org").exists()
    assert Order.objects.filter(buyer=None).count() == 2


def test_ones_own_copy_has_the_orders_of_proved_addresses_alone(owner, member, other_member, lamp):
    take(owner, order(email=member.email))
    assert b"LAMP" not in hooks.belongings(member)[0][1] and b"1001" in hooks.belongings(member)[0][1]
    other_member.email = member.email
    assert hooks.belongings(other_member) == []


def test_a_batch_of_thirty_orders_costs_as_many_queries_as_one(owner, lamp, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as one:
        take(owner, order("a"))
    with django_assert_max_num_queries(len(one)):
        take(owner, *[order(f"b{at}") for at in range(30)])


def test_returns_hold_the_line_that_they_came_of(owner, lamp, bell):
    take(owner, order())
    actions.take_returns("rekab.ir", [back(quantity=2, net=13_000_000)], by=owner)
    fewer = take(owner, order("1001", line(quantity=1)))
    assert [one.code for one in fewer.refused] == ["less_than_returned"]


@pytest.mark.parametrize("is_known", [True, False])
def test_an_order_that_is_changed_and_cancelled_in_one_batch_is_cancelled_and_counted_once(owner, lamp, is_known):
    if is_known:
        take(owner, order())
    taken = take(owner, order("1001", line(quantity=3, net=20_400_000)), OrderFacts("1001", (), state="cancelled"))
    row = Order.objects.get()
    lamp.refresh_from_db()
    assert (row.state, row.net_minor, lamp.units_sold, taken.lost) == ("cancelled", 0, 0, 0)
    assert sales_between([lamp.pk], MORNING - DAY, MORNING + DAY) == {}


def test_an_order_cancelled_whole_takes_the_lines_along_that_the_batch_does_not_name(owner, lamp, bell):
    two = order("1001", line(number=1), line("BELL", 1, 500, number=2))
    take(owner, two)
    take(owner, order("1001", line(number=1, quantity=1)), OrderFacts("1001", (), state="cancelled"))
    assert not OrderLine.objects.filter(cancelled_at=None).exists()
    lamp.refresh_from_db()
    bell.refresh_from_db()
    assert (lamp.units_sold, bell.units_sold, Change.objects.count()) == (0, 0, 2)
