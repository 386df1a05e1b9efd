"""Orders as a stream: whatever the order of delivery, the newest version says how an order stands."""

import datetime as dt
import random
from dataclasses import replace

import pytest

from patogh.activity.models import Activity
from patogh.channels.connectors import arrivals
from patogh.channels.connectors.actions.setups import Words, add_setup
from patogh.channels.connectors.contract import Arrival
from patogh.channels.models import DeadLetter
from patogh.channels.tests.connectors import cases
from patogh.people.actions import link_identity
from patogh.people.actions.erasing import erase_member
from patogh.people.identifying import identity_of
from patogh.people.leaving import sources
from patogh.people.models import ErasedSource, Identity
from patogh.persons.hookspecs import plugins
from patogh.persons.models import Suggestion, Trait
from patogh.shop.actions.streams import OrderVersion, StreamLine, StreamReturn, take_version
from patogh.shop.models import Change, Import, Order, OrderLine, Product, Refusal, Return
from patogh.shop.queries import sales_between
from patogh.shop.tests.conftest import MORNING

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
BUYER = {"customer": "rekab.ir:31", "name": "مینا رستمی", "email": "Mina@Example.org", "phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}


def lines(*many):
    return tuple(StreamLine(number, sku, "چراغ", pieces, net) for number, sku, pieces, net in many)


def made(hours=0, **words) -> OrderVersion:
    """Two lamps, at some hour after they were ordered."""
    usual = {"lines": lines((14023001001, "LAMP", 2, 13_600_000)), "returns": (), "state": "paid"}
    facts = {**usual, **words}
    return OrderVersion("rekab.ir", "#1001", "77", facts.pop("state"), "IRR", MORNING, MORNING + hours * HOUR, **facts)


def back(pieces=1, net=6_800_000, number="r1", line=14023001001, hours=24):
    return StreamReturn(line, number, pieces, net, MORNING + hours * HOUR)


def standing():
    """Return everything that anybody counts of the orders."""
    ids = Product.objects.values_list("pk", flat=True)
    days = [sales_between(ids, MORNING + at * 24 * HOUR, MORNING + (at + 1) * 24 * HOUR).get("IRR") for at in range(4)]
    rows = Order.objects.order_by("number").values_list("number", "state", "net_minor", "version", "shipping_minor")
    sold = [(day.net, day.quantity) if day else (0, 0) for day in days]
    return sold, list(rows), dict(Product.objects.exclude(units_sold=0).values_list("sku", "units_sold"))


def take(*versions):
    return [take_version(one, by=None, channel="shopify") for one in versions]


def test_a_version_is_taken_once_and_an_older_one_changes_nothing(owner, lamp):
    newest = made(2, returns=(back(),))
    assert take(newest, newest, made()) == ["new", "known", "known"]
    lamp.refresh_from_db()
    assert (Order.objects.get().number, lamp.units_sold, Import.objects.count()) == ("#1001", 1, 0)
    assert list(Activity.objects.filter(verb__startswith="shop.order_").values_list("verb", "value", "currency")) == [
        ("shop.order_placed", 6_800_000, "IRR")
    ]


def test_the_values_on_the_road_sum_up_to_what_stands(owner, lamp):
    take(
        made(),
        made(1, lines=lines((14023001001, "LAMP", 3, 20_400_000))),
        made(2, returns=(back(),)),
        made(3, state="cancelled"),
        made(4),
    )
    rows = Activity.objects.filter(verb__startswith="shop.order_").order_by("happened_at")
    assert [row.verb.removeprefix("shop.order_") for row in rows] == [
        "placed",
        "changed",
        "returned",
        "cancelled",
        "changed",
    ]
    assert sum(row.value for row in rows) == 13_600_000


def test_money_back_without_pieces_and_a_refund_that_was_deleted_again(owner, lamp):
    take(made(), made(1, returns=(back(0, 500_000, "g"), back(1, 6_000_000))))
    assert sales_between([lamp.pk], MORNING, MORNING + 48 * HOUR)["IRR"].net == 7_100_000
    take(made(2, returns=(back(0, 500_000, "g"),)))
    assert sales_between([lamp.pk], MORNING, MORNING + 48 * HOUR)["IRR"].net == 13_100_000
    assert (Return.objects.get(number="r1").quantity, Change.objects.filter(return_number="r1").count()) == (0, 1)


def test_an_order_edited_down_after_a_refund(owner, lamp):
    take(
        made(1, returns=(back(2, 13_600_000),)),
        made(2, lines=lines((14023001001, "LAMP", 1, 6_800_000)), returns=(back(1, 6_800_000),)),
    )
    lamp.refresh_from_db()
    assert (OrderLine.objects.get().quantity, Return.objects.get().quantity, lamp.units_sold) == (1, 1, 0)


def test_a_version_that_does_not_say_what_came_back_leaves_it_and_the_fuller_one_of_that_second_wins(owner, lamp):
    thin, full = made(2, returns=None), made(2, returns=(back(),))
    assert take(full, thin) == ["new", "known"]
    assert take(made(3, returns=None, state="sent")) == ["new"]
    assert (Return.objects.get().quantity, Order.objects.get().state) == (1, "sent")


def test_what_the_shelf_does_not_know_is_put_on_it_and_counts(owner, db):
    take(made(lines=lines((1, "rekab.ir-93", 1, 100), (2, "BELL", 2, 50))))
    assert list(Product.objects.order_by("sku").values_list("sku", "state", "units_sold")) == [
        ("BELL", "planned", 2),
        ("rekab.ir-93", "planned", 1),
    ]


def test_an_order_deleted_before_it_was_told_stays_deleted(owner, lamp):
    gone = replace(made(5, lines=(), returns=None, state="cancelled"), is_gone=True, unit="", number="77")
    take(gone, made())
    lamp.refresh_from_db()
    assert (Order.objects.get().state, lamp.units_sold) == ("cancelled", 0)


def test_what_can_be_no_line_is_kept_for_the_team(owner, lamp):
    take(made(lines=lines((1, "LAMP", 1, 100), (2, "LAMP", 5_000_000, 100))))
    assert (OrderLine.objects.count(), Refusal.objects.get().code) == (1, "too_much")


def story(chance):
    """Return a few versions of an order as a shop might make them, each consistent in itself."""
    versions, refunds = [], []
    for hour in range(chance.randint(2, 6)):
        goods = lines(
            *[
                (n, sku, chance.randint(1, 4), chance.randint(1, 9) * 1_000)
                for n, sku in ((1, "LAMP"), (2, "BELL"), (3, "NEW"))
                if chance.random() < 0.8
            ]
        )
        if chance.random() < 0.5:
            refunds.append((chance.choice((1, 2, 3)), f"r{hour}", chance.randint(0, 2), chance.randint(1, 3_000)))
        if refunds and chance.random() < 0.15:
            refunds.pop()
        left = {one.number: [one.quantity, one.net_minor] for one in goods}
        told = []
        for line, number, pieces, net in refunds:
            if line in left:
                got = (min(pieces, left[line][0]), min(net, left[line][1]))
                left[line] = [left[line][0] - got[0], left[line][1] - got[1]]
                told += [back(*got, number, line)] if any(got) else []
        state = chance.choice(("placed", "paid", "sent", "cancelled"))
        versions.append(made(hour, lines=goods, returns=tuple(told), state=state, shipping_minor=hour))
    return versions


@pytest.mark.parametrize("seed", range(25))
def test_shuffled_doubled_and_late_versions_end_in_the_same_state(owner, lamp, bell, seed):
    chance = random.Random(seed)
    versions = story(chance)
    take(*versions)
    orderly = standing()
    Order.objects.all().delete()
    Product.objects.filter(sku="NEW").delete()
    Product.objects.update(units_sold=0)
    take(*chance.sample(versions + versions, k=2 * len(versions)))
    assert standing() == orderly


def arrive(owner, case_name="order", connector="woocommerce", **over):
    """Let a recorded order arrive at a setup of its own."""
    case = next(one for one in cases.cases(connector) if one.name == case_name)
    setup = add_setup(connector, Words(f"آزمون {connector}", cases.settings_of(connector, "127.0.0.1:9")), by=owner)
    data = {
        **case.facts["expected"][0]["data"],
        "updated_at": "2026-11-01T08:05:00+00:00",
        "ordered_at": "2026-11-01T08:00:00+00:00",
        "key": "7204",
        **over,
    }
    found = Arrival(f"order:{len(over)}", "order", None, MORNING, data=data)
    return setup, arrivals.take(setup.pk, [found])


def test_a_customer_of_a_shop_is_known_by_its_number_and_claims_an_address(owner, lamp):
    setup, taken = arrive(owner)
    buyer = Order.objects.get().buyer
    assert (taken.new, buyer.kind, buyer.value, buyer.verified_at is not None) == (
        1,
        "shop-customer",
        "rekab.ir:31",
        True,
    )
    assert (
        dict(Trait.objects.filter(identity=buyer, source=f"channel:{setup.pk}").values_list("name", "value"))["phone"]
        == "+989121234567"
    )
    assert not Identity.objects.filter(kind__in=("order-email", "email"), value="mina@example.org").exists()
    activity = Activity.objects.get(verb="shop.order_placed")
    assert (activity.identity_id, activity.channel, activity.source) == (buyer.pk, "woocommerce", f"channel:{setup.pk}")


def test_a_claimed_address_of_somebody_here_is_a_suggestion_and_never_a_merge(owner, lamp):
    known = identity_of("email", "mina@example.org", verified=True)
    arrive(owner)
    assert Suggestion.objects.count() == 1
    assert Order.objects.get().buyer.person_id != known.person_id


def test_a_guest_is_known_by_the_address_of_the_order(owner, lamp):
    arrive(owner, buyer={**BUYER, "customer": ""})
    assert (Order.objects.get().buyer.kind, Order.objects.get().buyer.value) == ("order-email", "mina@example.org")


@pytest.mark.parametrize("kind", ["email", "order-email", "order-phone", "shop-customer"])
def test_an_order_of_somebody_erased_counts_without_them(owner, lamp, kind):
    value = {"order-phone": "+989121234567", "shop-customer": "rekab.ir:31"}.get(kind, "mina@example.org")
    ErasedSource.objects.create(digest=sources.digest(kind, value), member_number=7)
    _setup, taken = arrive(owner)
    lamp.refresh_from_db()
    assert (taken.new, Order.objects.get().buyer, lamp.units_sold) == (1, None, 2)
    assert not Identity.objects.filter(kind="shop-customer").exists()
    assert not Trait.objects.exists()


def test_erasing_a_member_empties_the_orders_of_their_number_at_the_shop(owner, lamp, member):
    arrive(owner)
    link_identity(Identity.objects.get(kind="shop-customer"), member.identity.person, by=member)  # by their own word
    erase_member(member, by=None)
    arrive(owner, updated_at="2026-11-02T08:05:00+00:00", state="sent")
    assert (Order.objects.get().buyer, Order.objects.get().state) == (None, "sent")


@pytest.mark.parametrize(
    "over",
    [{"number": ""}, {"state": "lost"}, {"unit": "XAU"}, {"lines": 7}, {"lines": [{"number": "x"}]}, {"ordered_at": "soon"}, {"returns": [{}]}, {"source": ""}],
)  # fmt: skip
def test_an_order_that_cannot_be_read_is_a_dead_letter(owner, lamp, over):
    _setup, taken = arrive(owner, **over)
    assert (taken.dead, DeadLetter.objects.count(), Order.objects.count()) == (1, 1, 0)


def test_what_orders_come_to_is_told_on_the_page_of_a_person(owner, lamp):
    arrive(owner)
    buyer = Order.objects.get().buyer
    (value,) = [one for one in plugins.hook.person_value(identities=[buyer.pk]) if one]
    assert value == {"IRR": 12_240_000}
