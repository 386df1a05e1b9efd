import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from patogh.activity import jobs, limits
from patogh.activity.jobs import drain, enqueue, run_due, task
from patogh.activity.models import Activity, Job, Outbox
from patogh.activity.registry import after
from patogh.activity.relay import oldest_waiting_s, relay, sweep
from patogh.activity.tests.conftest import feel_pulse
from patogh.kit.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran():
    """A task that notes what it was given."""
    given = []
    task("activity.note")(lambda **args: given.append(args))
    return given


@pytest.fixture
def failing():
    """A task that fails until it is mended."""
    state = {"tries": 0, "mended": False}

    @task("activity.fail")
    def fail():
        state["tries"] += 1
        if not state["mended"]:
            raise ValueError("by design")

    return state


def test_a_due_job_runs_once_and_is_gone(ran):
    enqueue("activity.note", thing=7)
    assert run_due() == 1
    assert ran == [{"thing": 7}]
    assert not Job.objects.exists()
    assert run_due() == 0


def test_a_job_waits_for_its_time(ran):
    enqueue("activity.note", run_at=timezone.now() + dt.timedelta(hours=1))
    assert run_due() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert run_due() == 1


def test_jobs_run_in_their_order(ran):
    for thing in range(5):
        enqueue("activity.note", thing=thing)
    run_due()
    assert [args["thing"] for args in ran] == [0, 1, 2, 3, 4]


def test_a_waiting_job_with_the_same_key_stands_for_both(ran):
    enqueue("activity.note", key="digest:7", thing=1)
    enqueue("activity.note", key="digest:7", thing=2)
    assert drain() == 1
    enqueue("activity.note", key="digest:7", thing=3)
    assert drain() == 1


def test_a_failed_job_comes_back_later_and_later(failing):
    enqueue("activity.fail")
    waits = []
    for _ in range(3):
        assert run_due() == 1
        waits.append((Job.objects.get().run_at - timezone.now()).total_seconds())
        jobs.hurry()
    assert waits[0] < waits[1] < waits[2]
    assert Job.objects.get().last_error == "ValueError: by design"


def test_a_job_is_dead_after_its_last_attempt_and_can_be_retried(failing):
    enqueue("activity.fail")
    for _ in range(limits.JOB_ATTEMPTS_MAX + 2):
        run_due()
        jobs.hurry()
    assert failing["tries"] == limits.JOB_ATTEMPTS_MAX
    dead = Job.objects.get(state="dead")
    failing["mended"] = True
    assert jobs.retry_dead(dead.pk) == 1
    assert run_due() == 1
    assert not Job.objects.exists()


def test_only_a_dead_job_can_be_retried(ran):
    enqueue("activity.note")
    with pytest.raises(NotFound):
        jobs.retry_dead(Job.objects.get().pk)


def test_the_job_of_a_killed_worker_is_run_again_when_its_lease_ends(ran):
    enqueue("activity.note", thing=1)
    assert len(jobs.claim(10)) == 1  # and then the worker is killed
    assert run_due() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=limits.JOB_LEASE_S + 1)):
        assert run_due() == 1
    assert ran == [{"thing": 1}]


def test_a_worker_whose_lease_ran_out_does_not_end_the_job_of_another(ran):
    enqueue("activity.note")
    slow = jobs.claim(1)[0]
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=limits.JOB_LEASE_S + 1)):
        other = jobs.claim(1)[0]
        jobs.finish(slow)
        jobs.give_back(slow, "late")
        assert Job.objects.get().state == "running"
        jobs.finish(other)
    assert not Job.objects.exists()


def test_a_long_job_keeps_its_lease_by_prolonging_it(ran):
    enqueue("activity.note")
    job = jobs.claim(1)[0]
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=limits.JOB_LEASE_S - 1)):
        jobs.prolong(job)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=limits.JOB_LEASE_S + 1)):
        assert jobs.claim(1) == []


def test_a_task_that_nobody_knows_is_kept_for_the_operator():
    enqueue("activity.unknown")
    run_due()
    assert "KeyError" in Job.objects.get().last_error


@pytest.mark.parametrize("attempts", range(1, 40))
def test_the_wait_between_attempts_is_capped(attempts):
    wait_s = jobs.retry_delay(attempts).total_seconds()
    assert 0.75 * limits.JOB_RETRY_DELAY_S_MIN <= wait_s <= 1.25 * limits.JOB_RETRY_DELAY_S_MAX


def test_an_activity_is_followed_by_its_tasks_after_the_relay(ran):
    after("activity.pulse_felt", "activity.note")
    feel_pulse("one")
    assert drain() == 1
    assert ran == [{"activity": str(Activity.objects.get().pk)}]


def test_the_relay_numbers_each_activity_once_and_in_order(ran):
    after("activity.pulse_felt", "activity.note")
    for name in "abc":
        feel_pulse(name)
    assert relay(2) == 2
    feel_pulse("d")
    assert relay() == 2
    assert relay() == 0
    assert list(Outbox.objects.order_by("activity__recorded_at", "activity_id").values_list("seq", flat=True)) == [
        1,
        2,
        3,
        4,
    ]
    assert Job.objects.count() == 4


def test_old_outbox_rows_are_swept_but_the_count_goes_on(ran):
    after("activity.pulse_felt", "activity.note")
    feel_pulse("a")
    feel_pulse("b")
    relay()
    with time_machine.travel(timezone.now() + dt.timedelta(days=limits.OUTBOX_KEPT_DAYS + 1)):
        assert sweep() == 1
        feel_pulse("c")
        relay()
    assert set(Outbox.objects.values_list("seq", flat=True)) == {2, 3}


def test_the_age_of_the_outbox_is_known(ran):
    after("activity.pulse_felt", "activity.note")
    assert oldest_waiting_s() == 0
    feel_pulse("a")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5)):
        assert oldest_waiting_s() >= 300


def test_a_recurring_task_has_its_turn_when_its_time_has_passed(ran, monkeypatch):
    monkeypatch.setattr(jobs, "_recurring", {"activity.note": 60})
    with time_machine.travel(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), tick=False) as clock:
        assert jobs.enqueue_recurring() == 1
        run_due()
        clock.shift(59)
        assert jobs.enqueue_recurring() == 0
        clock.shift(1)
        assert jobs.enqueue_recurring() == 1
        run_due()
    assert ran == [{}, {}]


def test_a_recurring_task_that_still_waits_is_not_queued_twice(ran, monkeypatch):
    monkeypatch.setattr(jobs, "_recurring", {"activity.note": 0})
    assert jobs.enqueue_recurring() == 1
    assert jobs.enqueue_recurring() == 0
    assert Job.objects.filter(task="activity.note").count() == 1
