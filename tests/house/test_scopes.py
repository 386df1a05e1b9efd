"""Every operation of the API asks for its scope: each one tried with each scope, before anything is read or done."""

import json
import re

import pytest
from django.test import Client

from patogh.api import actions, limits, pace
from patogh.api.scopes import SCOPES
from patogh.api.v1 import urls
from patogh.api.v1.frame import _extra

pytestmark = pytest.mark.once
OPEN = {
    "read_tour",
    "read_checkpoint",
    "list_lines",
    "read_line",
    "read_receipt",
}  # what says how to begin, and the open book
ASKING = {"preview_text"}  # a POST that keeps nothing
PARTS = {"handle": "mina", "slug": "repair", "name": "تگ", "place": "new", "picture": "abcdefghijklmnopqrst", "word": "thanks", "batch": "0193a1f0-0000-7000-8000-000000000000"}  # fmt: skip


def operations() -> list[tuple[str, str, str, str]]:
    """Return (name, method, path, scope) of every operation."""
    found = []
    for router in urls.api._get_bound_routers():
        for path, view in router.path_operations.items():
            for one in view.operations:
                address = re.sub(r"\{(\w+)\}", lambda part: PARTS.get(part[1], "987654"), path)
                found += [
                    (one.operation_id, method, f"/api/v1{address}", _extra(one, "x-scope")) for method in one.methods
                ]
    return found


@pytest.fixture
def tokens(owner, settings, monkeypatch):
    """For each scope a token with that alone, and one with all the others, of somebody who may do everything."""
    settings.DEMO = True  # a machine asks faster than anybody may
    monkeypatch.setattr(limits, "TOKENS_MAX", 2 * len(SCOPES))
    pace.forget_pace()
    wanted = {scope: ([scope], [one for one in SCOPES if one != scope]) for scope in SCOPES}
    return {scope: [actions.make_token(scope, held, by=owner)[1] for held in pair] for scope, pair in wanted.items()}


def asked(method: str, path: str, token: str):
    """Ask with a body that says nothing."""
    body = b"{}" if method != "GET" else b""
    kind = "application/json" if body else ""
    client = Client(raise_request_exception=False)
    return client.generic(method, path, body, kind, headers={"Authorization": f"Bearer {token}"})


def test_every_operation_but_the_tour_names_a_scope_and_no_reading_scope_writes():
    named = operations()
    assert {name for name, _method, _path, scope in named if scope is None} == OPEN
    assert [
        one for one in named if one[3] and one[1] != "GET" and one[3].startswith("read:") and one[0] not in ASKING
    ] == []
    assert [one for one in named if one[3] and one[1] == "GET" and one[3].startswith("write:")] == []
    assert {scope for *_one, scope in named if scope} == {*SCOPES}


def test_no_operation_is_open_to_any_scope_but_its_own(tokens):
    wrong = []
    for name, method, path, scope in operations():
        for is_own, token in zip((True, False), tokens[scope] if scope else (), strict=False):
            answer = asked(method, path, token)
            is_refused = answer.status_code == 403 and json.loads(answer.content)["code"] == "scope_missing"
            if is_refused == is_own or answer.status_code >= 500:
                wrong.append(f"{name} with {'its own' if is_own else 'all other'}: {answer.status_code}")
    assert wrong == []


def test_no_operation_is_open_to_nobody_or_to_a_broken_token(tokens):
    mine = tokens["admin"][0]
    broken = [mine[:-1] + "?", mine.lower(), mine[:-1], "x", "a" * 5_000, f"{mine},b", f"{mine} {mine}"]
    for name, method, path, scope in operations():
        if scope is not None:
            assert asked(method, path, "").status_code == 401, name
    assert [asked("GET", "/api/v1/me", token).status_code for token in broken] == [401] * len(broken)


def test_a_scope_without_the_office_opens_nothing(member, settings):
    settings.DEMO = True
    _, token = actions.make_token("x", ["moderate", "admin"], by=member)
    for name, method, path, scope in operations():
        if scope in {"moderate", "admin"}:
            assert asked(method, path, token).status_code in {403, 404, 422}, name
