"""The two shops: pings, pages, keys and money, each as its own shop tells it."""

import datetime as dt

import pytest

from patogh.channels import orders
from patogh.channels.connectors import registry
from patogh.channels.connectors.contract import Call, Forged, SetupBroken, TryLater, Unreadable
from patogh.channels.orders import Line, Refund
from patogh.channels.tests.connectors import cases
from patogh.channels.tests.connectors.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)


def line(number=1, pieces=2, net=1_000) -> Line:
    return Line(number=number, sku="LAMP", product="", name="", quantity=pieces, net_minor=net)


def call(body=b"", **headers):
    return Call("POST", "", {}, headers, body, NOW)


def test_the_ping_of_a_new_webhook_is_answered_and_nothing_else_goes_unsigned(at_work):
    woo, setup = registry.connector("woocommerce"), at_work("woocommerce", "127.0.0.1:9")
    assert woo.receive(setup, call(b"webhook_id=12")).status == 200
    for body in (b"webhook_id=12&x=1", b"webhook_id=", b'{"id": 1}', b""):
        with pytest.raises(Forged):
            woo.receive(setup, call(body))


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_a_shop_without_a_secret_takes_no_delivery(name, at_work):
    setup = at_work(name, "127.0.0.1:9", secret="")
    signed = cases.signed(name, {"secret": ""}, call(b"{}"))
    with pytest.raises(Forged):
        registry.connector(name).receive(setup, signed)


def test_a_webhook_that_tells_of_a_refund_leaves_an_errand_that_fetches_its_lines(at_work, server):
    case = next(one for one in cases.cases("woocommerce") if one.name == "refund")
    server.answers = [
        (one["path"].replace("?", ""), 200, {}, cases.payload(case, one, "")) for one in case.facts["answers"]
    ]
    said = case.facts["answers"][1]["body"][0]
    server.answers.append(("/orders/7204", 200, {}, orders.facts.dumped(said)))
    server.answers = [server.answers[0], server.answers[2]]
    setup, woo = at_work("woocommerce", server.host), registry.connector("woocommerce")
    body = orders.facts.dumped(said)
    answered = woo.receive(
        setup, cases.signed("woocommerce", dict(setup.settings), call(body, **{"x-wc-webhook-topic": "order.updated"}))
    )
    assert answered.arrivals[0].data["returns"] is None
    (whole,) = woo.work(setup, answered.later[0])
    assert [one["number"] for one in whole.data["returns"]] == ["9001"]
    assert whole.data["updated_at"] == answered.arrivals[0].data["updated_at"]


def test_a_full_page_of_one_second_is_followed_by_its_next_page(at_work, server):
    case = next(one for one in cases.cases("woocommerce") if one.name == "order")
    row = {**case.facts["call"]["body"], "refunds": []}
    server.answers = [("/orders", 200, {}, orders.facts.dumped([{**row, "id": at} for at in range(1, 21)]))]
    woo, setup = registry.connector("woocommerce"), at_work("woocommerce", server.host)
    first = woo.poll(setup, {})
    second = woo.poll(setup, first.cursor)
    assert (first.wait_s, len(first.arrivals)) == (0, 20)
    assert second.cursor == {**first.cursor, "page": 2}
    assert "modified_after=2026-11-01T08%3A04%3A59" in server.asked[1][1]


def test_a_letter_of_a_poll_stops_no_other_order_and_can_be_read_again(at_work, server):
    case = next(one for one in cases.cases("shopify") if one.name == "order")
    row = case.facts["call"]["body"]
    server.answers = [("/orders.json", 200, {}, orders.facts.dumped({"orders": [{**row, "currency": "XAU"}, row]}))]
    shopify, setup = registry.connector("shopify"), at_work("shopify", server.host)
    polled = shopify.poll(setup, {})
    assert (len(polled.arrivals), len(polled.letters)) == (1, 1)
    with pytest.raises(Unreadable):
        shopify.replayed(setup, polled.letters[0].body)


def test_the_next_page_is_followed_only_at_the_shop_itself(at_work, server):
    shopify, setup = registry.connector("shopify"), at_work("shopify", server.host)
    links = {
        host: f'<http://{host}/admin/api/2026-10/orders.json?page_info=abc>; rel="next"'
        for host in (server.host, "127.0.0.1:9")
    }
    found = {}
    for host, link in links.items():
        server.answers = [("/orders.json", 200, {"Link": link}, b'{"orders": []}')]
        found[host] = shopify.poll(setup, {}).cursor.get("next")
    assert found == {server.host: links[server.host][1:-13], "127.0.0.1:9": None}


