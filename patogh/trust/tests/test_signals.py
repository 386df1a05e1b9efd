"""Why a text waits, each reason with its facts; and why most never do."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.trust import actions, queries
from patogh.trust.nouns import Submission

pytestmark = pytest.mark.django_db
PLAIN = "سلام، برای شروع چه دوچرخه‌ای خوب است؟"


def codes(member, submission: Submission) -> list[str]:
    return [reason.code for reason in queries.judged(member, submission).reasons]


def test_a_plain_first_post_is_not_held(newcomer):
    assert not queries.judged(newcomer, Submission("topic", PLAIN, typed_ms=20_000)).hold


def test_a_first_post_typed_in_a_second_is_held_and_says_how_fast(newcomer):
    verdict = queries.judged(newcomer, Submission("reply", PLAIN, typed_ms=900))
    assert verdict.hold and verdict.reasons[0].facts == {"seconds": 0.9}
    newcomer.posts_count = 1
    assert codes(newcomer, Submission("reply", PLAIN, typed_ms=900)) == []


def test_a_brand_new_account_with_a_link_is_held(newcomer):
    post = Submission("reply", PLAIN, links=("https://shop.example/a",), typed_ms=9_000)
    assert codes(newcomer, post) == ["new_with_links"]
    newcomer.joined_at = timezone.now() - dt.timedelta(days=3)
    assert codes(newcomer, post) == []


def test_the_third_link_to_one_site_is_held(newcomer):
    newcomer.joined_at = timezone.now() - dt.timedelta(days=3)
    newcomer.posts_count = 5
    for number in range(2):
        post = Submission("reply", f"{PLAIN} {number}", links=(f"https://www.shop.example/{number}",))
        assert codes(newcomer, post) == []
        actions.note_said(newcomer, post)
    third = Submission("reply", "باز هم", links=("https://shop.example/3",))
    reason = queries.judged(newcomer, third).reasons[0]
    assert (reason.code, reason.facts) == ("same_host", {"host": "shop.example", "times": 3})


def test_the_same_words_twice_are_held_however_they_are_spaced(newcomer):
    newcomer.posts_count = 5
    actions.note_said(newcomer, Submission("reply", PLAIN))
    assert codes(newcomer, Submission("reply", PLAIN.replace(" ", "  ").replace("ی", "ي"))) == ["same_text"]
    newcomer.trust_level = 2
    assert codes(newcomer, Submission("reply", PLAIN)) == []


def test_a_listed_word_is_named_and_holds_anybody_but_the_team(member, agent, owner):
    member.trust_level = 3
    verdict = queries.judged(member, Submission("reply", "برو ج.ن.د.ه"))
    assert verdict.reasons[0].facts["word"] == "جنده"
    assert not queries.judged(agent, Submission("reply", "برو ج.ن.د.ه")).hold
    actions.change_terms({"hold_words": "newcomers"}, by=owner)
    assert not queries.judged(member, Submission("reply", "برو ج.ن.د.ه")).hold


def test_an_edit_is_held_only_for_what_it_adds(newcomer):
    newcomer.posts_count = 3
    kept = {"before": "جنده", "before_links": ("https://a.ir",)}
    assert codes(newcomer, Submission("edit", "جنده و بیشتر", links=("https://a.ir/2",), **kept)) == []
    assert codes(newcomer, Submission("edit", "x", links=("https://b.ir",), **kept)) == ["edit_adds_links"]
    assert codes(newcomer, Submission("edit", "کیر", links=(), **kept)) == ["listed_word"]


def test_every_first_post_waits_where_the_house_asks_for_it(newcomer, owner):
    actions.change_terms({"hold_first_posts": "all"}, by=owner)
    assert codes(newcomer, Submission("topic", PLAIN)) == ["first_post"]
    actions.change_terms({"hold_first_posts": "never"}, by=owner)
    assert codes(newcomer, Submission("topic", PLAIN, typed_ms=5, links=("https://a.ir",))) == []


def test_judging_writes_nothing_and_costs_a_known_member_no_query(member, settings, django_assert_num_queries):
    settings.BRAND_CACHE_S = 60
    member.trust_level = 2
    queries.judged(member, Submission("reply", PLAIN))
    with django_assert_num_queries(0):
        queries.judged(member, Submission("reply", PLAIN))


@pytest.mark.parametrize("link", ["http://[::1", "nonsense", "https://", "ftp://x.y", "https://" + "a" * 5000])
def test_a_broken_link_breaks_nothing(newcomer, link):
    queries.judged(newcomer, Submission("reply", "x", links=(link,)))
