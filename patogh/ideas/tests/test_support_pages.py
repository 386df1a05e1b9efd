"""The support's pages: with scripts a partial, without them a message and a way back; who stands there; the team's figures."""

import pytest
from django.test import Client

from patogh.ideas.actions import merging, supporting
from patogh.ideas.models import Follow, Idea, Support, SurveyAnswer
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import gathering, people, programme

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}
FAR = Terms(stations=(Station(50, 60), Station(100, 60)), is_adaptive=False)


@pytest.fixture
def idea(member, owner):
    """An idea of Mina that gathers."""
    return gathering(member, programme(owner, FAR), by=owner)


@pytest.fixture
def reza(signed_in, other_member):
    """Reza's browser."""
    return signed_in(other_member)


def text(answer):
    """Return an answer's words."""
    return answer.content.decode()


def test_without_scripts_a_support_leads_back_to_the_idea_and_says_what_to_do(idea, reza):
    answer = reza.post(f"/ideas/{idea.pk}/support")
    assert (answer.status_code, answer.headers["Location"].endswith("#support")) == (302, True)
    assert Support.objects.get().network != ""


def test_with_scripts_the_answer_is_the_partial_with_the_count_the_undo_and_the_questions(idea, reza):
    said = text(reza.post(f"/ideas/{idea.pk}/support", **HX))
    assert "سوار" in said and "۱" in said
    assert f"/ideas/{idea.pk}/support/withdraw" in said and 'name="price"' in said
    back = text(reza.post(f"/ideas/{idea.pk}/support/withdraw", **HX))
    assert f'action="/ideas/{idea.pk}/support"' in back
    assert Idea.objects.get(pk=idea.pk).supporters_count == 0


def test_a_stranger_is_asked_to_sign_in_and_a_form_without_its_token_is_refused(idea, other_member):
    assert Client().post(f"/ideas/{idea.pk}/support").status_code == 401
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(other_member)
    assert careful.post(f"/ideas/{idea.pk}/support").status_code == 403
    assert not Support.objects.exists()


def test_a_refusal_is_a_sentence(idea, signed_in, member):
    answer = signed_in(member).post(f"/ideas/{idea.pk}/support", **HX)
    assert (answer.status_code, Support.objects.count()) == (403, 0)


@pytest.mark.parametrize("number", ["0", "987654321", "99999999999999999999999"])
def test_an_idea_that_is_not_there_is_a_404(idea, reza, number):
    for path in ("support", "support/withdraw", "survey", "follow"):
        assert reza.post(f"/ideas/{number}/{path}").status_code == 404


@pytest.mark.parametrize(
    "typed", ["۲۵۰٬۰۰۰", "250,000", "٢٥٠٠٠٠", " 250 000 "], ids=["persian", "latin", "arabic", "spaced"]
)
def test_a_price_is_read_in_any_digits_and_kept_in_rials(idea, reza, typed):
    reza.post(f"/ideas/{idea.pk}/support")
    assert reza.post(f"/ideas/{idea.pk}/survey", {"price": typed, "for_whom": "self"}).status_code == 302
    assert SurveyAnswer.objects.get().price_minor == 2_500_000
    assert 'value="250000"' in text(reza.get(f"/ideas/{idea.pk}/survey"))


@pytest.mark.parametrize(
    "typed",
    [{"price": "ارزان"}, {"price": "-5"}, {"price": "0"}, {"price": "9" * 40}, {"price": "1.5"}, {"for_whom": "<b>"}, {"words": "و" * 600}],
    ids=["a word", "negative", "nothing", "too large", "a fraction", "a choice that is none", "too many words"],
)  # fmt: skip
def test_a_bad_answer_comes_back_with_a_sentence_and_what_was_typed(idea, reza, typed):
    reza.post(f"/ideas/{idea.pk}/support")
    answer = reza.post(f"/ideas/{idea.pk}/survey", {"price": "", "words": "نگه‌دار", **typed})
    assert answer.status_code in {400, 422}
    assert 'aria-invalid="true"' in text(answer)
    assert not SurveyAnswer.objects.exists()


def test_following_and_no_longer(idea, reza):
    reza.post(f"/ideas/{idea.pk}/follow")
    reza.post(f"/ideas/{idea.pk}/follow")
    assert (Follow.objects.count(), Idea.objects.get(pk=idea.pk).followers_count) == (1, 1)
    reza.post(f"/ideas/{idea.pk}/follow", {"_method": "DELETE"})
    assert (Follow.objects.count(), Idea.objects.get(pk=idea.pk).followers_count) == (0, 0)


def test_the_list_of_supporters_turns_its_pages_and_leaves_gone_members_unnamed(idea, stranger):
    fans = people(45)
    for fan in fans:
        supporting.give_support(idea, by=fan)
    type(fans[-1]).objects.filter(pk=fans[-1].pk).update(is_active=False)
    first = text(stranger.get(f"/ideas/{idea.pk}/supporters"))
    assert "هوادار 43" in first and "هوادار 44" not in first and "هوادار 2<" not in first
    cursor = first.split("?after=")[1].split('"')[0]
    assert "هوادار 2" in text(stranger.get(f"/ideas/{idea.pk}/supporters?after={cursor}"))
    assert stranger.get(f"/ideas/{idea.pk}/supporters?after=broken").status_code in {400, 422}


def test_only_the_team_sees_the_signals_and_merges(idea, signed_in, moderator, other_member, reza):
    supporting.give_support(idea, by=other_member)
    for path in ("supports", "merge"):
        assert reza.get(f"/team/ideas/{idea.pk}/{path}").status_code == 404
        assert signed_in(moderator).get(f"/team/ideas/{idea.pk}/{path}").status_code == 200
    assert "۱" in text(signed_in(moderator).get(f"/team/ideas/{idea.pk}/supports"))


def test_the_team_merges_by_the_form_and_takes_apart_again(idea, signed_in, moderator, other_member):
    other = gathering(other_member, idea.programme, by=type(other_member).objects.get(handle="behrouz"))
    browser, address = signed_in(moderator), f"/team/ideas/{idea.pk}/merge"
    assert browser.post(address, {"other": "۹۹۹", "reason": "یکی‌اند"}).status_code == 409
    assert browser.post(address, {"other": str(other.pk), "reason": ""}).status_code in {400, 422}
    assert browser.post(address, {"other": str(other.pk), "reason": "یکی‌اند"}).status_code == 302
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"_method": "DELETE", "reason": "دو چیزند"}).status_code == 302
    assert Idea.objects.get(pk=idea.pk).state == "gathering"


def test_a_merged_idea_leads_to_the_other_one(idea, stranger, owner, other_member):
    other = gathering(other_member, idea.programme, by=owner)
    merging.merge_ideas(idea, other, by=owner, reason="یکی‌اند", reason_en="One")
    answer = stranger.get(f"/ideas/{idea.pk}/x")
    assert answer.status_code in {301, 302} and f"/ideas/{other.pk}" in answer.headers["Location"]
