"""Requests that wait share a commit; what breaks one does not break another, and what is acknowledged is there."""

import threading

import pytest

from patogh.activity.errors import StorageBusy
from patogh.api.intake import gathering, keys, limits, replaying
from patogh.api.intake.actions.taking import Result
from patogh.api.intake.errors import IntakeBusy


def batch_of(server, *names: str):
    raws = [{"type": "track", "userId": "u", "event": name} for name in names]
    return replaying.read_batch(raws, keys.holder(server.key))[0]


def test_those_who_come_while_one_writes_are_written_together(server, monkeypatch):
    groups, writing, go_on = [], threading.Event(), threading.Event()

    def take(batches):
        groups.append(len(batches))
        writing.set()
        assert go_on.wait(20)
        return [Result({0: "accepted"}) for _ in batches]

    monkeypatch.setattr(gathering, "take", take)
    gatherer, batch = gathering.Gatherer(), batch_of(server, "a")
    results: list[Result] = []
    threads = [threading.Thread(target=lambda: results.append(gatherer.take(batch))) for _ in range(6)]
    threads[0].start()
    assert writing.wait(20)
    for thread in threads[1:]:
        thread.start()
    while len(gatherer.waiting) < 5:
        threading.Event().wait(0.001)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert (groups, len(results), gatherer.is_writing) == ([1, 5], 6, False)


def test_a_busy_database_is_told_to_everybody_and_nobody_waits_for_ever(server, monkeypatch):
    def take(_batches):
        raise StorageBusy

    monkeypatch.setattr(gathering, "take", take)
    gatherer = gathering.Gatherer()
    for _ in range(2):
        with pytest.raises(StorageBusy):
            gatherer.take(batch_of(server, "a"))
    answer = server.raw("track", b'{"userId": "u", "event": "x"}')
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


def test_as_many_as_may_wait_and_no_more(server, monkeypatch):
    monkeypatch.setattr(limits, "WAITING_REQUESTS_MAX", 0)
    with pytest.raises(IntakeBusy):
        gathering.Gatherer().take(batch_of(server, "a"))


def test_an_unforeseen_fault_is_500_with_words_and_no_traceback(server, monkeypatch):
    monkeypatch.setattr(gathering, "taken", lambda _batch: 1 / 0)
    answer = server.raw("track", b'{"userId": "u", "event": "x"}')
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert "ZeroDivision" not in answer.content.decode()


def test_one_thread_writes_for_all_so_that_its_connection_stays_warm(server, monkeypatch):
    writers = []

    def take(batches):
        writers.append(threading.current_thread().name)
        return [Result({0: "accepted"}) for _ in batches]

    monkeypatch.setattr(gathering, "take", take)
    gatherer, batch = gathering.Gatherer(), batch_of(server, "a")
    for _ in range(3):
        thread = threading.Thread(target=gatherer.take, args=(batch,))
        thread.start()
        thread.join(20)
    assert len(writers) == 3 and set(writers) == {"patogh-intake_0"}


def test_a_process_that_is_ending_still_writes(server, monkeypatch):
    monkeypatch.setattr(gathering, "take", lambda batches: [Result({0: "accepted"}) for _ in batches])
    gatherer, batch, found = gathering.Gatherer(), batch_of(server, "a"), []
    gatherer.pen.shutdown()
    thread = threading.Thread(target=lambda: found.append(gatherer.take(batch)))
    thread.start()
    thread.join(20)
    assert (found, gatherer.is_writing) == ([Result({0: "accepted"})], False)
