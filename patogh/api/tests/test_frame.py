"""What holds for every operation: who asks, how often, in which form, and what is promised back."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from patogh.activity import jobs
from patogh.api import actions, limits, secrets
from patogh.api.errors import NoScope, TooManyTokens
from patogh.api.models import KeptAnswer, Token
from patogh.hangout.models import Post, Topic
from patogh.people import actions as people

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def test_every_refusal_is_problem_details_in_the_language_asked_for(member, program):
    mina = program(member)
    said = mina.get("/topics/99", **{"Accept-Language": "en"})
    assert (said.status_code, said["Content-Type"]) == (404, PROBLEM)
    assert said.json()["detail"].startswith("We could not find this")
    assert said.json() == {
        **said.json(),
        "type": "urn:patogh:problem:not_found",
        "status": 404,
        "instance": "/api/v1/topics/99",
        "code": "not_found",
    }
    assert "پیدا" in mina.get("/topics/99").json()["detail"]
    assert mina.get("/no/such/place", **{"Accept-Language": "en"}).json()["detail"].startswith("We could not find this")


def test_answers_keep_persian_letters_as_they_are(member, program):
    assert "مینا" in program(member).get("/me").content.decode()


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/topics", {"Authorization": ""}, None, 401),
        ("GET", "/topics", {"Authorization": "Bearer patogh_pat_x"}, None, 401),
        ("GET", "/topics", {"Authorization": "Basic bTpu"}, None, 401),
        ("GET", "/nothing/here", {}, None, 404),
        ("POST", "/me", {}, b"{}", 405),
        ("GET", "/topics", {"Accept": "text/html"}, None, 406),
        ("PATCH", "/me", {}, b"{", 400),
        ("PATCH", "/me", {}, '{"bio":"\ud800"}'.encode("utf-8", "surrogatepass"), 400),
        ("PATCH", "/me", {}, b'{"bio": "\\ud800"}', 400),
        ("PATCH", "/me", {}, b'{"bio": "a\\u0000b"}', 400),
        ("PATCH", "/me", {}, b'{"bio": "a", "bio": "b"}', 400),
        ("PATCH", "/me", {}, b'{"bio": NaN}', 400),
        ("PATCH", "/me", {}, b'{"bio":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400),
        ("PATCH", "/me", {}, b'{"bio": "' + b"a" * 1_000_001 + b'"}', 413),
        ("PATCH", "/me", {}, b'{"is_active": false}', 422),
        ("PATCH", "/me", {}, b'{"bio": 7}', 422),
        ("PATCH", "/me", {}, b"[]", 422),
        ("GET", "/topics?limit=800775507443983505686528", {}, None, 422),
        ("GET", "/topics?limit=0", {}, None, 422),
        ("GET", "/topics?colour=red", {}, None, 422),
        ("GET", "/topics?limit=1&limit=2", {}, None, 422),
        ("GET", "/topics/9223372036854775808", {}, None, 422),
        ("GET", "/topics?after=bm9uc2Vuc2U", {}, None, 400),
        ("GET", "/topics?tag=%00", {}, None, 400),
    ],
)  # fmt: skip
def test_bad_input_gets_its_own_answer(member, program, method, path, headers, body, status):
    said = program(member).ask(method, path, body, **headers)
    assert (said.status_code, said["Content-Type"]) == (status, PROBLEM), said.content.decode()[:300]
    assert len(said.json()["detail"]) > 10


def test_a_body_of_another_kind_is_415(member):
    _, secret = actions.make_token("x", ["write:me"], by=member)
    said = Client().patch(
        "/api/v1/me",
        "bio=1",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert said.status_code == 415


def test_errors_say_which_field_and_why_in_persian(member, program):
    errors = program(member).post("/topics", {"title": "x", "text": 7, "colour": "red"}).json()["errors"]
    assert {(one["pointer"], one["code"]) for one in errors} == {
        ("/space", "missing"),
        ("/text", "string_type"),
        ("/colour", "extra_forbidden"),
    }
    assert all(any("آ" <= letter <= "ی" for letter in one["detail"]) for one in errors)


def test_nothing_but_what_is_offered_can_be_set(question, member, program):
    mina, before = program(member), Topic.objects.values().get(pk=question.pk)
    for name in [
        field.name for field in Topic._meta.fields if field.name not in {"title", "text", "tags", "why", "base"}
    ]:
        assert mina.patch(f"/topics/{question.pk}", {name: 1}).status_code == 422, name
    assert Topic.objects.values().get(pk=question.pk) == before


def test_a_token_needs_its_scope(question, member, program):
    said = program(member, "read:posts").get(f"/topics/{question.pk}")
    assert said.status_code == 403 and "read:topics" in said.json()["detail"]


def test_without_the_scope_a_moderators_token_is_a_members(question, moderator, program):
    assert (
        program(moderator, "write:topics", "read:topics").patch(f"/topics/{question.pk}", {"title": "دیگر"}).status_code
        == 404
    )
    assert (
        program(moderator, "write:topics", "moderate").patch(f"/topics/{question.pk}", {"title": "دیگر"}).status_code
        == 200
    )


def test_the_secret_is_kept_nowhere_and_its_form_is_checked_before_the_database(member, django_assert_num_queries):
    token, secret = actions.make_token("x", ["read:me"], by=member)
    assert secret.startswith("patogh_pat_") and len(secret) == 49 and secrets.is_ours(secret)
    assert secret not in json.dumps([str(value) for value in Token.objects.values_list().get(pk=token.pk)])
    with django_assert_num_queries(0):
        assert not secrets.is_ours(secret[:-1] + ("a" if secret[-1] != "a" else "b"))


def test_tokens_end_with_time_revocation_password_suspension_and_account(member, program):
    mina = program(member)
    assert mina.get("/me").status_code == 200
    member.suspended_until = timezone.now() + dt.timedelta(days=1)
    member.save()
    assert mina.get("/me").status_code == 403
    member.suspended_until, member.is_active = None, False
    member.save()
    assert mina.get("/me").status_code == 401
    member.is_active = True
    member.save()
    Token.objects.update(expires_at=timezone.now())
    assert mina.get("/me").status_code == 401
    again = program(member)
    people.change_password(member, "تازه-تر-از-پیش-۱۴۰۵", by=member)
    assert again.get("/me").status_code == 401
    assert Token.objects.filter(why_revoked="password").count() == 2


def test_a_member_has_only_so_many_tokens_and_none_without_scope(member, monkeypatch):
    monkeypatch.setattr(limits, "TOKENS_MAX", 1)
    with pytest.raises(NoScope):
        actions.make_token("x", ["rule:all"], by=member)
    actions.make_token("x", ["read:me"], by=member)
    with pytest.raises(TooManyTokens):
        actions.make_token("y", ["read:me"], by=member)


def test_a_signed_in_browser_may_ask_too_with_its_csrf_token(member, signed_in):
    browser = signed_in(member, enforce_csrf_checks=True)
    assert browser.get("/api/v1/me").json()["handle"] == "mina"
    send = {"path": "/api/v1/me", "data": {"bio": "x"}, "content_type": "application/json"}
    assert browser.patch(**send).status_code == 403
    browser.get("/me/settings/tokens")
    token = browser.cookies["patogh_csrf"].value
    assert browser.patch(**send, headers={"X-CSRFToken": token}).status_code == 200
    assert browser.patch(**send, headers={"X-CSRFToken": token, "Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_same_key_does_it_once_and_answers_the_same(question, member, program):
    mina, key = program(member), {"Idempotency-Key": "8e03978e-40d5"}
    first, second = (mina.post(f"/topics/{question.pk}/posts", {"text": "یک بار"}, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content and second["Idempotency-Replayed"] == "true"
    assert Post.objects.filter(text="یک بار").count() == 1


def test_the_same_key_with_other_words_is_409_and_refusals_are_not_kept(question, member, program):
    mina, key = program(member), {"Idempotency-Key": "k1"}
    assert mina.post(f"/topics/{question.pk}/posts", {"text": ""}, **key).status_code == 422
    assert mina.post(f"/topics/{question.pk}/posts", {"text": " "}, **key).status_code == 400
    assert KeptAnswer.objects.count() == 0
    assert mina.post(f"/topics/{question.pk}/posts", {"text": "یک"}, **key).status_code == 201
    assert mina.post(f"/topics/{question.pk}/posts", {"text": "دو"}, **key).status_code == 409
    assert (
        mina.post(f"/topics/{question.pk}/posts", {"text": "سه"}, **{"Idempotency-Key": "k" * 256}).status_code == 400
    )


def test_somebody_elses_key_is_another_key(question, member, other_member, program):
    for who in (member, other_member):
        assert (
            program(who).post(f"/topics/{question.pk}/posts", {"text": "من هم"}, **{"Idempotency-Key": "k"}).status_code
            == 201
        )


def test_kept_answers_are_thrown_away_after_two_days(question, member, program):
    program(member).post(f"/topics/{question.pk}/posts", {"text": "یک"}, **{"Idempotency-Key": "k"})
    KeptAnswer.objects.update(kept_at=timezone.now() - dt.timedelta(hours=limits.ANSWERS_KEPT_H, minutes=1))
    jobs.tasks()["api.forget_answers"]()
    assert KeptAnswer.objects.count() == 0


def test_what_one_has_already_is_304_and_what_changed_is_412(answer, other_member, program):
    reza = program(other_member)
    read = reza.get(f"/posts/{answer.pk}")
    again = reza.get(f"/posts/{answer.pk}", **{"If-None-Match": read["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    match = {"If-Match": read["ETag"]}
    assert reza.patch(f"/posts/{answer.pk}", {"text": "روغن بزنید."}, **match).status_code == 200
    assert reza.patch(f"/posts/{answer.pk}", {"text": "نه، گریس."}, **match).status_code == 412
    assert Post.objects.get(pk=answer.pk).text == "روغن بزنید."


def test_too_many_calls_say_when_to_come_back(member, program, monkeypatch):
    monkeypatch.setattr(limits, "CALLS_PER_MINUTE_MAX", 2)
    mina = program(member)
    assert [mina.get("/me")["RateLimit"].split(";t")[0] for _ in range(2)] == ['"caller";r=1', '"caller";r=0']
    said = mina.get("/me")
    assert (
        said.status_code == 429
        and 0 < int(said["Retry-After"]) <= 61
        and said["RateLimit-Policy"] == '"caller";q=2;w=60'
    )


def test_wrong_tokens_are_counted_by_address(brand, program, member, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_TOKENS_PER_ADDRESS_PER_MINUTE_MAX", 3)
    mina = program(member)
    answers = [mina.get("/me", Authorization="Bearer nonsense").status_code for _ in range(5)]
    assert answers == [401, 401, 401, 429, 429]


def test_foreign_pages_may_not_read_unless_the_operator_says_so(member, program, settings):
    mina, origin = program(member), {"Origin": "https://client.example"}
    assert "Access-Control-Allow-Origin" not in mina.get("/me", **origin)
    settings.API_ORIGINS = ["https://client.example"]
    said = mina.ask("OPTIONS", "/me", **origin)
    assert said.status_code == 204 and said["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, PATCH"
    assert mina.get("/me", **origin)["Access-Control-Allow-Origin"] == "https://client.example"


def test_before_the_house_is_set_up_there_is_no_page_of_html(db):
    assert Client().get("/api/v1/me").status_code in {302, 401}


def test_tokens_are_made_shown_once_and_taken_back_on_the_page(member, signed_in):
    mina = signed_in(member)
    made = mina.post("/me/settings/tokens", {"name": "خواننده", "scopes": ["read:me"], "days": "30"}).content.decode()
    token = Token.objects.get(member=member)
    secret = made.split('value="patogh_pat_')[1].split('"')[0]
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer patogh_pat_{secret}"}).status_code == 200
    assert "patogh_pat_" + secret not in mina.get("/me/settings/tokens").content.decode()
    mina.delete(f"/me/settings/tokens/{token.pk}")
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer patogh_pat_{secret}"}).status_code == 401
