"""The shop for programs: batches that are done once, refusals with their places, nothing without the right."""

import pytest

from patogh.api.actions import make_token
from patogh.api.tests.conftest import Program
from patogh.shop import actions
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Order, OrderLine

pytestmark = pytest.mark.django_db
LINE = {"sku": "LAMP", "quantity": 2, "net_minor": 13_600_000, "sold_at": "2026-11-01T08:00:00Z"}
BATCH = {"source": "rekab.ir", "orders": [{"number": "1001", "email": "mina@example.org", "lines": [LINE]}]}


def program(member, *scopes):
    return Program(make_token("shop", list(scopes), by=member)[1])


@pytest.fixture
def shop(owner):
    """A program of the owner's that may do everything with the shop and nothing else; one lamp is on the shelf."""
    actions.put_product(ProductFacts("LAMP", "چراغ"), by=owner)
    return program(owner, "read:shop", "write:shop")


def test_a_batch_is_taken_once_whatever_its_key(shop):
    first = shop.ask("POST", "/orders", BATCH, **{"Idempotency-Key": "a"}).json()
    assert first == {"new": 1, "changed": 0, "same": 0, "refused": []}
    assert shop.ask("POST", "/orders", BATCH, **{"Idempotency-Key": "a"}).json() == first
    assert shop.ask("POST", "/orders", BATCH).json()["same"] == 1
    assert OrderLine.objects.count() == 1


def test_what_is_refused_names_its_place_and_reason(shop):
    wrong = {**BATCH, "orders": [*BATCH["orders"], {"number": "2", "lines": [LINE, {**LINE, "sku": "GHOST"}]}]}
    refused = shop.ask("POST", "/orders", wrong, **{"Accept-Language": "en"}).json()["refused"]
    assert [(one["at"], one["line"], one["code"]) for one in refused] == [(1, 1, "product_unknown")]
    assert "GHOST" in refused[0]["reason"]


def test_orders_and_returns_are_read_without_the_buyer(shop):
    shop.ask("POST", "/orders", BATCH)
    back = {"order": "1001", "quantity": 1, "net_minor": 6_800_000, "returned_at": "2026-11-02T08:00:00Z"}
    assert shop.ask("POST", "/returns", {"source": "rekab.ir", "returns": [back]}).json()["new"] == 1
    said = shop.get("/orders")
    assert "mina@" not in said.content.decode()
    assert said.json()["items"][0]["lines"][0]["returns"][0]["quantity"] == 1
    assert shop.get(f"/orders/{Order.objects.get().pk}").json()["number"] == "1001"
    assert shop.get("/returns").json()["items"][0]["order"] == "1001"


def test_a_product_is_put_in_changed_and_sold(shop):
    made = shop.ask("POST", "/products", {"sku": "BELL", "name": "زنگ", "price_minor": 900_000})
    pk = made.json()["id"]
    assert (made.status_code, made.json()["state"]) == (201, "planned")
    assert shop.ask("PATCH", f"/products/{pk}", {"name_en": "Bell"}).json()["name_en"] == "Bell"
    assert shop.ask("PUT", f"/products/{pk}/sale").json()["state"] == "on_sale"
    assert shop.ask("DELETE", f"/products/{pk}/sale").json()["state"] == "ended"
    assert shop.ask("POST", "/products", {"sku": "BELL", "name": "زنگ"}).status_code == 409


def test_without_the_right_there_are_products_on_sale_and_nothing_else(member, shop):
    theirs = program(member, "read:shop", "write:shop")
    assert theirs.get("/products").json()["items"] == []
    for method, path, body in (("GET", "/orders", None), ("POST", "/orders", BATCH), ("GET", "/returns", None)):
        assert theirs.ask(method, path, body).status_code == 404


def test_a_token_without_the_scope_of_the_shop_is_told_so(owner, shop):
    assert program(owner, "read:me", "admin").get("/orders").status_code == 403


@pytest.mark.parametrize(
    "line",
    [
        {**LINE, "quantity": 0},
        {**LINE, "net_minor": -1},
        {**LINE, "sold_at": "2026-11-01"},
        {**LINE, "unit": "TOMAN"},
        {**LINE, "net_minor": 1.5},
    ],
)
def test_a_line_of_a_wrong_form_is_refused_before_anything_is_done(shop, line):
    assert shop.ask("POST", "/orders", {"source": "s", "orders": [{"number": "1", "lines": [line]}]}).status_code == 422
    assert not Order.objects.exists()
