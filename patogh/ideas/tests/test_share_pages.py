"""Statements, the agreement and the team's pages: what is shown to whom, and the files that can be checked elsewhere."""

import datetime as dt
import io
import json

import pytest

from patogh.conftest import made_member
from patogh.ideas.models import IdeaProduct, RoyaltyLine
from patogh.ideas.royalties.actions import close_period, offer_agreement
from patogh.ideas.royalties.actions.paying import pay_witnessed
from patogh.ideas.tests.royal import ABAN, NOW, made_idea, made_product, on_sale, sold, witnessed
from patogh.ideas.views.shares import signed
from patogh.kit.calendar import DEFAULT_VIEWER
from patogh.kit.money import Money
from patogh.ledger.schemas import commit

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(db, brand):
    """Shirin, who pays."""
    return made_member("shirin", "شیرین امینی", "finance")


@pytest.fixture
def paid(member, owner):
    """One month of an idea, closed, witnessed and paid."""
    idea, product = on_sale(member, owner)
    sold(product, 5_000_000)
    close_period(idea, ABAN, now=NOW)
    return idea, RoyaltyLine.objects.get()


def test_a_maker_sees_every_line_and_its_arithmetic(paid, member, signed_in):
    _idea, line = paid
    browser = signed_in(member)
    listed, one = browser.get("/me/shares"), browser.get(f"/me/shares/{line.pk}")
    assert (listed.status_code, one.status_code) == (200, 200)
    for page in (listed, one):
        assert "۵۰٬۰۰۰" in page.content.decode() and "آبان ۱۴۰۵" in page.content.decode()
    assert one["Cache-Control"] == "no-store"


def test_a_minus_stands_before_its_digits_where_lines_run_from_the_right():
    assert signed(Money(-14_800, "IRR"), DEFAULT_VIEWER) == "\u2066−۱۴٬۸۰۰\u2069 ریال"
    assert signed(Money(14_800, "IRR"), DEFAULT_VIEWER) == "۱۴٬۸۰۰ ریال"


def test_the_statement_of_another_is_not_there(paid, other_member, owner, signed_in, stranger):
    _idea, line = paid
    for path in (
        f"/me/shares/{line.pk}",
        f"/me/shares/{line.pk}.pdf",
        f"/me/shares/{line.pk}.json",
        "/me/shares/9223372036854775808",
    ):
        assert signed_in(other_member).get(path).status_code == 404
        assert signed_in(owner).get(path).status_code == 404
        assert stranger.get(path).status_code == 302


