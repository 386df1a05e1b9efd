"""Turns of polling: health, back-off, leases, switches."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.activity.models import Job
from patogh.channels.connectors import arrivals, limits, polling, queries, sending, tasks
from patogh.channels.connectors.actions import setups, turns
from patogh.channels.connectors.contract import (
    Polled,
    SetupBroken,
    TryLater,
    Unreadable,
)  # fmt: skip
from patogh.channels.connectors.errors import SetupOff
from patogh.channels.models import DeadLetter, Message, Setup
from patogh.channels.tests.connectors.engine.puppets import fresh, message
from patogh.people.identifying import identity_of
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db


def test_a_poll_keeps_its_cursor_with_what_came_and_goes_on(setup, puppet):
    puppet.says = [Polled((message("a"),), {"at": 1}, 0), Polled((message("b"),), {"at": 2}, 60)]
    assert polling.poll(setup.pk).new == 2
    row = fresh(setup)
    assert (row.cursor, puppet.cursors) == ({"at": 2}, [{}, {"at": 1}])
    assert row.next_at > timezone.now() + dt.timedelta(seconds=50)
    assert row.asking_until is None


def test_a_fault_is_backed_off_and_the_cursor_stays(setup, puppet):
    for count in range(1, 4):
        puppet.says = [TryLater("answered 500")]
        Setup.objects.filter(pk=setup.pk).update(next_at=None)
        polling.poll(setup.pk)
        row = fresh(setup)
        wait_s = (row.next_at - timezone.now()).total_seconds()
        assert 5 * 2 ** (count - 1) * 0.7 < wait_s < 5 * 2 ** (count - 1) * 1.3
        assert (row.faults_count, row.cursor, row.fault) == (count, {}, "answered 500")
    Setup.objects.filter(pk=setup.pk).update(next_at=None)
    polling.poll(setup.pk)
    assert (fresh(setup).faults_count, fresh(setup).fault) == (0, "")


@pytest.mark.parametrize(("after_s", "waits_s"), [(77, 77), (10**9, limits.RETRY_AFTER_S_MAX)])
def test_retry_after_is_honoured_and_capped(setup, puppet, after_s, waits_s):
    puppet.says = [TryLater("busy", after_s=after_s)]
    polling.poll(setup.pk)
    assert abs((fresh(setup).next_at - timezone.now()).total_seconds() - waits_s) < 5


def test_wrong_credentials_stop_a_setup_and_tell_the_team(setup, puppet, owner):
    puppet.says = [SetupBroken("the token whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is not accepted")]
    polling.poll(setup.pk)
    row = fresh(setup)
    assert row.state == "broken"
    assert row.fault == "the token ••• is not accepted"
    assert queries.due_to_poll(timezone.now()) == []
    drain()
    assert Notice.objects.filter(member=owner, kind="channels.setup_broke").exists()


def test_a_connector_that_crashes_is_a_fault_without_its_words(setup, puppet):
    puppet.says = [RuntimeError("secret in here")]
    polling.poll(setup.pk)
    assert fresh(setup).fault == "RuntimeError"


def test_an_answer_that_cannot_be_read_is_kept_once(setup, puppet):
    for _ in range(2):
        puppet.says = [Unreadable("no JSON", body=b"<html>")]
        Setup.objects.filter(pk=setup.pk).update(next_at=None)
        polling.poll(setup.pk)
    assert DeadLetter.objects.count() == fresh(setup).dead_count == 1


def test_two_turns_never_ask_at_once_and_a_killed_one_gives_way(setup):
    assert turns.claim_polling(setup.pk) is not None
    assert turns.claim_polling(setup.pk) is None
    Setup.objects.filter(pk=setup.pk).update(asking_until=timezone.now() - dt.timedelta(seconds=1))
    assert turns.claim_polling(setup.pk) is not None


def test_each_setup_has_a_job_of_its_own(setup, set_up):
    other = set_up("webhook")
    Job.objects.all().delete()
    tasks.look_at_setups()
    tasks.look_at_setups()
    asked = [job.args["setup"] for job in Job.objects.filter(task=turns.POLL)]
    assert sorted(asked) == sorted([setup.pk, other.pk])


# The switches


def test_what_was_fetched_while_somebody_switched_it_off_is_fetched_again(setup, puppet):
    def switched_off():
        setups.switch_off(setup, by=None)
        return Polled((message(),), {"at": 1}, 60)

    puppet.says = [switched_off]
    polling.poll(setup.pk)
    assert (fresh(setup).cursor, Message.objects.count()) == ({}, 0)


@pytest.mark.parametrize("switch", ["off", "halt"])
def test_a_switch_stops_all_ways_at_once(setup, puppet, switch, owner):
    person = identity_of("email", "mina@example.org")
    sending.write(setup, person, "سلام", purpose="service", by=owner)
    setups.switch_off(setup, by=owner) if switch == "off" else setups.halt(by=owner, reason="")
    answer = Client().post(reverse("connector_door", args=[setup.address]), b"{}", content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert polling.poll(setup.pk).new == sending.send_due(setup.pk) == 0
    assert (queries.due_to_poll(timezone.now()), queries.due_to_send(timezone.now())) == ([], [])
    assert puppet.sent == puppet.cursors == []
    with pytest.raises(SetupOff):
        arrivals.take(setup.pk, [message()])
    setups.switch_on(setup, by=owner) if switch == "off" else setups.resume(by=owner)
    assert sending.send_due(setup.pk) == 1
