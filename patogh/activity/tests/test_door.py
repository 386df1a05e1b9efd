import os
import subprocess
import sys
import threading
import time

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import translation

from patogh.activity import door
from patogh.activity.door import action, unchanged, upkeep
from patogh.activity.errors import StorageBusy, StorageFull
from patogh.activity.models import Activity, Outbox, Pulse
from patogh.activity.registry import after, watch
from patogh.activity.road import record
from patogh.activity.tests.conftest import feel_pulse

NOW = "2026-11-22T00:00:00Z"


def at_once(calls):
    """Run the calls in threads that start together; return what each gave or raised."""
    answers = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place, call):
        start.wait()
        try:
            answers[place] = call()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def held_group(calls, monkeypatch):
    """Make the writer meet all the calls as one group: the first of it waits until the rest stand in the queue."""
    held, gate = threading.Event(), threading.Event()

    @upkeep
    def hold():
        held.set()
        gate.wait()

    holder = threading.Thread(target=lambda: (hold(), connections.close_all()))
    holder.start()
    held.wait()  # else the first calls would join its group
    opener = threading.Thread(
        target=lambda: (wait_until(lambda: door._writer().waiting.qsize() >= len(calls)), gate.set())
    )
    opener.start()
    answers = at_once(calls)
    holder.join()
    opener.join()
    return answers


def wait_until(true) -> None:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.001)


def test_thirty_two_threads_lose_no_write(file_database):
    def write_ten(who):
        return [feel_pulse(f"{who}-{number}").name for number in range(10)]

    answers = at_once([lambda who=who: write_ten(who) for who in range(32)])

    acknowledged = {name for names in answers for name in names}
    assert len(acknowledged) == 320
    assert set(Pulse.objects.values_list("name", flat=True)) == acknowledged
    assert Activity.objects.count() == 320


def test_an_answer_comes_after_the_commit(file_database):
    feel_pulse("one")
    seen = subprocess.run(
        [sys.executable, "-c", f"import sqlite3; print(sqlite3.connect({file_database!r}).execute('SELECT count(*) FROM activity_pulse').fetchone()[0])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert seen.stdout.strip() == "1"


def test_a_group_is_one_commit(file_database, monkeypatch):
    commits = []
    real = door.Writer._commit
    monkeypatch.setattr(door.Writer, "_commit", lambda self, group: (commits.append(len(group)), real(self, group)))
    held_group([lambda name=name: feel_pulse(str(name)) for name in range(8)], monkeypatch)
    assert sorted(commits) == [1, 8]


def test_one_failing_action_does_not_hurt_its_group(file_database, monkeypatch):
    @upkeep
    def fail():
        Pulse.objects.create(name="half", beat_at=NOW)
        raise ValueError("by design")

    answers = held_group([fail, lambda: feel_pulse("a").name, fail, lambda: feel_pulse("b").name], monkeypatch)
    assert [type(answer) for answer in answers] == [ValueError, str, ValueError, str]
    assert set(Pulse.objects.values_list("name", flat=True)) == {"a", "b"}


def test_a_broken_constraint_comes_through_as_itself(file_database):
    @upkeep
    def twice():
        Pulse.objects.bulk_create([Pulse(name="same", beat_at=NOW), Pulse(name="same", beat_at=NOW)])

    with pytest.raises(IntegrityError):
        twice()
    assert not Pulse.objects.exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("database or disk is full", StorageFull), ("could not extend file: No space left on device", StorageFull), ("database is locked", StorageBusy),
        ("disk I/O error", StorageBusy), ("the connection is closed", StorageBusy), ("no such table: x", OperationalError),
    ],
)  # fmt: skip
def test_a_storage_error_becomes_a_clear_one(file_database, words, expected):
    @upkeep
    def fail():
        raise OperationalError(words)

    with pytest.raises(expected):
        fail()


def test_a_full_database_is_said_so_and_recovers(file_database):
    @upkeep
    def limit(pages):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={pages}")

    @upkeep
    def write_much(name):
        Pulse.objects.create(name=name, beat_at=NOW)
        Activity.objects.create(
            verb="x",
            subject_kind="x",
            subject_id="1",
            audience="staff",
            channel="web",
            happened_at=NOW,
            recorded_at=NOW,
            data={"x": "x" * 5_000_000},
        )

    limit(1)  # SQLite keeps the present size as the least
    with pytest.raises(StorageFull):
        write_much("too much")
    limit(1_000_000)
    feel_pulse("after")
    assert list(Pulse.objects.values_list("name", flat=True)) == ["after"]


