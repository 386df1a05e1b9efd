"""Every field of every form takes anything without falling: a clear sentence, and never an error of ours."""

import pytest

from tests.house.access import body_of, deeds, table
from tests.input.forms import EMPTY, FORMS, NASTY, STRANGERS, TEAM, tried_here
from tests.input.sending import fault

pytestmark = pytest.mark.django_db


def actor_of(route):
    """Who fills in a form: whoever gets furthest."""
    return "anonymous" if route in STRANGERS else "admin" if route in TEAM else "member"


def test_every_form_of_the_house_is_tried():
    """Bodies of the API are no forms: tests/input/test_api_input.py walks its operations, every one of the description."""
    unsafe = {(deed.route, deed.method) for deed in deeds(table()) if deed.is_unsafe and deed.method != "PUT"}
    unsafe = {form for form in unsafe if not form[0].startswith("api_v1:")}
    assert {form for form in unsafe - {*FORMS} if form[0] not in EMPTY} == set()
    assert {*FORMS} - unsafe == set()


@pytest.mark.parametrize("actor", ["member", "admin", "anonymous"])
def test_no_field_of_any_form_falls_over_anything(sender, actor):
    somebody, wrong = sender(actor), []
    for (route, method), fields in FORMS.items():
        if actor_of(route) == actor:
            wrong += [
                f"{method} {route} {line}" for line in tried(somebody, route, method, fields.split(), tried_here, "fa")
            ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.once
def test_the_fields_of_the_house_share_all_kinds_evenly():
    fields = [f"{method} {route} {field}" for (route, method), fields in FORMS.items() for field in fields.split()]
    tried_at = {kind: sum(kind in tried_here(field) for field in fields) for kind in NASTY}
    assert min(tried_at.values()) > len(fields) // 4


@pytest.mark.once
@pytest.mark.parametrize("actor", ["member", "admin", "anonymous"])
def test_refusals_speak_english_to_english_readers(sender, actor):
    somebody, wrong = sender(actor, "en"), []
    kinds = {kind: NASTY[kind] for kind in ("empty", "huge number")}
    for (route, method), fields in FORMS.items():
        if actor_of(route) == actor:
            wrong += [
                f"{method} {route} {line}"
                for line in tried(somebody, route, method, fields.split(), lambda _field: kinds, "en")
            ]
    assert not wrong, "\n".join(wrong)


def tried(somebody, route, method, fields, kinds_of, language):
    """Yield what is wrong with the answers to each kind of text in each field."""
    usual = somebody.usual(route)
    for field in fields:
        for kind, text in kinds_of(f"{method} {route} {field}").items():
            response = somebody.send(route, method, {**usual, field: text})
            where = response.headers.get("Location", "")
            if wrong := fault(response, language):
                yield f"{field} ({kind}): {wrong}"
            if "evil.example" in where.partition("?")[0] or "Set-Cookie: a=b" in str(response.headers):
                yield f"{field} ({kind}) leads to {where}"
            if kind == "markup" and "<script>alert" in body_of(response):
                yield f"{field} comes back as markup"