def test_the_file_of_a_statement_opens_its_line_of_the_book(paid, member, signed_in):
    _idea, line = paid
    said = json.loads(signed_in(member).get(f"/me/shares/{line.pk}.json").content)
    (opening,) = said["openings"]
    entry = json.loads(said["entry"])
    assert entry["line"] == commit("royalty.line.v1", "line", opening["value"], bytes.fromhex(opening["salt"]))
    assert json.loads(opening["value"]) == said["line"] and said["line"]["amount"] == 50_000


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_pdf_is_whole_and_carries_its_file(paid, member, signed_in, language):
    _idea, line = paid
    member.language = language
    member.save(update_fields=["language"])
    answer = signed_in(member).get(f"/me/shares/{line.pk}.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert b"share.json" in answer.content and answer.content.rstrip().endswith(b"%%EOF")
    assert len(answer.content) < 200_000


def test_a_maker_reads_both_languages_and_agrees_to_what_they_read(member, other_member, owner, signed_in):
    idea = made_idea(member)
    made = offer_agreement(idea, by=owner)
    browser = signed_in(member)
    page = browser.get(f"/ideas/{idea.pk}/agreement")
    text = page.content.decode()
    assert page.status_code == 200 and made.sha256 in text and "basis points" in text and "سهم سازندگان" in text
    assert signed_in(other_member).get(f"/ideas/{idea.pk}/agreement").status_code == 404
    assert browser.post(f"/ideas/{idea.pk}/agreement", {"sha256": "0"}).status_code == 409
    assert browser.post(f"/ideas/{idea.pk}/agreement", {"sha256": made.sha256}).status_code == 302
    made.refresh_from_db()
    assert made.in_force_at


def test_the_team_offers_ties_and_unties(member, owner, moderator, signed_in):
    idea, product = made_idea(member), made_product()
    browser, path = signed_in(owner), f"/team/ideas/{idea.pk}/share"
    assert browser.get(path).status_code == 200 and signed_in(moderator).get(path).status_code == 404
    assert browser.post(path, {"step": "offer"}).status_code == 302
    assert browser.post(path, {"step": "tie", "product": product.slug, "day": "۱۴۰۵/۰۹/۰۱"}).status_code == 302
    idea.refresh_from_db()
    tie = IdeaProduct.objects.get()
    assert (idea.state, tie.since) == ("on_sale", dt.date(2026, 11, 22))
    assert browser.post(path, {"step": "untie", "tie": tie.pk, "day": "1405/10/01"}).status_code == 302
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [{}, {"step": "tie"}, {"step": "tie", "day": "x", "product": "khorjin"}, {"step": "tie", "day": "1405/09/01", "product": "none"},
     {"step": "untie", "tie": "x", "day": "1405/09/01"}, {"step": "untie", "tie": "9" * 30, "day": "1405/09/01"}, {"step": "fly", "day": "1405/09/01"}],
    ids=["empty", "no day", "no date", "no product", "no tie", "huge", "no step"],
)  # fmt: skip
def test_strange_forms_of_the_team_get_a_sentence(member, owner, signed_in, typed):
    made_product()
    answer = signed_in(owner).post(f"/team/ideas/{made_idea(member).pk}/share", typed)
    assert answer.status_code in {400, 409, 422} and 'role="alert"' in answer.content.decode()


def test_who_pays_sees_what_waits_and_closes_what_is_due(paid, payer, moderator, signed_in):
    idea, _line = paid
    browser = signed_in(payer)
    assert "خورجین" in browser.get("/team/shares").content.decode()
    assert signed_in(moderator).get("/team/shares").status_code == 404
    assert browser.post("/team/shares/closings", {"idea": idea.pk, "period": "x"}).status_code in {400, 422}
    assert browser.post("/team/shares/closings", {"idea": "x", "period": ABAN}).status_code == 404
    witnessed()
    pay_witnessed()
    assert browser.get("/team/shares").status_code == 200


def test_a_statement_that_was_paid_says_so(paid, member, signed_in):
    _idea, line = paid
    witnessed()
    pay_witnessed()
    assert signed_in(member).get(f"/me/shares/{line.pk}").status_code == 200
    assert "۵۰٬۰۰۰" in signed_in(member).get("/me/payouts").content.decode()


@pytest.mark.parametrize("months", [1, 24])
def test_the_list_of_statements_asks_the_same_for_one_and_for_many(
    member, owner, signed_in, months, django_assert_max_num_queries, settings
):
    settings.BRAND_CACHE_S = 60  # what every page remembers is not what is counted here
    idea, product = on_sale(member, owner)
    sold(product, 5_000_000)
    names = [f"{1405 + (7 + at) // 12}-{(7 + at) % 12 + 1:02}" for at in range(months)]
    for name in names:
        close_period(idea, name, now=NOW + dt.timedelta(days=1_000))
    browser = signed_in(member)
    browser.get("/me/shares")
    with django_assert_max_num_queries(10):
        browser.get("/me/shares")


def test_the_pdf_is_the_same_file_each_time(paid, member, signed_in):
    _idea, line = paid
    browser = signed_in(member)
    first, second = (io.BytesIO(browser.get(f"/me/shares/{line.pk}.pdf").content).getvalue() for _ in range(2))
    assert len(first) == len(second)


def test_the_page_of_a_product_names_the_idea_and_its_maker(paid, member, client):
    idea, _line = paid
    tie = IdeaProduct.objects.select_related("product").get(idea=idea)
    page = client.get(f"/products/{tie.product.slug}").content.decode()
    assert idea.title in page
    assert member.name in page
