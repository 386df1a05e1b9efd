"""The search page and its fragments, for strangers and members, with whatever people send."""

import pytest
from django.test import Client

from patogh.people import actions as people
from patogh.search import actions, queries
from patogh.search.tests.conftest import entry

pytestmark = pytest.mark.django_db
HOSTILE = [
    '"',
    "' OR 1=1 --",
    "AND",
    "NEAR(",
    "a* OR b:c ^ -",
    "((((",
    "*",
    "؟!؛،",
    "\x00",
    "\u202e\u2066abc",
    "%s %d {0}",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "زنجیر" * 5_000,
    "ا " * 4_000,
    "🚲",
    "'; DROP TABLE search_document; --",
    "<script>alert(1)</script>",
    "می",
    "ها",
    "‌‌‌",
]


@pytest.fixture
def place(brand, put):
    put(
        1,
        "زنجیر دوچرخه پاره شد",
        "چه کار کنم؟",
        space_id=5,
        author_id=None,
        topic_kind="question",
        data={"solved": True},
    )
    put(
        5,
        "تعمیر",
        kind="space",
        url="/s/repair",
        space_id=5,
        topic_id=None,
        data={"name": "تعمیر", "name_en": "Repair", "colour": "fir"},
    )
    put(3, "زنجیر", kind="tag", url="/tags/زنجیر", topic_id=None)


@pytest.mark.usefixtures("place")
def test_the_page_shows_marked_hits(stranger):
    page = stranger.get("/search", {"q": "زنجير"}).content.decode()
    assert "<mark>زنجیر</mark> دوچرخه پاره شد" in page
    assert 'href="/s/repair"' in page
    assert 'rel="canonical"' in page


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_words_get_a_page(stranger, typed):
    for address in ("/search", "/search/suggest", "/similar"):
        response = stranger.get(address, {"q": typed, "title": typed})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "other",
    [
        {"kind": "x"},
        {"space": "nowhere"},
        {"by": "@\x00"},
        {"from": "۳۲/۱۳"},
        {"to": "9" * 300},
        {"tag": "'"},
        {"space": "9" * 400},
    ],
)
def test_a_filter_that_cannot_be_read_is_left_out_or_finds_nothing(stranger, other):
    assert stranger.get("/search", {"q": "زنجیر", **other}).status_code == 200


@pytest.mark.usefixtures("place")
def test_a_filter_that_cannot_be_read_is_said(stranger):
    assert (
        "تاریخ «دیروزِ فردا» را نفهمیدیم"
        in stranger.get("/search", {"q": "زنجیر", "from": "دیروزِ فردا"}).content.decode()
    )


@pytest.mark.usefixtures("place")
def test_filters_are_shown_as_chips_that_take_them_away(stranger):
    page = stranger.get("/search", {"q": "زنجیر", "space": "repair", "kind": "question"}).content.decode()
    assert 'href="?q=%D8%B2%D9%86%D8%AC%DB%8C%D8%B1&amp;kind=question"' in page
    assert "زنجیر</mark> دوچرخه" in page


@pytest.mark.usefixtures("place")
def test_a_broken_cursor_is_a_clear_refusal(stranger):
    assert stranger.get("/search", {"q": "زنجیر", "after": "%%%"}).status_code == 400


@pytest.mark.usefixtures("place")
def test_nothing_found_says_so_and_offers_a_way(stranger):
    page = stranger.get("/search", {"q": "ققنوسستان"}).content.decode()
    assert "چیزی پیدا نشد" in page


@pytest.mark.usefixtures("place")
def test_a_slip_is_asked_about(stranger):
    assert "منظورتان" in stranger.get("/search", {"q": "زنحیر دوچرخه"}).content.decode()


@pytest.mark.usefixtures("place")
def test_english_readers_read_english(stranger):
    stranger.cookies["language"] = "en"
    page = stranger.get("/search", {"q": "زنجیر"}).content.decode()
    assert "places</b>." in page
    assert "Repair" in page


