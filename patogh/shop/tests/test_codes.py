"""Codes: within their limits whoever comes at once, never for oneself, given back with what came back."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.conftest import made_member
from patogh.ideas.tests.conftest import many_hands  # noqa: F401 - a fixture
from patogh.ideas.tests.hands import HANDS, at_once
from patogh.people.actions.erasing import erase_member
from patogh.people.identifying import identity_of
from patogh.people.models import Brand, Notice
from patogh.shop import actions, errors, hooks
from patogh.shop.actions import CodeFacts
from patogh.shop.actions.streams import OrderVersion, StreamLine, StreamReturn, take_version
from patogh.shop.facts import OrderFacts
from patogh.shop.models import Code, Order, Redemption
from patogh.shop.queries import codes
from patogh.shop.spelling import ALPHABET, fresh, key_of
from patogh.shop.tests.conftest import MORNING, back, line

EARLY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
db = pytest.mark.django_db


def made(by, code="NIMA-20", **terms):
    facts = {"campaign": "پاییز", "starts_at": EARLY, **terms}
    return actions.make_code(CodeFacts(code, **facts), by=by)


def placed(number="1", *, buyer=None, net=1_000, codes=("nima 20",), hour=0, claims=(), **words):
    facts = {"lines": (StreamLine(1, "LAMP", "چراغ", 1, net),), "returns": (), **words}
    order = OrderVersion(
        "rekab.ir",
        number,
        number,
        facts.pop("state", "paid"),
        "IRR",
        MORNING,
        MORNING + dt.timedelta(hours=hour),
        codes=codes,
        **facts,
    )
    take_version(order, by=buyer, claims=claims)
    return Redemption.objects.filter(order__number=number).first()


def customer(number, **words):
    return identity_of("shop-customer", f"rekab.ir:{number}", verified=True, **words)


@pytest.mark.parametrize(
    ("typed", "key"),
    [("nima-20", "N1MA20"), (" NIMA ۲۰ ", "N1MA20"), ("ألف", "ألف".upper()), ("سلام۲۰", "سلام20"), ("O0", "00"), ("<b>", ""), ("", ""), ("a" * 41, ""), ("💚", "")],
)  # fmt: skip
def test_a_code_has_one_spelling(typed, key):
    assert key_of(typed) == key or key_of(typed) == key_of(key)


def test_a_fresh_code_is_easy_to_read():
    assert set(fresh().replace("-", "")) <= set(ALPHABET)
    assert len({fresh() for _ in range(50)}) == 50


@db
def test_a_code_that_reads_like_another_is_refused(owner):
    made(owner, "NIMA-10")
    with pytest.raises(errors.CodeTaken):
        made(owner, "nlma lo")


@db
@pytest.mark.parametrize(
    "terms",
    [{"campaign": ""}, {"reward_kind": "bps", "reward_value": 10_001}, {"reward_kind": "amount", "reward_value": 5}, {"uses_max": 0}, {"uses_per_person_max": 0}, {"net_minor_min": -1}, {"ends_at": EARLY}, {"reward_value": 1}],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(owner, terms):
    with pytest.raises(errors.BadCode):
        made(owner, **terms)


@db
def test_an_order_counts_once_however_often_it_is_told(owner, lamp):
    code = made(owner)
    assert placed().state == "counted"
    placed(hour=1, state="sent")
    code.refresh_from_db()
    assert (code.uses_count, Redemption.objects.count()) == (1, 1)


@db
def test_a_code_is_given_back_with_the_order_and_taken_again(owner, lamp):
    code = made(owner, uses_max=1)
    placed()
    assert placed(hour=1, returns=(StreamReturn(1, "r", 1, 1_000, MORNING),)).state == "undone"
    assert placed("2").state == "counted"
    row = placed(hour=2)
    code.refresh_from_db()
    assert (row.state, row.why, code.uses_count) == ("refused", "used_up", 1)


@db
def test_a_cancelled_order_and_one_that_names_the_code_no_more_give_it_back(owner, lamp):
    code = made(owner)
    placed()
    assert placed(hour=1, state="cancelled").state == "undone"
    placed("2")
    assert placed("2", hour=1, codes=()).state == "undone"
    code.refresh_from_db()
    assert code.uses_count == 0


@db
def test_what_a_file_brings_back_gives_the_code_back(owner, lamp):
    code = made(owner)
    placed(net=13_600_000)
    actions.take_returns("rekab.ir", [back("1", 1, 13_600_000)], by=owner)
    code.refresh_from_db()
    assert (code.uses_count, Redemption.objects.get().state) == (0, "undone")


@db
@pytest.mark.parametrize(
    ("terms", "why"),
    [({"starts_at": MORNING + dt.timedelta(days=1)}, "closed"), ({"ends_at": MORNING}, "closed"), ({"net_minor_min": 1_001, "unit": "IRR"}, "too_small"), ({"is_for_new": True}, "buyer_unknown")],
)  # fmt: skip
def test_an_order_outside_of_the_terms_is_not_counted_and_says_why(owner, lamp, terms, why):
    code = made(owner, **terms)
    row = placed()
    code.refresh_from_db()
    assert (row.state, row.why, code.uses_count) == ("refused", why, 0)


@db
def test_a_person_counts_over_all_that_is_known_of_her(owner, lamp):
    made(owner)
    first, second = customer(1), customer(2)
    type(second).objects.filter(pk=second.pk).update(person=first.person_id)
    second.refresh_from_db()
    placed("1", buyer=first)
    assert placed("2", buyer=second).why == "person_limit"
    assert placed("3", buyer=customer(3)).state == "counted"


@db
def test_a_code_for_new_customers_is_for_those_who_never_bought(owner, lamp):
    made(owner, is_for_new=True)
    buyer = customer(1)
    placed("0", buyer=buyer, codes=())
    Order.objects.update(ordered_at=MORNING - dt.timedelta(days=9))
    assert placed("1", buyer=buyer).why == "not_new"
    assert placed("2", buyer=customer(2)).state == "counted"


@db
def test_nobody_uses_their_own_code_by_any_identity_or_address(owner, lamp, member):
    made(owner, owner=member, campaign="")
    mine = customer(1)
    type(mine).objects.filter(pk=mine.pk).update(person=member.identity.person_id)
    mine.refresh_from_db()
    assert placed("1", buyer=mine).why == "own"
    type(member).objects.filter(pk=member.pk).update(email="mina@example.org")
    assert placed("2", buyer=customer(2), claims=[("order-email", "mina@example.org")]).why == "own"
    assert placed("3", buyer=customer(3), claims=[("order-email", "jo@example.org")]).state == "counted"


@db
def test_a_program_counts_an_order_for_a_code(owner, lamp, member):
    made(owner)
    actions.take_orders("rekab.ir", [OrderFacts("7", (line(),))], by=owner)
    assert actions.redeem_code("NIMA20", "rekab.ir", "7", by=owner).state == "counted"
    assert actions.redeem_code("NIMA20", "rekab.ir", "7", by=owner).state == "counted"
    assert Activity.objects.filter(verb="shop.code_redeemed").count() == 1
    for args, error in ((("NOPE", "rekab.ir", "7"), errors.BadCode), (("NIMA20", "x", "7"), errors.RowRefused)):
        with pytest.raises(error):
            actions.redeem_code(*args, by=owner)
    with pytest.raises(errors.NotForYou):
        actions.redeem_code("NIMA20", "rekab.ir", "7", by=member)


@db
def test_who_brought_whom_is_told_to_both_sides(owner, lamp, member):
    made(owner, owner=member, campaign="")
    buyer = customer(5)
    placed("1", buyer=buyer)
    assert codes.brought_by([member.identity_id], 5) == [(buyer.pk, 1)]
    assert [(key, times) for key, times, _words in hooks.person_circle([buyer.pk], 5)] == [(member.identity_id, 1)]


@db
def test_a_member_takes_her_codes_along_and_leaves_them_nameless(owner, lamp, member):
    made(owner, owner=member, campaign="")
    assert "NIMA-20" in dict(hooks.belongings(member))["shop/codes.csv"].decode()
    erase_member(member, by=None)
    row = Code.objects.get()
    assert (row.owner, "NIMA" in row.code, row.ends_at <= timezone.now()) == (None, False, True)


@db
def test_the_link_counts_a_visit_once_a_browser_and_leads_to_the_shop(owner, stranger, settings):
    settings.SHOP_URL = "https://rekab.example/shop?lang=fa"
    code = made(owner)
    answers = [stranger.get("/r/nima20"), stranger.get("/r/NIMA-20"), stranger.head("/r/NIMA-20")]
    assert {one.headers["Location"] for one in answers} == {"https://rekab.example/shop?lang=fa&ref=NIMA-20"}
    code.refresh_from_db()
    assert (code.clicks_count, stranger.get("/r/nothing").status_code) == (1, 404)


@db
def test_where_no_shop_is_known_the_link_tells_the_code_and_whether_it_counts(owner, stranger, settings):
    settings.SHOP_URL = ""
    code = made(owner, reward_kind="bps", reward_value=1_000)
    page = stranger.get("/r/nima20")
    code.refresh_from_db()
    assert ("۱۰ درصد" in page.content.decode(), page.cookies["ref"].value, code.clicks_count) == (True, code.key, 1)
    assert 'data-copy="NIMA-20"' in page.content.decode()
    actions.close_code(code, by=owner)
    page = stranger.get("/r/nima20").content.decode()
    assert ("دیگر برای هیچ سفارشی" in page, "data-copy" in page) == (True, False)


@db
def test_whom_the_team_gives_a_code_hears_of_it_once(owner, member):
    campaign = made(owner)
    assert not Notice.objects.exists()
    actions.edit_code(campaign, CodeFacts(owner=member), by=owner)
    told = Notice.objects.get()
    assert (told.member, told.kind, told.title, told.url, told.actor) == (member, "shop.code_given", "NIMA-20", "/me/codes", owner)  # fmt: skip
    actions.edit_code(campaign, CodeFacts(owner=member, uses_max=5), by=owner)
    made(owner, "MINA-20", owner=owner, campaign="")
    assert Notice.objects.count() == 1


@db
def test_the_pages_of_codes(owner, member, client, lamp):
    client.force_login(owner)
    sent = {
        "code": "AZAR",
        "handle": member.handle,
        "reward_kind": "bps",
        "reward": "۱۲٫۵٪",
        "unit": "TOMAN",
        "least": "۱۰۰٬۰۰۰",
        "uses_max": "۵۰",
        "uses_per_person_max": "1",
        "starts": "1405/01/01",
    }
    assert client.post("/team/shop/codes", sent).status_code == 302
    code = Code.objects.get()
    assert (code.reward_value, code.net_minor_min, code.uses_max, code.owner) == (1_250, 1_000_000, 50, member)
    placed("1", buyer=customer(1), codes=("azar",), net=2_000_000)
    page = client.get(f"/team/shop/codes/{code.pk}").content.decode()
    assert "۱۲٫۵" in page
    assert 'value="۱۴۰۵/۰۱/۰۱"' in page
    assert "http://testserver/r/AZAR" in page
    assert client.post(f"/team/shop/codes/{code.pk}", sent | {"uses_max": "0"}).status_code == 400
    assert client.post(f"/team/shop/codes/{code.pk}", sent | {"uses_max": "9"}).status_code == 302
    assert client.delete(f"/team/shop/codes/{code.pk}").status_code == 302
    assert b"AZAR" in b"".join(client.get("/team/shop/codes.csv"))
    code.refresh_from_db()
    assert code.uses_max == 9
    assert code.ends_at <= timezone.now()
    client.force_login(member)
    assert "AZAR" in client.get("/me/codes").content.decode()
    assert client.get("/team/shop/codes").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_forty_orders_at_once_never_pass_the_limit_of_a_code(many_hands):
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner = made_member("behrouz", "بهروز", "owner")
    code = made(owner, uses_max=7)
    assert at_once(lambda n: placed(str(n), codes=("NIMA20",))) == {"done": HANDS}
    code.refresh_from_db()
    states = list(Redemption.objects.values_list("state", flat=True))
    assert (code.uses_count, states.count("counted"), states.count("refused")) == (7, 7, HANDS - 7)
