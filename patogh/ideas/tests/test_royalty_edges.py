"""The makers' share at its edges: month ends, zones, products that change hands, agreements that change, and one that fails."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.ideas.models import IdeaProduct, RoyaltyCorrection, RoyaltyPeriod
from patogh.ideas.royalties import errors, months
from patogh.ideas.royalties.actions import close_period, paying, tie_product, untie_product
from patogh.ideas.royalties.queries.due import ahead
from patogh.ideas.royalties.tasks import close_due
from patogh.ideas.tests.royal import (  # fmt: skip
    ABAN,
    NOW,
    SINCE,
    agreed,
    made_idea,
    made_product,
    on_sale,
    returned,
    sold,
    with_second,
    witnessed,
)
from patogh.kit.errors import Conflict
from patogh.ledger.models import Account
from patogh.people.actions.erasing import erase_member
from patogh.people.models import Brand
from patogh.shop.models import OrderLine, Product

pytestmark = pytest.mark.django_db
AZAR, DEY, LATER = "1405-09", "1405-10", dt.datetime(2027, 1, 5, tzinfo=dt.UTC)
MUCH_LATER = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
AZAR_1, AZAR_10 = dt.date(2026, 11, 22), dt.date(2026, 12, 1)


def balance(code):
    return Account.objects.filter(code=code).values_list("balance", flat=True).first() or 0


def untied(idea, day, by):
    return untie_product(IdeaProduct.objects.get(idea=idea, until=None), until=day, by=by)


@pytest.fixture
def in_turn(member, other_member, owner):
    """A lamp that belonged to one idea in Aban and to another from the first of Azar on."""
    first, product = on_sale(member, owner)
    second = made_idea(other_member, state="on_sale")
    agreed(second, owner)
    untied(first, AZAR_1, owner)
    tie_product(second, product, since=AZAR_1, by=owner)
    return first, second, product


def test_what_comes_back_counts_against_the_idea_that_had_its_sale(in_turn):
    first, second, product = in_turn
    line = sold(product, 4_000_000)
    sold(product, 1_000_000, AZAR_10)
    (aban,) = close_period(first, ABAN, now=NOW)
    returned(line, 4_000_000, AZAR_10)
    (azar,) = close_period(second, AZAR, now=LATER)
    assert (aban.net, azar.gross, azar.returns, azar.amount) == (4_000_000, 1_000_000, 0, 10_000)
    (after,) = close_period(first, AZAR, now=LATER)
    assert (after.gross, after.net, after.lines.get().owed_out) == (0, -4_000_000, 40_000)


def test_every_sale_counts_for_one_idea_to_the_second_at_which_a_product_changes_hands(in_turn):
    first, second, product = in_turn
    midnight = months.first_moment(AZAR_1, months.brand_viewer())
    for moment, net in ((midnight - dt.timedelta(microseconds=1), 1_000_000), (midnight, 2_000_000)):
        line = sold(product, net)
        OrderLine.objects.filter(pk=line.pk).update(sold_at=moment)
    assert close_period(first, ABAN, now=NOW)[0].net == 1_000_000
    assert close_period(second, AZAR, now=LATER)[0].net == 2_000_000


def test_an_order_that_is_told_after_a_product_was_untied_still_reaches_its_makers(member, owner):
    idea, product = on_sale(member, owner)
    untied(idea, AZAR_1, owner)
    close_period(idea, ABAN, now=NOW)
    sold(product, 3_000_000)
    (row,) = close_period(idea, AZAR, now=LATER)
    assert (row.net, row.amount, RoyaltyCorrection.objects.get().amount) == (0, 30_000, 3_000_000)


def test_some_months_after_a_product_was_untied_nothing_is_closed_any_more(member, owner):
    idea, _product = on_sale(member, owner)
    untied(idea, AZAR_1, owner)
    names = []
    while (row := next(iter(ahead()), None)) and len(names) < 12:
        close_period(idea, row.month.name, now=MUCH_LATER)
        names.append(row.month.name)
    assert names == [ABAN, AZAR, DEY, "1405-11"]


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(2099, 1, 1), SINCE, dt.date(1, 1, 1)])
def test_a_day_of_untying_that_nobody_can_mean_is_refused_and_the_clock_goes_on(member, owner, day):
    idea, _product = on_sale(member, owner)
    with pytest.raises(errors.BadSince):
        untied(idea, day, owner)
    assert next(iter(ahead())).month.name == ABAN


def test_a_product_untied_in_the_middle_of_a_month_counts_to_the_day_before(member, owner):
    idea, product = on_sale(member, owner)
    untied(idea, dt.date(2026, 11, 10), owner)
    sold(product, 1_000_000, dt.date(2026, 11, 9))
    sold(product, 9_000_000, dt.date(2026, 11, 10))
    assert close_period(idea, ABAN, now=NOW)[0].net == 1_000_000


@pytest.mark.parametrize(
    ("name", "last_day", "first_day"),
    [
        ("1403-12", dt.date(2025, 3, 20), dt.date(2025, 2, 19)),  # 30 days of Esfand
        ("1404-12", dt.date(2026, 3, 20), dt.date(2026, 2, 20)),  # 29 days
        ("1405-06", dt.date(2026, 9, 22), dt.date(2026, 8, 23)),  # 31 days, when clocks used to change
    ],
)
def test_a_month_of_the_persian_calendar_ends_at_its_last_second_in_tehran(brand, name, last_day, first_day):
    viewer = months.brand_viewer()
    tehran = dt.timezone(dt.timedelta(hours=3, minutes=30))
    last = dt.datetime.combine(last_day, dt.time(23, 59, 59), tzinfo=tehran)
    month = months.month_of(last, viewer)
    assert month.name == name and month.ends_at == last + dt.timedelta(seconds=1)
    assert month.starts_at == dt.datetime.combine(first_day, dt.time(0), tzinfo=tehran)
    assert months.month_of(month.ends_at, viewer).starts_at == month.ends_at


def test_a_brand_in_english_closes_months_of_its_own_calendar(member, owner):
    Brand.objects.update(language="en")
    idea, product = on_sale(member, owner)
    sold(product, 1_000_000, dt.date(2026, 10, 30))
    sold(product, 2_000_000, dt.date(2026, 11, 1))
    first = close_period(idea, "2026-10", now=LATER)[0]
    assert first.net == 1_000_000 and close_period(idea, "2026-11", now=LATER)[0].net == 2_000_000


def test_a_brand_that_changes_its_calendar_counts_no_day_twice_and_leaves_none_out(member, owner):
    idea, product = on_sale(member, owner)
    for day in range(1, 31):
        sold(product, 1_000, dt.date(2026, 11, day))
    close_period(idea, ABAN, now=NOW)
    Brand.objects.update(language="en")
    close_period(idea, "2026-11", now=LATER)
    rows = list(RoyaltyPeriod.objects.order_by("pk").values_list("starts_at", "ends_at", "net"))
    assert rows[0][1] == rows[1][0] and sum(row[2] for row in rows) == 30_000


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Pacific/Auckland"])
def test_a_brand_that_moves_to_another_zone_goes_on_closing_its_months(member, owner, settings, zone):
    idea, product = on_sale(member, owner)
    close_period(idea, ABAN, now=NOW)
    settings.BRAND_ZONE = zone
    sold(product, 1_000_000, dt.date(2026, 11, 21))
    sold(product, 2_000_000, dt.date(2026, 11, 23))
    row = next(iter(ahead()))
    (azar,) = close_period(idea, row.month.name, now=LATER)
    aban = RoyaltyPeriod.objects.get(period=ABAN)
    assert (azar.period, azar.starts_at, azar.net) == (AZAR, aban.ends_at, 2_000_000)


def test_a_product_priced_in_a_unit_without_accounts_is_closed_in_those_that_it_was_sold_in(member, owner):
    idea, product = on_sale(member, owner)
    second = made_product("second")
    tie_product(idea, second, since=SINCE, by=owner)
    Product.objects.filter(pk=product.pk).update(unit="NEWRIAL")
    assert [row.unit for row in close_period(idea, ABAN, now=NOW)] == ["IRR"]


def test_a_month_that_can_be_closed_in_no_unit_says_so_and_stops_no_other_idea(
    member, other_member, owner, monkeypatch
):
    idea, product = on_sale(member, owner)
    Product.objects.filter(pk=product.pk).update(unit="NEWRIAL")
    other = made_idea(other_member, state="on_sale")
    agreed(other, owner)
    tie_product(other, made_product("other"), since=SINCE, by=owner)
    with pytest.raises(errors.UnitNotKept):
        close_period(idea, ABAN, now=NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert {row.idea_id: "NEWRIAL" in row.refusal for row in ahead()} == {idea.pk: True, other.pk: False}
    close_due()
    assert list(RoyaltyPeriod.objects.values_list("idea", flat=True)) == [other.pk]


def test_a_month_is_counted_by_the_agreement_in_force_at_its_end_and_the_next_by_the_next(
    member, other_member, owner, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    idea, product = on_sale(member, owner)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    with_second(idea, other_member, 2_500)
    agreed(idea, owner)
    sold(product, 1_000_000)
    sold(product, 1_000_000, AZAR_10)
    parts = [[line.amount for line in close_period(idea, name, now=LATER)[0].lines.order_by("pk")] for name in (ABAN, AZAR)]  # fmt: skip
    assert parts[0] == [10_000] and parts[1] == [7_500, 2_500]


def test_a_maker_erased_for_real_mid_month_leaves_the_part_to_the_others_and_no_penny_is_lost(
    member, other_member, owner
):
    idea, product = made_idea(member, state="on_sale"), made_product()
    with_second(idea, other_member, 3_333)
    agreed(idea, owner)
    tie_product(idea, product, since=SINCE, by=owner)
    sold(product, 12_345_600)
    close_period(idea, ABAN, now=NOW)
    erase_member(other_member, by=owner)
    sold(product, 1_000_000, AZAR_10)
    (azar,) = close_period(idea, AZAR, now=LATER)
    witnessed()
    assert paying.pay_witnessed() == 2 and azar.amount == 10_000
    paid, aside = balance(f"member:{member.pk}:IRR"), balance("payable:IRR")
    assert paid + aside == 123_456 + 10_000 and balance("royalty_accrued:IRR") == 0


def test_a_period_that_cannot_be_paid_holds_no_other_up(member, other_member, owner, monkeypatch):
    first, product = on_sale(member, owner)
    second = made_idea(other_member, state="on_sale")
    agreed(second, owner)
    tie_product(second, made_product("b"), since=SINCE, by=owner)
    sold(product, 1_000_000)
    for idea in (first, second):
        close_period(idea, ABAN, now=NOW)
    witnessed()
    right = paying.transfer

    def wrong(key, *given, **more):
        if key == f"royalty.paid:{first.royalty_periods.get().lines.get().pk}":
            raise Conflict
        return right(key, *given, **more)

    monkeypatch.setattr(paying, "transfer", wrong)
    assert paying.pay_witnessed() == 1
    monkeypatch.setattr(paying, "transfer", right)
    assert paying.pay_witnessed() == 1 and balance(f"member:{member.pk}:IRR") == 10_000
