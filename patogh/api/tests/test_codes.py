"""Codes for programs: the team's, each member's own, and the orders that used them without whose they were."""

import pytest
from django.utils import timezone

from patogh.api.actions import make_token
from patogh.api.tests.conftest import Program
from patogh.api.webhooks.payloads import thing
from patogh.shop import actions
from patogh.shop.actions import SharingFacts
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Code

pytestmark = pytest.mark.django_db
LINE = {"sku": "LAMP", "quantity": 1, "net_minor": 6_800_000, "sold_at": "2026-11-01T08:00:00Z"}


def program(member, *scopes):
    return Program(make_token("codes", list(scopes), by=member)[1])


@pytest.fixture
def shop(owner):
    """A program of the owner's; a lamp is on the shelf and two orders of it came in."""
    actions.put_product(ProductFacts("LAMP", "چراغ"), by=owner)
    made = program(owner, "read:shop", "write:shop")
    orders = [{"number": number, "email": f"buyer{number}@example.org", "lines": [LINE]} for number in ("1", "2", "3")]
    made.ask("POST", "/orders", {"source": "rekab.ir", "orders": orders})
    return made


def test_a_code_is_made_read_used_and_closed(shop, member):
    new = {
        "owner": "@Mina",
        "reward_kind": "bps",
        "reward_value": 1_000,
        "uses_max": 2,
        "starts_at": "2026-10-01T00:00:00Z",
    }
    made = shop.ask("POST", "/codes", new)
    code = made.json()
    assert (made.status_code, code["owner"], code["uses_left"], code["is_open"]) == (201, "mina", 2, True)
    used = [
        shop.ask("POST", f"/codes/{code['id']}/redemptions", {"source": "rekab.ir", "order": one}).json()
        for one in "1123"
    ]
    assert [one["state"] for one in used] == ["counted", "counted", "counted", "refused"]
    assert used[3]["why"] == "used_up"
    assert used[3]["reason"]
    assert shop.get(f"/codes/{code['id']}").json()["uses_left"] == 0
    closed = shop.ask("DELETE", f"/codes/{code['id']}").json()
    assert (closed["is_open"], shop.ask("DELETE", f"/codes/{code['id']}").json()["version"]) == (
        False,
        closed["version"],
    )


def test_redemptions_come_in_pages_without_the_buyer(shop):
    pk = shop.ask("POST", "/codes", {"campaign": "پاییز", "starts_at": "2026-10-01T00:00:00Z"}).json()["id"]
    for one in "123":
        shop.ask("POST", f"/codes/{pk}/redemptions", {"source": "rekab.ir", "order": one})
    first = shop.get(f"/codes/{pk}/redemptions?limit=2")
    rest = shop.get(f"/codes/{pk}/redemptions?limit=2&after={first.json()['next']}").json()
    assert sorted(one["number"] for one in first.json()["items"] + rest["items"]) == ["1", "2", "3"]
    assert (rest["next"], "buyer" in first.content.decode(), 'rel="next"' in first["Link"]) == (None, False, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"campaign": "x", "uses_max": 0}, 422), ({"owner": "nobody_here"}, 400), ({"campaign": "x", "reward_kind": "bps", "reward_value": 10_001}, 400), ({"campaign": "x", "code": "!!"}, 400)],
    ids=range(5),
)  # fmt: skip
def test_a_code_of_a_wrong_form_is_refused(shop, body, status):
    assert shop.ask("POST", "/codes", body).status_code == status
    assert not Code.objects.exists()


def test_the_same_letters_are_taken_once_and_an_unknown_order_is_said_so(shop):
    pk = shop.ask("POST", "/codes", {"campaign": "x", "code": "LAMP-20"}).json()["id"]
    assert shop.ask("POST", "/codes", {"campaign": "x", "code": "lamp 2O"}).status_code == 409
    assert shop.ask("POST", f"/codes/{pk}/redemptions", {"source": "rekab.ir", "order": "999"}).status_code == 400


def test_a_member_has_her_own_codes_and_nobody_elses(shop, owner, member, other_member):
    mine, theirs = (
        program(member, "read:me", "write:me", "read:shop", "write:shop"),
        program(other_member, "read:me", "write:me"),
    )
    refused = mine.ask("POST", "/me/codes")
    assert (refused.status_code, refused.json()["code"]) == (403, "no_code_for_you")
    actions.set_sharing(SharingFacts(is_open=True, uses_max=5), by=owner)
    made = mine.ask("POST", "/me/codes").json()
    assert (made["uses_left"], made["link"].endswith(made["code"])) == (5, True)
    assert [one["id"] for one in mine.get("/me/codes").json()["items"]] == [made["id"]]
    assert theirs.get("/me/codes").json()["items"] == []
    assert theirs.ask("DELETE", f"/me/codes/{made['id']}").status_code == 404
    assert mine.ask("DELETE", f"/me/codes/{made['id']}").json()["is_open"] is False
    assert [
        mine.get(path).status_code for path in ("/codes", f"/codes/{made['id']}", f"/codes/{made['id']}/redemptions")
    ] == [404] * 3


def test_scopes_are_asked_for_each(member, owner):
    assert program(member, "read:me").ask("POST", "/me/codes").status_code == 403
    assert program(owner, "read:me", "write:me").get("/codes").status_code == 403
    assert program(owner, "read:shop").ask("POST", "/codes", {"campaign": "x"}).status_code == 403


def test_a_webhook_names_the_code_and_the_order_without_the_buyer(shop, owner):
    code = actions.make_code(
        actions.CodeFacts(campaign="x", starts_at=timezone.now() - timezone.timedelta(days=90)), by=owner
    )
    used = actions.redeem_code(code.code, "rekab.ir", "1", by=owner)
    assert thing("shop.code", str(code.pk)) == {
        "kind": "shop.code",
        "id": str(code.pk),
        "code": code.code,
        "uses": 1,
        "uses_max": None,
        "ends_at": None,
    }
    assert set(thing("shop.order", str(used.order_id))) == {
        "kind",
        "id",
        "source",
        "number",
        "state",
        "net_minor",
        "unit",
    }
