"""Products that shops list: the newest version stands, prices keep what they were, what is deleted is hidden and comes back."""

import datetime as dt
import itertools

import pytest

from patogh.activity.models import Activity
from patogh.channels.connectors.contract import Arrival
from patogh.kit.errors import NotFound
from patogh.people.actions.erasing import erase_member
from patogh.people.models import Consent, Identity
from patogh.persons.models import Trait
from patogh.shop import actions, streams
from patogh.shop.errors import ProductUnreadable
from patogh.shop.facts import ProductFacts
from patogh.shop.models import Listing, Product
from patogh.shop.queries import products

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


def item(key="7", sku="LAMP", name="Rear lamp", price=5_950, **more):
    return {"key": key, "sku": sku, "name": name, "price_minor": price, **more}


def listed(hour=0, *items, key="7", **more):
    """Return one version of a product as a connector tells it, so many hours after the first."""
    at = (DAY + dt.timedelta(hours=hour)).isoformat()
    said = {
        "source": "rekab-eu",
        "key": key,
        "updated_at": at,
        "items": list(items),
        "unit": "EUR",
        "about": "Lights itself.",
        "url": "https://r.example/l",
    }
    return said | more


def told(said, kind="product"):
    arrival = Arrival("k", kind, None, DAY, data=said)
    return streams.arrived(setup_id=7, connector="shopify", arrival=arrival, identity=None)


def gone(hour, **more):
    return listed(hour, is_gone=True, **more)


def lamp_row() -> Product:
    return Product.objects.get(sku="LAMP")