@pytest.mark.usefixtures("place")
def test_htmx_gets_the_results_alone(stranger):
    part = stranger.get("/search", {"q": "زنجیر"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "<mark>" in part


@pytest.mark.usefixtures("place")
def test_suggestions_come_while_typing(stranger):
    for typed in ("زن", "زنج", "دوچرخه زنج", "زنجیر دو"):
        assert 'role="option"' in stranger.get("/search/suggest", {"q": typed}).content.decode()
    assert 'href="/t/1"' in stranger.get("/search/suggest", {"q": "دوچرخه زنج"}).content.decode()


@pytest.fixture
def saddlebag(brand, put):
    """An idea and a conversation with the same words."""
    said = {"kind": "idea", "topic_id": None, "url": "/ideas/9/khorjin", "data": {"state": "gathering"}}
    put(9, "خورجین‌های ضدآبِ بافتنی", "کیفی برای ترک‌بند", **said)
    put(1, "خورجین ضدآب دارید؟")


@pytest.mark.usefixtures("saddlebag")
@pytest.mark.parametrize(
    "typed",
    ["خورجين ضدآب", "خورجین های ضدآب", "خورجینهاي ضد‌آب", "كیف ترک بند", "خورجینِ ضدّ آب"],
    ids=["arabic letters", "half-space spaced", "half-space lost", "another word", "marks"],
)
def test_an_idea_is_found_in_any_spelling_and_named_so(typed, stranger):
    page = stranger.get("/search", {"q": typed, "kind": "idea"}, headers={"Accept-Language": "fa"}).content.decode()
    assert 'href="/ideas/9/khorjin"' in page
    assert "ایده" in page[page.index('href="/ideas/9/khorjin"') :].split("</article>")[0].split('class="meta"')[1]
    assert 'href="/t/1"' not in page


@pytest.mark.usefixtures("saddlebag")
def test_ideas_are_suggested_beside_conversations(stranger):
    page = stranger.get("/search/suggest", {"q": "خورج"}, headers={"Accept-Language": "fa"}).content.decode()
    assert all(part in page for part in ('id="suggest-idea"', "ایده‌ها", 'href="/ideas/9/khorjin"', 'href="/t/1"'))


def test_members_are_found_by_name_and_handle(brand, stranger):
    member = people.join("مریم سهرابی", handle="maryam_s")
    assert member.url in stranger.get("/search", {"q": "سهرابي"}).content.decode()
    assert [hit.thing_id for hit in queries.suggest("mary", audiences=["public"])] == [member.pk]
    people.edit_profile(member, name="مریم کریمی", bio="", place="یزد", links=[], by=member)
    assert queries.search("سهرابی", audiences=["public"]).hits == []
    assert [hit.url for hit in queries.search("کریمی یزد", audiences=["public"]).hits] == [member.url]


def test_what_members_may_see_strangers_do_not_find(brand, put, member, signed_in, stranger):
    put(1, "قناری", audience="members")
    for address in ("/search?q=قناری", "/search/suggest?q=قنا", "/similar?title=قناری"):
        assert 'href="/t/1"' not in stranger.get(address).content.decode()
        assert 'href="/t/1"' in signed_in(member).get(address).content.decode()


def test_similar_topics_share_the_rare_words(db):
    actions.put_many(entry(number, f"دوچرخه شهری شمارهٔ {number}") for number in range(60))
    actions.put(entry(100, "صدای تق‌تق توپی عقب دوچرخه"))
    actions.put(entry(101, "گریس توپی عقب"))
    found = [hit.thing_id for hit in queries.similar("توپي عقب دوچرخه‌ام صدا می‌دهد", audiences=["public"])]
    assert found[0] == 100
    assert set(found[:2]) == {100, 101}
    assert 100 not in [hit.thing_id for hit in queries.similar("صدای توپی عقب", audiences=["public"], without=100)]


def test_the_page_costs_a_fixed_number_of_queries(brand, db, django_assert_max_num_queries):
    actions.put_many(entry(number, "زنجیر", space_id=number, author_id=number) for number in range(40))
    with django_assert_max_num_queries(14):
        Client().get("/search", {"q": "زنجیر"})
