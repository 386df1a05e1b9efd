"""Who may send: keys that work, that end, that are forged, and pages of websites."""

import json

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.api.intake import keys, limits, pace
from patogh.api.intake.actions import sources as actions
from patogh.api.models import IntakeKey, IntakeSource

TRACK = {"userId": "u-17", "event": "Looked"}
BODY = json.dumps(TRACK).encode()


def test_a_key_may_stand_in_the_header_in_the_body_or_in_an_event(server):
    assert server.raw("track", BODY).status_code == 200
    assert server.raw("track", json.dumps({**TRACK, "writeKey": server.key}).encode(), key="").status_code == 200
    batch = {"batch": [{**TRACK, "type": "track", "writeKey": server.key}]}
    assert server.raw("batch", json.dumps(batch).encode(), key="").json()["accepted"] == 1


@pytest.mark.parametrize("key", ["", "x", "patogh_wk_" + "a" * 40, "patogh_pat_x", "ü", "a" * 10_000])
def test_a_forged_key_is_401_and_writes_nothing(server, key):
    answer = server.raw("track", BODY, key=key)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Basic")
    assert not Activity.objects.filter(verb="persons.event_tracked").exists()


def test_keys_of_the_right_form_that_we_never_made_are_401_too(server):
    assert server.raw("track", BODY, key=keys.new()).status_code == 401
    assert (
        server.client.post("/v1/track", BODY, "application/json", headers={"Authorization": "Basic ÿ"}).status_code
        == 401
    )


def test_who_tries_many_keys_is_told_to_wait(server, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_KEYS_PER_ADDRESS_PER_MINUTE_MAX", 2)
    answers = [server.raw("track", BODY, key=keys.new()) for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_a_key_that_sends_too_much_is_told_when_to_come_back(server, monkeypatch):
    monkeypatch.setattr(limits, "KEY_EVENTS_PER_MINUTE_MAX", 2)
    answers = [server.raw("track", BODY) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 61


def test_two_keys_work_while_one_replaces_the_other(server, owner):
    fresh = actions.rotate_key(server.source, by=owner)
    assert server.raw("track", BODY, key=fresh).status_code == server.raw("track", BODY).status_code == 200
    old = IntakeKey.objects.exclude(ends_at=None).get()
    actions.revoke_key(old, by=owner)
    assert (server.raw("track", BODY).status_code, server.raw("track", BODY, key=fresh).status_code) == (401, 200)


def test_a_closed_source_takes_nothing(server, owner):
    server.raw("track", BODY)
    actions.close_source(server.source, by=owner)
    assert server.raw("track", BODY).status_code == 401


def test_of_a_key_only_its_digest_is_kept(server):
    row = IntakeKey.objects.get()
    assert row.digest == keys.digest(server.key) and server.key not in str(list(IntakeKey.objects.values_list()))
    assert row.hint == server.key[: len(row.hint)] and len(row.hint) < 20


def test_a_key_notes_when_it_was_used(server):
    server.raw("track", BODY)
    assert (timezone.now() - IntakeKey.objects.get().last_used_at).total_seconds() < 60


def test_a_key_in_use_is_looked_up_ahead_of_its_time(server, monkeypatch, django_assert_num_queries):
    keys.holder(server.key)
    keys.holder(server.key)
    with django_assert_num_queries(0):
        keys.renew()  # it is fresh
    monkeypatch.setattr(limits, "KEYS_LOOKED_AT_S", 0)
    with django_assert_num_queries(1):
        keys.renew()
    with django_assert_num_queries(0):
        keys.renew()  # nobody came with it since


def test_a_key_that_ended_is_dropped_ahead_of_its_time(server, monkeypatch):
    for _ in range(2):
        keys.holder(server.key)
    IntakeKey.objects.update(ends_at=timezone.now())
    monkeypatch.setattr(limits, "KEYS_LOOKED_AT_S", 0)
    keys.renew()
    monkeypatch.setattr(limits, "KEYS_LOOKED_AT_S", 60)
    assert server.raw("track", BODY).status_code == 401


@pytest.fixture
def website(source_of):
    """A website's source."""
    return source_of(kind="browser", origins="https://shop.example https://www.shop.example")


def test_a_page_of_the_website_may_send_and_read_the_answer(website):
    answer = website.raw("track", BODY, Origin="https://shop.example")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "https://shop.example")
    asked = website.client.options("/v1/track", headers={"Origin": "https://shop.example"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "https://shop.example")
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_a_page_of_another_website_is_refused(website, server):
    for sender in (website, server):
        answer = sender.raw("track", BODY, Origin="https://evil.example")
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert (
        "Access-Control-Allow-Origin"
        not in website.client.options("/v1/track", headers={"Origin": "https://evil.example"}).headers
    )


def test_a_beacon_of_plain_text_is_read(website):
    body = json.dumps({"writeKey": website.key, "batch": [{**TRACK, "type": "track"}]}).encode()
    answer = website.raw("batch", body, key="", kind="text/plain;charset=UTF-8", Origin="https://shop.example")
    assert answer.json()["accepted"] == 1


def test_a_browser_is_held_to_a_pace_by_its_address(website, monkeypatch):
    monkeypatch.setattr(limits, "ADDRESS_CALLS_PER_MINUTE_MAX", 1)
    assert [website.raw("track", BODY).status_code for _ in range(2)] == [200, 429]
    pace.forget()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": " "}, "name"), ({"origins": "shop.example"}, "origins"), ({"origins": "https://a.example/x"}, "origins"), ({"origins": "https://a@b.example"}, "origins"),
        ({"users": "Ü"}, "users"), ({"kind": "robot"}, "kind"), ({"kind": "browser", "is_trusted": True}, "kind"), ({"origins": "https://[x"}, "origins"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_is_refused(owner, words, field):
    from patogh.kit.errors import Invalid

    with pytest.raises(Invalid) as refusal:
        actions.add_source(actions.SourceWords(**{"name": "x", **words}), by=owner)
    assert refusal.value.field == field


def test_the_database_too_lets_no_browser_prove_anything(db):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeSource.objects.create(name="x", kind="browser", users="x", is_trusted=True, made_at=timezone.now())
