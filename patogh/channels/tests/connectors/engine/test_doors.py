"""The door: forged calls, letters and their replay, errands, sizes."""

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from patogh.activity.errors import StorageBusy
from patogh.activity.jobs import drain
from patogh.activity.models import Activity, Job
from patogh.channels.connectors import arrivals, limits, polling, receiving, tasks
from patogh.channels.connectors.actions import dead
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Forged,
    Known,
    Polled,
    Unreadable,
)  # fmt: skip
from patogh.channels.connectors.errors import LettersFull, StillUnreadable
from patogh.channels.models import DeadLetter, Message
from patogh.channels.tests.connectors.conftest import NOW
from patogh.channels.tests.connectors.engine.puppets import WHO, Puppet, fresh, message
from patogh.people.models import Identity
from patogh.persons.models import Suggestion

pytestmark = pytest.mark.django_db


def test_a_call_is_answered_after_it_is_kept_and_a_forged_one_leaves_nothing(setup, puppet, client):
    place = reverse("connector_door", args=[setup.address])
    puppet.says = [Answered((message(),), status=202, body=b"yes"), Forged("no"), Unreadable("what is this")]
    answers = [client.post(place, b'{"x": "\xff"}', content_type="application/json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 401, 202]
    assert answers[0].content == b"yes"
    assert Message.objects.count() == 1
    letter = DeadLetter.objects.get()
    assert bytes(letter.body) == b'{"x": "\xff"}'
    assert "cookie" not in str(letter.headers).lower()


def test_a_letter_is_read_again_when_the_connector_has_learned(setup, puppet, client, owner):
    puppet.says = [KeyError("text"), Answered((message(),))]
    client.post(reverse("connector_door_tail", args=[setup.address, "in/1"]) + "?a=1", b"{}", content_type="text/plain")
    receiving.replay(DeadLetter.objects.get(), by=owner)
    assert (Message.objects.count(), fresh(setup).dead_count) == (1, 0)
    assert Activity.objects.filter(verb="channels.letter_replayed").count() == 1


def test_what_is_too_large_is_refused_before_it_is_read(setup, client):
    body = b"x" * (Puppet.receive_bytes_max + 1)
    assert (
        client.post(reverse("connector_door", args=[setup.address]), body, content_type="text/plain").status_code == 413
    )
    assert client.post(reverse("connector_door", args=["no-such-address"]), b"", content_type="a/b").status_code == 404


def test_too_many_letters_are_left_with_their_sender(setup, monkeypatch):
    monkeypatch.setattr(limits, "LETTERS_OPEN_MAX", 1)
    dead.lay_aside(setup, b"1", {}, "x")
    with pytest.raises(LettersFull):
        arrivals.take(setup.pk, [message(), Arrival("r-1", "return", WHO, NOW)])
    assert not Message.objects.exists()


def test_errands_are_done_after_the_commit(setup, puppet, client):
    puppet.says = [Answered(later=({"source": "https://x.example/"},)), (message(),)]
    client.post(reverse("connector_door", args=[setup.address]), b"", content_type="text/plain")
    drain()
    assert (puppet.done, Message.objects.count()) == ([{"source": "https://x.example/"}], 1)


def test_addresses_of_strangers_are_asked_one_at_a_time_and_none_is_forgotten(setup, puppet):
    said = {"source": "https://slow.example/"}
    with tasks._aside:
        tasks.do_errand(setup.pk, said)
        tasks.do_errand(setup.pk, said)
        tasks.fetch_files(987654)
    assert puppet.done == []
    waiting = Job.objects.filter(run_at__gt=timezone.now())
    assert sorted(waiting.values_list("task", flat=True)) == ["channels.do_errand", "channels.fetch_files"]
    waiting.update(run_at=timezone.now())
    drain()
    assert puppet.done == [said]


def test_two_channels_in_each_others_way_are_kept_one_after_the_other(setup, monkeypatch):
    keep, tries = arrivals.keep, []

    def once(*said):
        tries.append(said)
        if len(tries) == 1:
            raise StorageBusy from OperationalError("deadlock detected")
        return keep(*said)

    monkeypatch.setattr(arrivals, "keep", once)
    assert (arrivals.take(setup.pk, [message()]).new, len(tries)) == (1, 2)


def test_a_letter_at_which_a_connector_stumbles_again_stays_and_says_so(setup, puppet, client, owner):
    puppet.says = [KeyError("secret words"), KeyError("secret words"), ZeroDivisionError()]
    answered = client.post(reverse("connector_door", args=[setup.address]), b"{}", content_type="application/json")
    letter = DeadLetter.objects.get()
    with pytest.raises(StillUnreadable):
        receiving.replay(letter, by=owner)
    assert receiving.replay_all(setup, by=owner) == (0, 1)
    assert (answered.status_code, DeadLetter.objects.get().fault) == (202, "ZeroDivisionError")


def test_what_was_read_after_all_leaves_no_words_in_its_letter(setup, puppet, client, owner):
    puppet.says = [KeyError("x"), Answered((message(),))]
    client.post(reverse("connector_door", args=[setup.address]), "سلام".encode(), content_type="text/plain")
    letter = DeadLetter.objects.get()
    assert receiving.replay(letter, by=owner).new == 1
    letter.refresh_from_db()
    assert (bytes(letter.body), letter.headers) == (b"", {})


@pytest.mark.parametrize("odd", [10**30, -(10**30), 1e308])
def test_a_number_that_no_database_holds_is_a_letter_and_stops_nothing(setup, odd):
    line = {"number": odd, "sku": "L-1", "name": "چراغ", "quantity": odd, "net_minor": odd}
    data = {"source": "rekab.example", "number": "7", "state": "paid", "unit": "IRR", "lines": [line], "ordered_at": NOW.isoformat(), "updated_at": NOW.isoformat()}  # fmt: skip
    taken = arrivals.take(setup.pk, [Arrival("o-1", "order", WHO, NOW, data=data), message("m-9")])
    assert taken.new + taken.dead == 2 and Message.objects.filter(key="m-9").exists()


def test_too_many_letters_of_a_poll_are_said_on_the_page(setup, puppet, monkeypatch):
    monkeypatch.setattr(limits, "LETTERS_OPEN_MAX", 1)
    odd = [message(f"m-{n}", who=Known("email", "no address")) for n in range(3)]
    puppet.says = [Polled(tuple(odd), {"at": 1}, 60)]
    polling.poll(setup.pk)
    assert fresh(setup).fault == str(LettersFull())
    assert (fresh(setup).cursor, Message.objects.count()) == ({}, 0)


def test_two_messages_that_contradict_each_other_join_nobody(setup):
    one = Known("telegram", "17", is_verified=True, also=(("phone", "+989121234567", True),))
    other = Known(
        "telegram",
        "18",
        is_verified=True,
        also=(("phone", "+989121234567", True), ("email", "mina@example.org", False)),
    )
    arrivals.take(setup.pk, [message("m-1", who=one), message("m-2", who=other)])
    found = dict(Identity.objects.filter(kind="telegram").values_list("value", "person_id"))
    assert found["17"] != found["18"]
    assert Suggestion.objects.filter(state="waiting").exists()
