"""Whatever is wrong with an event is said beside it; the others of its batch are taken."""

import gzip
import json

import pytest

from patogh.activity.models import Activity
from patogh.api.intake import limits

GOOD = {"type": "track", "userId": "u-17", "event": "Looked"}


def nested(levels: int):
    """An object in an object, so many times."""
    value: dict = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("event", "code", "field"),
    [
        (None, "not_an_object", ""), ([], "not_an_object", ""), ("x", "not_an_object", ""), (7, "not_an_object", ""),
        ({}, "type_unknown", "type"), ({**GOOD, "type": "dance"}, "type_unknown", "type"), ({**GOOD, "type": 7}, "type_unknown", "type"),
        ({"type": "track", "event": "x"}, "id_missing", "userId"), ({**GOOD, "userId": ""}, "id_missing", "userId"),
        ({**GOOD, "userId": {}}, "id_wrong", "userId"), ({**GOOD, "userId": True}, "id_wrong", "userId"), ({**GOOD, "userId": 1.5}, "id_wrong", "userId"),
        ({**GOOD, "userId": "a\nb"}, "id_wrong", "userId"), ({**GOOD, "userId": "u" * 201}, "id_too_long", "userId"),
        ({**GOOD, "userId": "null"}, "id_meaningless", "userId"), ({**GOOD, "userId": 0}, "id_meaningless", "userId"),
        ({**GOOD, "anonymousId": "00000000-0000-0000-0000-000000000000"}, "id_meaningless", "anonymousId"),
        ({"type": "track", "userId": "u"}, "event_missing", "event"), ({**GOOD, "event": 7}, "name_wrong", "event"), ({**GOOD, "event": "e" * 201}, "name_wrong", "event"),
        ({"type": "group", "userId": "u"}, "group_missing", "groupId"), ({"type": "alias", "userId": "u"}, "previous_missing", "previousId"),
        ({"type": "alias", "previousId": "u"}, "previous_missing", "userId"), ({**GOOD, "messageId": 7}, "message_id_wrong", "messageId"),
        ({**GOOD, "messageId": "m" * 201}, "message_id_wrong", "messageId"), ({**GOOD, "timestamp": "yesterday"}, "timestamp_unreadable", "timestamp"),
        ({**GOOD, "timestamp": 1_700_000_000}, "timestamp_unreadable", "timestamp"), ({**GOOD, "timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp_unreadable", "timestamp"),
        ({**GOOD, "properties": []}, "object_wrong", "properties"), ({**GOOD, "context": "x"}, "object_wrong", "context"),
        ({"type": "identify", "userId": "u", "traits": "x"}, "object_wrong", "traits"), ({**GOOD, "properties": {"a": "x" * 33_000}}, "event_too_large", ""),
        ({**GOOD, "properties": nested(20)}, "too_deep", ""), ({**GOOD, "properties": {"n": 10**30}}, "number_too_large", ""),
        ({**GOOD, "properties": {"a": "\0"}}, "text_broken", ""), ({**GOOD, "properties": {"a": "\ud800"}}, "text_broken", ""),
        ({**GOOD, "userId": "\ud800"}, "text_broken", ""), ({**GOOD, "messageId": "\0"}, "text_broken", ""),
        ({"type": "identify", "userId": "u", "traits": {f"t{n}": 1 for n in range(1_001)}}, "too_many_traits", "traits"),
    ],
)  # fmt: skip
def test_an_event_that_is_wrong_is_told_so_and_costs_no_other(server, event, code, field):
    assert server.fault(event) == (code, field)
    assert Activity.objects.filter(source=f"intake:{server.source.pk}").count() == 1


def test_a_number_without_end_is_refused_where_json_lets_it_in(server):
    body = b'{"batch": [{"type": "track", "userId": "u", "event": "x", "properties": {"n": 1e999}}]}'
    assert server.raw("batch", body).json()["errors"][0]["code"] == "number_too_large"


def test_the_words_for_a_backslash_are_no_nul(server):
    assert server.batch({**GOOD, "properties": {"path": "C:\\u0000"}})["accepted"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", '{"a": 1}'.encode("utf-16"), b"{'a': 1}", b"[" * 100_000, b'{"a":' * 50_000,
        b'{"batch": 7}', b'{"batch": {}}', b"{}", b'{"batch": NaN}', b'{"batch": [' + b"9" * 5_000 + b"]}", b"batch=1&writeKey=x",
    ],
)  # fmt: skip
def test_a_body_of_which_nothing_can_be_read_is_400(server, body):
    answer = server.raw("batch", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_unreadable")
    assert answer.json()["message"]


def test_an_empty_batch_is_no_error(server):
    assert server.batch() == {"success": True, "accepted": 0, "duplicates": 0, "errors": []}


def test_a_batch_with_more_than_its_bytes_or_events_is_413(server):
    answer = server.raw("batch", json.dumps({"batch": [GOOD], "x": "x" * limits.BATCH_BYTES_MAX}).encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_large")
    answer = server.raw("batch", json.dumps({"batch": [{}] * 2_501}).encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_long")


def test_a_packed_body_is_opened_and_a_bomb_is_not(server):
    packed = {"Content-Encoding": "gzip"}
    assert server.raw("batch", gzip.compress(json.dumps({"batch": [GOOD]}).encode()), **packed).json()["accepted"] == 1
    assert server.raw("batch", gzip.compress(b" " * 50_000_000), **packed).status_code == 413
    assert server.raw("batch", b"no gzip", **packed).status_code == 400
    assert server.raw("batch", gzip.compress(b'{"batch": []}')[:-6], **packed).status_code == 400
    assert server.raw("batch", b"{}", **{"Content-Encoding": "br"}).status_code == 415


def test_other_methods_and_calls_are_told_so(server):
    assert server.client.get("/v1/track").status_code == 405
    assert server.client.put("/v1/track").status_code == 405
    assert server.raw("dance", b"{}").status_code == 404


def test_a_batch_of_everything_wrong_is_answered_in_full(server):
    said = server.batch(*([{}] * 1_200))
    assert (said["accepted"], len(said["errors"]), said["errors_left_out"]) == (0, 1_000, 200)


def test_refusals_speak_the_language_of_whoever_asks(server):
    answer = server.raw("batch", b"{", **{"Accept-Language": "fa"})
    assert answer.json()["message"] != server.raw("batch", b"{").json()["message"]


def test_an_event_that_the_database_refuses_costs_no_other(server, monkeypatch):
    from patogh.persons.actions import events as road

    genuine = road._activity

    def breaking(one, identity):
        made = genuine(one, identity)
        if one.data.get("event") == "Poison":
            made.data = {"event": object()}
        return made

    monkeypatch.setattr(road, "_activity", breaking)
    said = server.batch(GOOD, {**GOOD, "event": "Poison"}, GOOD, GOOD)
    assert said["accepted"] == 3
    assert [(one["index"], one["code"]) for one in said["errors"]] == [(1, "not_storable")]