def test_a_product_of_more_kinds_than_a_page_is_read_whole(at_work, server):
    kinds = [{"id": at, "sku": f"K{at}", "price": "1", "status": "publish"} for at in range(1, 104)]
    server.answers = [
        ("&page=2", 200, {}, orders.facts.dumped(kinds[100:])), ("/variations", 200, {}, orders.facts.dumped(kinds[:100])),
    ]  # fmt: skip
    woo, setup = registry.connector("woocommerce"), at_work("woocommerce", server.host)
    (found,) = woo.read(setup, "products", {"id": 900, "type": "variable", "status": "publish", "name": "پیراهن"})
    assert (len(found.data["items"]), found.data["is_whole"]) == (103, True)
    server.answers = [("/variations", 200, {}, orders.facts.dumped(kinds[:100]))]
    with pytest.raises(Unreadable):  # more than a product may have, however many pages it goes on for
        woo.read(setup, "products", {"id": 900, "type": "variable", "status": "publish", "name": "پیراهن"})
    assert len(server.asked) == 5


def test_a_page_that_became_too_old_begins_again(at_work, server):
    server.answers = [("page_info", 400, {}, b'{"errors": "Invalid value."}')]
    setup = at_work("shopify", server.host)
    polled = registry.connector("shopify").poll(
        setup, {"since": "2026-10-01", "next": f"http://{server.host}/x?page_info=1"}
    )
    assert (polled.cursor, polled.arrivals) == ({"since": "2026-10-01"}, ())


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_keys_never_travel_without_encryption(name, at_work, server, settings):
    setup = at_work(name, server.host)
    settings.CHANNELS_INSIDE = ""
    with pytest.raises(SetupBroken):
        registry.connector(name).poll(setup, {})
    assert server.asked == []


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_a_key_that_is_refused_stops_the_setup_and_a_limit_waits(name, at_work, server):
    setup = at_work(name, server.host)
    for status, error in ((401, SetupBroken), (429, TryLater), (404, SetupBroken)):
        server.answers = [("/", status, {"Retry-After": "2.0"}, b"{}")]
        with pytest.raises(error):
            registry.connector(name).poll(setup, {})


@pytest.mark.parametrize(
    ("said", "currency", "minor"),
    [("12.345", "EUR", 1235), ("680000", "IRT", 6_800_000), ("680000.4", "IRR", 680_000), ("68", "IRHT", 680_000), ("68", "irhr", 68_000), (None, "USD", 0)],
)  # fmt: skip
def test_amounts_become_whole_minor_units(said, currency, minor):
    assert orders.minor(orders.amount(said), currency) == minor


@pytest.mark.parametrize("said", ["", "NaN", "Infinity", "twelve", "1e400", "۱۲x"])
def test_what_is_no_amount_is_refused_or_nothing(said):
    if said == "":
        assert orders.amount(said) == 0
        return
    with pytest.raises(Unreadable):
        orders.amount(said)


def test_never_more_comes_back_than_was_sold():
    refunds = [Refund("a", DAY, [(1, 5, 700), (9, 1, 1)]), Refund("b", DAY, [(1, 1, 700)], more_minor=900)]
    told = orders.returns_of([line()], refunds, 1_000, DAY)
    assert (sum(one["quantity"] for one in told), sum(one["net_minor"] for one in told)) == (2, 1_000)


def test_money_of_no_line_is_shared_by_what_is_left_without_tax_and_delivery():
    told = orders.returns_of([line(1, 1, 600), line(2, 1, 300)], [Refund("a", DAY, more_minor=200)], 1_800, None)
    assert [(one["line"], one["number"], one["quantity"], one["net_minor"]) for one in told] == [
        (1, "a:sum", 0, 67),
        (2, "a:sum", 0, 33),
    ]