def test_a_locked_database_is_busy(file_database, settings):
    door._writer()
    with transaction.atomic():  # holds SQLite's one write lock

        def impatient():
            connections["default"].settings_dict["OPTIONS"]["timeout"] = 0.05
            return feel_pulse("never")

        assert isinstance(at_once([impatient])[0], StorageBusy)
    assert feel_pulse("later").name == "later"


def test_nested_actions_commit_or_fall_together(file_database):
    @action
    def outer(fails):
        feel_pulse("inner")
        record("activity.pulse_felt", by=None, subject=Pulse(name="outer"))
        if fails:
            raise ValueError

    with pytest.raises(ValueError):
        outer(True)
    assert not Activity.objects.exists()
    outer(False)
    assert Activity.objects.count() == 2


def test_an_action_inside_a_transaction_joins_it(file_database):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        feel_pulse("joined")
        1 / 0
    assert not Pulse.objects.exists()


def test_the_language_of_the_caller_reaches_the_action(file_database):
    @upkeep
    def language():
        return translation.get_language()

    with translation.override("en"):
        assert language() == "en"
    with translation.override("fa"):
        assert language() == "fa"


def test_the_action_runs_in_the_writer_thread_and_does_not_leak_its_state(file_database):
    @upkeep
    def where():
        return threading.current_thread().name, door._inside.depth

    assert where() == ("patogh-writer", 1)
    assert door._inside.depth == 0


@pytest.mark.parametrize("times", [0, 2])
def test_an_action_records_exactly_one_activity(file_database, times):
    @action
    def careless():
        for _ in range(times):
            record("activity.pulse_felt", by=None, subject=Pulse(name="x"))

    with pytest.raises(RuntimeError, match="exactly one"):
        careless()
    assert not Activity.objects.exists()


def test_an_action_that_found_its_work_done_may_say_so(file_database):
    @action
    def again():
        return unchanged("as it was")

    assert again() == "as it was"


def test_recording_outside_an_action_is_refused(file_database):
    with pytest.raises(RuntimeError, match="outside"):
        record("activity.pulse_felt", by=None, subject=Pulse(name="x"))


def test_an_unknown_verb_is_refused(file_database):
    @action
    def invent():
        record("activity.pulse_invented", by=None, subject=Pulse(name="x"))

    with pytest.raises(LookupError):
        invent()


def test_the_same_key_gives_the_first_activity(file_database):
    at_once([lambda: feel_pulse("once", key="k1") for _ in range(8)])
    assert Activity.objects.filter(key="k1").count() == 1


def test_a_watcher_falls_with_its_action(file_database):
    @watch("activity.pulse_felt")
    def count(activity):
        Pulse.objects.create(name=f"watched {activity.subject_id}", beat_at=NOW)
        if activity.subject_id == "bad":
            raise ValueError

    with pytest.raises(ValueError):
        feel_pulse("bad")
    feel_pulse("good")
    assert set(Pulse.objects.values_list("name", flat=True)) == {"good", "watched good"}


def test_the_outbox_row_is_of_the_same_transaction(file_database):
    after("activity.pulse_felt", "activity.test_task")

    @action
    def fail():
        record("activity.pulse_felt", by=None, subject=Pulse(name="x"))
        raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert not Outbox.objects.exists()
    feel_pulse("kept")
    assert Outbox.objects.count() == 1


def test_a_failing_hook_after_commit_does_not_fail_the_committed_write(file_database):
    @upkeep
    def write():
        transaction.on_commit(lambda: 1 / 0)
        return Pulse.objects.create(name="kept", beat_at=NOW)

    assert write().name == "kept"
    assert Pulse.objects.filter(name="kept").exists()


def test_a_forked_child_writes_through_a_door_of_its_own(file_database):
    feel_pulse("parent")
    child = os.fork()
    if child == 0:
        feel_pulse("child")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    feel_pulse("parent again")
    assert Pulse.objects.count() == 3


CHILD = """
import os, sys, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = connections.settings["default"]["NAME"] = sys.argv[1]
from patogh.activity.door import upkeep
from patogh.activity.models import Pulse
@upkeep
def write(name):
    Pulse.objects.create(name=name, beat_at="2026-11-22T00:00:00Z")
for number in range(50):
    write(f"{os.getpid()}-{number}")
"""


def test_two_processes_take_turns(file_database, tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "patogh.conf.settings",
        "PATOGH_DATA": str(tmp_path),
        "PATOGH_DATABASE_URL": "",
    }
    children = [subprocess.Popen([sys.executable, "-c", CHILD, file_database], env=environment) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]
    assert Pulse.objects.count() == 100


def test_a_door_file_that_cannot_be_opened_is_busy(file_database):
    door._writer()
    os.mkdir(f"{file_database}.door")
    with pytest.raises(StorageBusy):
        feel_pulse("never")
