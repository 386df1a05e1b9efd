"""Every refusal says what happened and the way out, in the reader's language and in the asker's form."""

import json

import pytest
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from patogh.kit import errors as kit
from patogh.kit.calendar import DEFAULT_VIEWER, Viewer
from patogh.looks import errors

ENGLISH = Viewer("en", "gregorian", "Europe/London")
REFUSALS = [
    kit.Invalid,
    kit.Forbidden,
    kit.NotFound,
    kit.Conflict,
    kit.TooLarge,
    kit.Unsupported,
    kit.TooMany,
    kit.Busy,
    kit.Full,
    errors.FormExpired,
]


def asked(language="fa", method="get", data=None, **headers):
    request = getattr(RequestFactory(), method)("/t/7", data or {}, headers=headers)
    request.viewer = DEFAULT_VIEWER if language == "fa" else ENGLISH
    request._messages = []
    return request


def told(error, request):
    return errors.ErrorPages(lambda _request: None).process_exception(request, error)


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_is_a_page_in_the_readers_language(db, refusal, language):
    with translation.override(language):
        answer = told(refusal(), asked(language))
        html = answer.content.decode()
        assert answer.status_code == refusal.status
        assert str(refusal.sentence) in html
        assert 'href="/"' in html
        assert f'<html lang="{language}"' in html


def test_persian_sentences_are_persian(db):
    html = told(kit.NotFound(), asked()).content.decode()
    assert "در این نشانی چیزی نیست" in html
    assert "خطای ۴۰۴" in html


def test_busy_says_when_to_come_back(db):
    assert told(kit.Busy(retry_after_s=9), asked())["Retry-After"] == "9"


def test_a_locked_database_is_busy_and_a_full_one_is_full(db):
    assert errors.refusal_of(OperationalError("database is locked")).status == 503
    assert isinstance(errors.refusal_of(OperationalError("database or disk is full")), kit.Full)


def test_djangos_own_miss_is_ours(db):
    assert told(Http404(), asked()).status_code == 404


def test_a_crash_is_left_to_django(db):
    assert told(ZeroDivisionError(), asked()) is None


def test_the_page_of_a_crash_tells_nothing_of_the_crash(db):
    answer = errors.server_error(asked())
    assert answer.status_code == 500
    assert b"Traceback" not in answer.content


def test_htmx_gets_a_notice_that_replaces_nothing(db):
    answer = told(kit.Conflict(), asked(**{"HX-Request": "true"}))
    assert answer["HX-Retarget"] == "#toasts"
    assert b"<html" not in answer.content


def test_a_script_gets_json(db):
    answer = told(kit.TooLarge(), asked(Accept="application/json"))
    assert json.loads(answer.content)["error"] == "too_large"


def test_a_long_text_in_an_expired_session_is_given_back_and_a_password_is_not(db):
    text = "پیش از این‌که پیاده تا تعمیرگاه بروم <b>می‌خواستم</b> بدانم."
    html = errors.csrf_failure(asked(method="post", data={"body": text, "password": "p" * 99})).content.decode()
    assert "پیش از این‌که پیاده تا تعمیرگاه بروم &lt;b&gt;" in html
    assert "p" * 99 not in html


def test_an_address_that_leads_nowhere_is_our_page_with_our_headers(stranger):
    answer = stranger.get("/no/such/place")
    assert answer.status_code == 404
    assert "در این نشانی چیزی نیست" in answer.content.decode()
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_forged_host_is_refused_with_a_page(stranger):
    assert stranger.get("/looks", HTTP_HOST="evil.example").status_code == 400


def test_an_expired_form_is_refused_with_a_page(brand):
    answer = Client(enforce_csrf_checks=True).post("/notices")
    assert answer.status_code == 403
    assert "دوباره بازش کنید" in answer.content.decode()


def test_a_choice_needs_no_token_and_no_other_site_makes_it(brand):
    chooser = Client(enforce_csrf_checks=True)
    assert chooser.post("/choices/theme", {"theme": "dark"}).cookies["theme"].value == "dark"
    assert (
        chooser.post("/choices/theme", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    )


@pytest.mark.parametrize("handler", [errors.bad_request, errors.forbidden, errors.not_found])
def test_django_may_call_each_handler(db, handler):
    assert handler(asked(), exception=None).status_code in {400, 403, 404}
