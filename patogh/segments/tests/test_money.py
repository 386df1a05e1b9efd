"""What somebody spent, asked in whole units of each currency."""

import datetime as dt

import pytest

from patogh.activity import jobs
from patogh.people.identifying import identity_of
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.reasons import reasons
from patogh.segments.models import Membership
from patogh.segments.rules.reading import parse
from patogh.shop.actions.streams import OrderVersion, StreamLine, take_version

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


def bought(number, buyer, unit, net_minor):
    lines = (StreamLine(1, f"LAMP-{unit}", "چراغ", 1, net_minor),)
    take_version(OrderVersion("rekab.eu", number, number, "paid", unit, MORNING, MORNING, lines), by=buyer)
    jobs.drain()


@pytest.mark.parametrize(("rule", "unit", "less"), [
    ("spent >= 100 EUR", "EUR", 9_999), ("spent >= 100 IRR", "IRR", 99), ("spent >= 10 TOMAN", "IRR", 99), ("spent > 99 USD", "USD", 9_900),
])  # fmt: skip
def test_a_sum_is_asked_in_whole_units_and_not_in_cents(make, owner, rule, unit, less):
    buyer = identity_of("shop-customer", "eu:1", verified=True)
    segment = make(rule)
    bought("1", buyer, unit, less)
    assert not Membership.objects.filter(segment=segment, left_at=None).exists()
    bought("2", buyer, unit, 1)
    assert Membership.objects.get(segment=segment, left_at=None).person_id == buyer.person_id


def test_the_reason_tells_the_sum_as_money(make, owner):
    buyer = identity_of("shop-customer", "eu:1", verified=True)
    bought("1", buyer, "EUR", 12_345)
    batch = of_persons([buyer.person_id], dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    (said,) = reasons(parse("spent >= 100 EUR"), batch, owner.viewer)[buyer.person_id]
    assert "۱۰۰ EUR" in said and "۱۲۳٫۴۵ یورو" in said
