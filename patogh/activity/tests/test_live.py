import time

import pytest
from django.db import transaction

from patogh.activity import jobs, live, worker
from patogh.activity.jobs import enqueue, task
from patogh.activity.models import Job, Pulse
from patogh.activity.registry import after
from patogh.activity.tests.conftest import feel_pulse
from patogh.activity.tests.test_hub import KEY, Page, Running, wait_until
from patogh.activity.tokens import is_valid


@pytest.fixture
def hub(settings, monkeypatch):
    """A hub that the pages of this test know."""
    running = Running()
    settings.HUB_PUBLISH_URL = f"http://127.0.0.1:{running.port}/publish"
    settings.REDIS_URL = ""
    monkeypatch.setattr(live, "_key", lambda: KEY)
    monkeypatch.setattr(live, "_made", None)
    yield running
    running.stop()


def listening(hub, channels) -> Page:
    page = Page(hub.port, channels, {}, live.token(channels.split(",")))
    page.next()
    return page


def test_what_is_committed_reaches_the_open_page(hub, file_database):
    page = listening(hub, "topic:7")
    with transaction.atomic():
        live.publish("topic:7", "post", {"id": 1, "سلام": "نو"})
    assert page.next() == ("post", '{"id":1,"سلام":"نو"}')
    page.close()


def test_what_is_rolled_back_reaches_nobody(hub, file_database):
    page = listening(hub, "topic:7")
    with pytest.raises(ValueError), transaction.atomic():
        live.publish("topic:7", "post", {"id": 1})
        raise ValueError
    live.publish("topic:7", "post", {"id": 2})
    assert page.next() == ("post", '{"id":2}')
    page.close()


def test_events_come_in_their_order(hub, file_database):
    page = listening(hub, "topic:7")
    for number in range(200):
        live.publish("topic:7", "post", {"n": number})
    assert [page.next()[1] for _ in range(200)] == [f'{{"n":{number}}}' for number in range(200)]
    page.close()


def test_a_hub_that_is_gone_holds_up_nobody_and_its_events_are_counted(settings, monkeypatch, file_database):
    settings.HUB_PUBLISH_URL = "http://127.0.0.1:9/publish"
    monkeypatch.setattr(live, "_made", None)
    live.publish("topic:7", "post", {})
    wait_until(lambda: live.dropped() == 1)


def test_a_full_queue_drops_and_counts(monkeypatch):
    monkeypatch.setattr(live.limits, "LIVE_WAITING_MAX", 3)
    monkeypatch.setattr(live.Sender, "_work", lambda self: None)
    sender = live.Sender()
    for _ in range(5):
        sender.put({})
    assert sender.dropped == 2


@pytest.mark.parametrize(("channel", "event"), [("a\nb", "x"), ("a", "x\r"), ("a,b", "x")])
def test_a_name_cannot_break_out_of_its_line(channel, event):
    with pytest.raises(ValueError, match="line break"):
        live.publish(channel, event, {})


def test_a_large_event_is_refused():
    with pytest.raises(ValueError, match="larger"):
        live.publish("a", "b", {"x": "ب" * 20_000})


def test_a_token_of_a_page_is_understood_by_the_hub():
    assert is_valid(live._key(), "topic:7,member:1", live.token(["topic:7", "member:1"]))


def test_a_knock_wakes_the_worker_and_nobody_there_is_fine(monkeypatch):
    monkeypatch.setattr(live, "_ear_name", lambda: f"\0patogh-test-{time.monotonic_ns()}".ljust(40, "x")[:40])
    live.wake_worker()


@pytest.fixture
def own_ear(monkeypatch, tmp_path):
    name = f"\0patogh-test-{tmp_path.name}-{time.monotonic_ns()}"
    monkeypatch.setattr(live, "_ear_name", lambda: name)


def test_the_worker_runs_what_follows_an_activity_and_stops_when_told(own_ear, file_database, monkeypatch):
    monkeypatch.setattr(jobs, "_recurring", {})  # the file has the road's own tables only
    ran = []
    task("activity.note")(lambda activity: ran.append(activity))
    after("activity.pulse_felt", "activity.note")
    works = worker.Worker()
    feel_pulse("one")
    while not ran:
        works.turn()
    wait_until(lambda: not Job.objects.exists())
    assert Pulse.objects.filter(pk="worker").exists()
    works.stop()
    works.work()
    assert works.in_hand == 0
    works.ear.close()


def test_a_second_worker_has_no_ear_and_polls(own_ear, file_database):
    first, second = worker.Worker(), worker.Worker()
    assert first.ear is not None
    assert second.ear is None
    first.ear.close()


def test_a_worker_outlives_a_turn_that_fails(own_ear, file_database, monkeypatch):
    works = worker.Worker()

    def fail():
        works.stop()
        raise OSError("the disk is gone")

    monkeypatch.setattr(works, "turn", fail)
    works.work()
    works.ear.close()


def test_many_knocks_are_one(own_ear, file_database):
    works = worker.Worker()
    for _ in range(5):
        live.wake_worker()
    works.listen()
    works.ear.setblocking(False)
    with pytest.raises(BlockingIOError):
        works.ear.recv(16)
    works.ear.close()


def test_jobs_of_several_threads_run_once_each(own_ear, file_database):
    ran = []
    task("activity.note")(lambda thing: ran.append(thing))
    for thing in range(100):
        enqueue("activity.note", thing=thing)
    works = worker.Worker()
    while len(ran) < 100:
        works.turn()
    works.stop()
    works.work()
    assert sorted(ran) == list(range(100))
    works.ear.close()