def test_a_product_is_put_in_once_and_its_price_keeps_what_it_was():
    assert [told(listed(0, item())), told(listed(0, item()))] == ["new", "known"]
    assert told(listed(2, item(price=6_450))) == "new"
    row = lamp_row()
    assert (row.price_minor, row.unit, row.name, row.state, row.url) == (
        6_450,
        "EUR",
        "Rear lamp",
        "planned",
        "https://r.example/l",
    )
    edits = Activity.objects.filter(verb="shop.product_edited")
    assert [(one.data["was"], one.identity_id, one.source) for one in edits] == [
        ({"price_minor": 5_950}, None, "channel:7")
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_versions_in_any_order_end_the_same(order):
    versions = [
        listed(0, item()),
        listed(1, item(price=1)),
        listed(2, item(name="Lamp")),
        listed(3, item(name="Lamp"), is_shown=False),
    ]
    for at in order:
        told(versions[at])
        told(versions[at])
    row = Product.objects.filter(sku="LAMP").first()
    is_last_first = order[0] == 3  # a draft that was never seen on sale is not put on the shelf
    assert (
        row is None if is_last_first else (row.price_minor, row.name, row.hidden_at is None) == (5_950, "Lamp", False)
    )


def test_what_the_team_wrote_stays_until_the_shop_says_something_else(owner):
    told(listed(0, item()))
    actions.edit_product(lamp_row(), ProductFacts("LAMP", "چراغ عقب", about="روشن"), by=owner)
    told(listed(1, item(price=6_000)))
    assert (lamp_row().name, lamp_row().about, lamp_row().price_minor) == ("چراغ عقب", "روشن", 6_000)
    told(listed(2, item(price=6_000, name="Rear lamp 2")))
    assert (lamp_row().name, lamp_row().about) == ("Rear lamp 2", "روشن")


def test_a_product_of_ours_is_met_by_its_code_and_keeps_its_words(lamp):
    told(listed(0, item(price=None), unit=""))
    assert (lamp_row().name, lamp_row().price_minor, lamp_row().unit, lamp_row().url) == (
        "چراغ عقب",
        6_800_000,
        "IRR",
        "https://r.example/l",
    )


def test_a_deleted_product_is_hidden_from_everybody_but_the_team_and_never_removed(lamp, owner, member, stranger):
    told(listed(0, item()))
    assert told(gone(1)) == "new"
    assert told(listed(0, item(price=1))) == "known"
    assert stranger.get(f"/products/{lamp.slug}").status_code == 404
    with pytest.raises(NotFound):
        products.one(member, pk=lamp.pk)
    assert products.one(owner, pk=lamp.pk).state == "on_sale"
    told(listed(2, item()))
    assert stranger.get(f"/products/{lamp.slug}").status_code == 200
    verbs = Activity.objects.filter(subject_kind="shop.product", verb__in=("shop.product_hidden", "shop.product_back"))
    assert list(verbs.order_by("recorded_at").values_list("verb", flat=True)) == [
        "shop.product_hidden",
        "shop.product_back",
    ]


def test_a_deletion_that_comes_before_the_product_keeps_it_off_the_shelf():
    told(gone(5))
    told(listed(0, item()))
    assert not Product.objects.exists()


def test_a_product_that_another_shop_still_has_stays():
    told(listed(0, item()))
    told(listed(0, item(key="9"), key="9", source="rekab.ir"))
    told(gone(1))
    assert lamp_row().hidden_at is None
    told(gone(1, key="9", source="rekab.ir"))
    assert lamp_row().hidden_at is not None


def test_kinds_go_and_come_with_their_family():
    red, black = item("78", "RED", "Lamp - Red"), item("79", "", "Lamp - Black")
    told(listed(0, red, black, key="product/7", is_whole=True))
    assert set(Product.objects.values_list("sku", flat=True)) == {"RED", "rekab-eu-79"}
    told(listed(1, red, key="product/7", is_whole=True))
    assert set(Product.objects.filter(hidden_at=None).values_list("sku", flat=True)) == {"RED"}
    told(gone(2, key="product/7"))
    assert not Product.objects.filter(hidden_at=None).exists()
    told(listed(3, red, black, key="product/7", is_whole=True))
    assert Product.objects.filter(hidden_at=None).count() == 2


def test_a_kind_that_is_told_alone_hides_with_its_family():
    told(listed(0, item("12", "RED"), key="12", family="10"))
    told(listed(1, key="10", is_shown=False))
    assert Product.objects.get().hidden_at is not None
    told(listed(2, key="10"))
    assert Product.objects.get().hidden_at is None


def test_a_new_code_renames_the_product_and_one_that_is_taken_leads_to_its_owner(bell):
    told(listed(0, item()))
    told(listed(1, item(sku="LAMP-2")))
    assert set(Product.objects.values_list("sku", flat=True)) == {"LAMP-2", "BELL"}
    told(listed(2, item(sku="BELL", price=900)))
    assert (Listing.objects.get(key="7").product, Product.objects.get(sku="BELL").price_minor) == (bell, 900)


@pytest.mark.parametrize(
    "wrong",
    [
        {"updated_at": "yesterday"}, {"items": [{"sku": "X"}]}, {"items": ["X"]}, {"items": 7}, {"unit": "XAU"}, {"source": ""}, {"key": "k" * 81},
        {"items": [item(price="much")]}, {"items": [item(price=10**16)]},
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_product_is_said_so_and_leaves_nothing(wrong):
    with pytest.raises(ProductUnreadable):
        told(listed(0, item()) | wrong)
    assert not Product.objects.exists()


def test_an_address_that_is_none_is_left_out():
    told(listed(0, item(), url="javascript:alert(1)"))
    assert lamp_row().url == ""


def customer(hour=0, email="mina@example.org", **more):
    who = {"customer": "rekab-eu:31", "name": "مینا", "email": email, "phone": "+989121234567"}
    at = DAY + dt.timedelta(hours=hour)
    said = {"source": "rekab-eu", "buyer": who, "traits": {"city": "تهران"}, **more}
    arrival = Arrival("c", "customer", None, at, data=said)
    return streams.arrived(setup_id=7, connector="shopify", arrival=arrival, identity=None)


def test_a_customer_is_known_by_the_shops_number_with_claims_and_without_any_consent(brand):
    assert [customer(), customer(), customer(1)] == ["new", "known", "new"]
    known = {(one.kind, one.value, one.verified_at is not None) for one in Identity.objects.all()}
    assert known == {("shop-customer", "rekab-eu:31", True)}
    told_of = dict(Trait.objects.values_list("name", "value"))
    assert (told_of["email"], told_of["city"]) == ("mina@example.org", "تهران")
    customer(2, accepts_marketing=True, email_marketing_consent={"state": "subscribed"})
    assert not Consent.objects.exists()


def test_what_a_shop_says_anew_of_a_customer_is_on_their_road_once(brand):
    assert [customer(), customer(), customer(1), customer(2, traits={"city": "یزد"})] == ["new", "known", "new", "new"]
    steps = Activity.objects.filter(verb="persons.traits_said").order_by("happened_at")
    mina = Identity.objects.get(kind="shop-customer").pk
    assert [(one.identity_id, one.channel, one.source, one.data) for one in steps] == [
        (mina, "shopify", "channel:7", {"traits": names}) for names in (["city", "email", "name", "phone"], ["city"])
    ]


def test_a_customer_who_was_erased_here_is_kept_out(member):
    erase_member(member, by=None)
    assert customer() == "dropped"
    assert not Identity.objects.filter(kind="shop-customer").exists()


@pytest.mark.parametrize("count", [1, 30])
def test_a_product_costs_as_many_statements_whatever_the_shop_has(count, django_assert_max_num_queries):
    for at in range(count):
        told(listed(0, item(key=str(at), sku=f"S{at}"), key=str(at)))
    with django_assert_max_num_queries(40):
        told(listed(1, item(key="0", sku="S0", price=1), key="0"))
