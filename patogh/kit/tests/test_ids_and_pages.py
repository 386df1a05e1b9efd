import base64
import json
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from hypothesis import given
from hypothesis import strategies as st

from patogh.kit import hooks, ids
from patogh.kit.pages import BadCursor, Cursor, Order, cut, paged

KEYS = st.one_of(
    st.none(), st.integers(-(2**63) + 1, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text("abcسلام \u06f1", max_size=100), st.datetimes(timezones=st.just(UTC)),
)  # fmt: skip


def test_ids_are_in_order_and_different_from_many_threads():
    made: list[list] = []
    threads = [threading.Thread(target=lambda: made.append([ids.uuid7() for _ in range(2_000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(row == sorted(row) for row in made)
    assert len({one for row in made for one in row}) == 8_000


def test_an_id_knows_its_kind_and_its_time(monkeypatch):
    monkeypatch.setattr(ids, "_last", [0, 0])  # other tests travel in time, and ids never go back
    one = ids.uuid7()
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert abs(ids.time_of(one) - datetime.now(UTC)) < timedelta(minutes=1)


def test_ids_stay_in_order_when_the_clock_goes_back(monkeypatch):
    before = ids.uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    assert ids.uuid7() > before


def test_an_id_of_a_given_moment_is_always_the_same():
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert ids.uuid7_at(moment, counter=1, noise=2) == ids.uuid7_at(moment, counter=1, noise=2)
    assert ids.time_of(ids.uuid7_at(moment, counter=5, noise=2**80)) == moment
    assert len(ids.token(24)) == 32


@given(KEYS, st.one_of(st.integers(0, 2**63 - 1), st.uuids().map(str)))
def test_a_cursor_comes_back_as_it_went(value, row_id):
    assert Cursor.decode(Cursor(value, row_id).encode()) == Cursor(value, row_id)


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("text", [
    "", "a", "!!!!", "سلام", "A" * 600, _packed([]), _packed([1, 2]), _packed([1, 2, 3]), _packed({"a": 1}),
    _packed([[1], 2, 0]), _packed([10**30, 2, 0]), _packed([1, 10**30, 0]), _packed(["x" * 300, 1, 0]),
    _packed(["a\u0000", 1, 0]), _packed([1, None, 0]), _packed([True, 1, 0]), _packed(["2026", 1, 2]),
    _packed(["yesterday", 1, 1]), _packed(["2026-11-22T00:00:00", 1, 1]), _packed([1, 1, 1]), _packed([1, 1.5, 0]),
    base64.urlsafe_b64encode(b"[NaN,1,0]").decode(), base64.urlsafe_b64encode(b"[1e999,1,0]").decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(), base64.urlsafe_b64encode(b"[" * 300).decode(),
    base64.urlsafe_b64encode(b'["\\ud800",1,0]').decode(),
])  # fmt: skip
def test_a_hostile_cursor_is_refused_and_nothing_more(text):
    with pytest.raises(BadCursor):
        Cursor.decode(text)


@given(st.text(max_size=100))
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(BadCursor):
        assert Cursor.decode(text)


@dataclass
class Row:
    id: int
    score: int


def test_a_page_asks_for_one_more_row_and_points_to_its_neighbours():
    rows = [Row(n, 10 - n) for n in range(4)]
    order = Order("score")
    page = cut(rows, 3, order.of)
    assert [row.id for row in page] == [0, 1, 2]
    assert Cursor.decode(page.next) == Cursor(8, 2)
    assert page.previous is None


def test_a_page_read_backwards_is_turned_round():
    page = cut([Row(3, 7), Row(2, 8)], 3, Order("score").of, came_from="x", backwards=True)
    assert [row.id for row in page] == [2, 3]
    assert page.previous is None
    assert page.next is not None


def test_the_condition_seeks_before_it_breaks_ties():
    condition = str(Order("score").beyond(Cursor(8, 2)))
    assert "score__lte" in condition
    assert "id__lt" in condition
    assert Order("score").columns(backwards=True) == ["score", "id"]
    assert Order("id", descending=False).columns() == ["id"]


def test_a_room_is_plugged_in_once():
    hooks.plug(ids)
    hooks.plug(ids)
    assert hooks.plugins.is_registered(ids)
    hooks.plugins.unregister(ids)


@pytest.mark.django_db
def test_walking_forth_and_back_meets_every_row_once():
    order = Order("app_label", descending=False)
    everything = list(ContentType.objects.order_by("app_label", "id"))
    forth, page = [], paged(ContentType.objects.all(), order, size=3)
    while True:
        forth += page.items
        if page.next is None:
            break
        page = paged(ContentType.objects.all(), order, size=3, after=page.next)
    back = list(page.items)
    while page.previous:
        page = paged(ContentType.objects.all(), order, size=3, before=page.previous)
        back = page.items + back
    assert forth == back == everything


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", [Cursor(None, 1), Cursor(datetime(2026, 1, 1, tzinfo=UTC), "x"), Cursor("a", "x")])
def test_a_cursor_of_another_list_is_refused(cursor):
    with pytest.raises(BadCursor):
        paged(ContentType.objects.all(), Order("app_label"), after=cursor.encode())