def asked_in_turn(name, at_work, server, cursor, **settings):
    """Ask a shop until it has nothing more for now; returns what was asked in which order, and the last cursor."""
    setup, shop = at_work(name, server.host, **settings), registry.connector(name)
    while True:
        polled = shop.poll(setup, cursor)
        cursor = polled.cursor
        if polled.wait_s:
            return [one[1].partition("?")[0].rpartition("/")[2].removesuffix(".json") for one in server.asked], cursor


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_orders_products_and_customers_take_turns_and_only_as_wanted(name, at_work, server):
    rows = b"[]" if name == "woocommerce" else b'{"orders": [], "products": [], "customers": []}'
    server.answers = [("/", 200, {}, rows)]
    asked, cursor = asked_in_turn(
        name, at_work, server, {"since": "2026-10-01"}, with_products=True, with_customers=True
    )
    assert asked == ["orders", "products", "customers"]
    assert (cursor["since"], cursor.get("turn"), set(cursor)) == (
        "2026-10-01",
        None,
        {"since", "products", "customers"},
    )
    server.asked.clear()
    assert asked_in_turn(name, at_work, server, cursor)[0] == ["orders"]


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_a_key_that_does_not_reach_the_products_stops_no_orders_and_asks_again_tomorrow(name, status, at_work, server):
    rows = b"[]" if name == "woocommerce" else b'{"orders": []}'
    server.answers = [("/products", status, {}, b"{}"), ("/", 200, {}, rows)]
    asked, cursor = asked_in_turn(name, at_work, server, {}, with_products=True)
    assert (asked, cursor["products"]) == (["orders", "products"], {"again": "2026-11-24T00:30:00+00:00"})
    server.asked.clear()
    assert asked_in_turn(name, at_work, server, cursor, with_products=True)[0] == ["orders"]


@pytest.mark.parametrize("mode", ["rate", "error", "half_letters", "wrong_shape", "empty", "private"])
@pytest.mark.parametrize("kind", ["products", "customers"])
@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_asking_for_the_rest_of_a_shop_that_misbehaves(name, kind, mode, at_work, server):
    server.mode = mode
    setup = at_work(name, server.host, turn_s=0.6, **{f"with_{kind}": True})
    with pytest.raises((TryLater, Unreadable)) as told:
        registry.connector(name).poll(setup, {"turn": kind})
    assert kind in server.asked[0][1]
    assert mode != "rate" or told.value.after_s == 7


@pytest.mark.parametrize(("name", "path"), [("woocommerce", "/products/501"), ("shopify", "/products/501.json")])
def test_a_deletion_is_looked_for_before_it_is_believed_so_that_an_old_one_hides_nothing(name, path, at_work, server):
    case = next(one for one in cases.cases(name) if one.name == "product-deleted")
    setup, shop = at_work(name, server.host), registry.connector(name)
    told = cases.call_of(case, dict(setup.settings), NOW)
    body = orders.facts.dumped({"id": 501})
    answered = shop.receive(setup, cases.signed(name, dict(setup.settings), call(body, **told.headers)))
    assert (answered.arrivals, answered.later) == ((), ({"product": 501},))
    row = next(one for one in cases.cases(name) if one.name == "product").facts["call"]["body"]
    server.answers = [(path, 200, {}, orders.facts.dumped(row if name == "woocommerce" else {"product": row}))]
    assert shop.work(setup, answered.later[0])[0].data["is_gone"] is False
    server.answers = [(path, 404, {}, b"{}")]
    assert shop.work(setup, answered.later[0])[0].data["is_gone"] is True


@pytest.mark.parametrize("name", ["woocommerce", "shopify"])
def test_a_product_that_cannot_be_read_is_a_letter_of_its_own_kind(name, at_work, server):
    good = next(one for one in cases.cases(name) if one.name == "product").facts["call"]["body"]
    bad = {**good, "id": "seven"}
    rows = [bad, good] if name == "woocommerce" else {"products": [bad, good]}
    server.answers = [("/products", 200, {}, orders.facts.dumped(rows))]
    setup, shop = at_work(name, server.host, with_products=True), registry.connector(name)
    polled = shop.poll(setup, {"turn": "products"})
    assert ([one.kind for one in polled.arrivals], len(polled.letters)) == (["product"], 1)
    with pytest.raises(Unreadable, match="product"):
        shop.replayed(setup, polled.letters[0].body)


def test_customers_of_woocommerce_are_read_page_by_page_and_all_again_a_day_later(at_work, server):
    row = next(one for one in cases.cases("woocommerce") if one.name == "customer").facts["call"]["body"]
    full = orders.facts.dumped([{**row, "id": at} for at in range(1, 101)])
    server.answers = [("&page=2", 200, {}, orders.facts.dumped([row])), ("&page=1", 200, {}, full)]
    woo, setup = registry.connector("woocommerce"), at_work("woocommerce", server.host, with_customers=True)
    first = woo.poll(setup, {"turn": "customers"})
    second = woo.poll(setup, first.cursor)
    assert (len(first.arrivals), first.wait_s, first.cursor["customers"]) == (100, 0, {"page": 2})
    assert (len(second.arrivals), second.cursor["customers"]) == (1, {"again": "2026-11-24T00:30:00+00:00"})
