"""The engine under every connector: once only, health, back-off, leases, dead letters, consent, erasure."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patogh.activity.errors import StorageBusy
from patogh.activity.jobs import drain
from patogh.activity.models import Activity, Job
from patogh.channels.connectors import arrivals, limits, polling, queries, receiving, registry, sending, tasks
from patogh.channels.connectors.actions import dead, leaving, setups, turns
from patogh.channels.connectors.contract import (
    Answered,
    Arrival,
    Connector,
    File,
    Forged,
    Known,
    Polled,
    SetupBroken,
    TryLater,
    Turned,
    Unreadable,
)  # fmt: skip
from patogh.channels.connectors.errors import CannotWrite, LettersFull, SetupOff, StillUnreadable
from patogh.channels.models import Attachment, DeadLetter, Message, Setup
from patogh.channels.tests.connectors.conftest import NOW
from patogh.people.actions.elsewhere import forget_identities
from patogh.people.consent.errors import NoConsent
from patogh.people.identifying import identity_of
from patogh.people.models import Identity, Notice
from patogh.persons.models import Suggestion

pytestmark = pytest.mark.django_db
WHO = Known("email", "mina@example.org", name="مینا")


def message(key="m-1", **more):
    return Arrival(key, "message", more.pop("who", WHO), more.pop("at", NOW), **{"text": "سلام", **more})


class Puppet(Connector):
    """A connector that does what the test says."""

    name, icon, fa, en = "webhook", "bell", "عروسک", "Puppet"
    can = frozenset({"receive", "poll", "send"})
    identity_kinds = ("email", "phone")
    secret_fields = ("secret",)
    sends_per_s = 1000.0
    form = registry.connector("webhook").form

    def __init__(self):
        self.says, self.sent, self.cursors, self.done = [], [], [], []

    def _next(self, default):
        said = self.says.pop(0) if self.says else default
        if isinstance(said, Exception):
            raise said
        return said() if callable(said) else said

    def poll(self, setup, cursor):
        self.cursors.append(dict(cursor))
        return self._next(Polled((), cursor, 60))

    def receive(self, setup, call):
        return self._next(Answered())

    def send(self, setup, message):
        said = self._next(f"there-{len(self.sent)}")
        self.sent.append(message)
        return said

    def work(self, setup, errand):
        self.done.append(errand)
        return self._next(())

    def fetched(self, setup, url, limit_bytes):
        return self._next((b"%PDF-1.7", "text/html"))


@pytest.fixture
def puppet(monkeypatch):
    made = Puppet()
    registry.connectors.cache_clear()
    monkeypatch.setattr(registry, "connectors", lambda: {"webhook": made})
    monkeypatch.setattr(sending, "pause", lambda _s: None)
    return made


@pytest.fixture
def set_up(puppet, owner):
    def make(name):
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        return setups.add_setup(name, setups.Words("عروسک", {"secret": secret, "rules": "", "url": ""}), by=owner)

    return make


@pytest.fixture
def setup(set_up):
    row = set_up("webhook")
    Job.objects.all().delete()
    return row


def fresh(row):
    return Setup.objects.get(pk=row.pk)


# Once only


def test_what_arrives_is_a_message_an_identity_and_one_activity(setup):
    taken = arrivals.take(setup.pk, [message(), message()])
    assert (taken.new, taken.known) == (1, 1)
    row = Message.objects.get()
    activity = Activity.objects.get(verb="channels.message_received")
    assert (row.identity.value, row.text, activity.identity_id) == ("mina@example.org", "سلام", row.identity_id)
    assert (activity.source, activity.key, activity.audience) == (f"channel:{setup.pk}", "m-1", "staff")
    assert fresh(setup).came_count == 1


def test_the_same_key_through_another_setup_is_another_message(setup, set_up):
    other = set_up("webhook")
    assert arrivals.take(setup.pk, [message()]).new == arrivals.take(other.pk, [message()]).new == 1


def test_a_time_to_come_or_without_a_zone_is_mended(setup):
    odd = [
        NOW + dt.timedelta(days=4000),
        NOW.replace(tzinfo=None),
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
    ]
    arrivals.take(setup.pk, [message(f"m-{place}", at=at) for place, at in enumerate(odd)])
    assert all(row.happened_at <= timezone.now() for row in Message.objects.all())
    assert Message.objects.get(key="m-1").happened_at == NOW


def test_hostile_words_become_words_that_a_database_holds(setup):
    text = "سلام\x00\ud83d " + "ي" * 300_000
    arrivals.take(
        setup.pk, [message("k" * 9000, text=text, subject="a\nb\x07", url="javascript:x", data={"a\x00": "\x00b"})]
    )
    row = Message.objects.get()
    assert len(row.text) == limits.TEXT_CHARS_MAX
    assert "\x00" not in row.text
    assert (row.subject, row.url, row.data, row.key[:7]) == ("a b", "", {"a": "b"}, "sha256:")


def test_a_claim_that_cannot_be_read_is_no_claim_and_the_message_stays(setup):
    who = Known("email", "mina@example.org", also=(("phone", "12", False), ("nonsense", "x", True)))
    assert arrivals.take(setup.pk, [message(who=who)]).new == 1


def test_a_sender_that_cannot_be_read_is_a_dead_letter_and_stops_nothing(setup):
    taken = arrivals.take(setup.pk, [message("a", who=Known("phone", "not a number")), message("b")])
    assert (taken.new, taken.dead) == (1, 1)
    assert fresh(setup).dead_count == 1
    with pytest.raises(StillUnreadable):
        receiving.replay(DeadLetter.objects.get(), by=None)


def test_somebody_erased_leaves_nothing_behind(setup, member):
    from patogh.people.actions.erasing import keep_out
    from patogh.people.leaving import sources

    keep_out(member.pk, [sources.digest("email", "gone@example.org")])
    taken = arrivals.take(setup.pk, [message(who=Known("email", "gone@example.org"))])
    assert (taken.new, taken.dropped) == (0, 1)
    assert not Message.objects.exists()
    assert not Identity.objects.filter(value="gone@example.org").exists()


def test_what_nobody_takes_is_a_dead_letter(setup):
    assert arrivals.take(setup.pk, [Arrival("r-1", "return", WHO, NOW)]).dead == 1


def test_an_event_goes_the_way_of_the_intake(setup):
    event = Arrival("e-1", "event", WHO, NOW, data={"event": "Ride Finished", "properties": {"km": 42}})
    assert arrivals.take(setup.pk, [event]).new == 1
    assert arrivals.take(setup.pk, [event]).known == 1
    assert Activity.objects.get(verb="persons.event_tracked").data["event"] == "Ride Finished"


# Files


def test_files_are_kept_within_caps_and_sniffed(setup):
    files = tuple(File(f"{n}.pdf", "text/html", b"%PDF-1.7 " + bytes([n])) for n in range(30))
    arrivals.take(setup.pk, [message(files=(*files, File("../../etc/passwd", "image/png", b"MZ")) * 40)])
    rows = list(Attachment.objects.order_by("pk"))
    kept = [row for row in rows if row.file]
    assert (len(rows), len(kept)) == (limits.ATTACHMENTS_NAMED_MAX, limits.ATTACHMENTS_MAX)
    assert {row.media_type for row in kept} == {"application/pdf"}
    assert {row.why_left_out for row in rows[limits.ATTACHMENTS_MAX :]} == {"too_many"}
    assert not [row for row in rows if "/" in row.name]


def test_a_message_that_is_known_leaves_no_file_behind(setup, settings):
    from pathlib import Path

    one = message(files=(File("a.txt", "text/plain", b"x"),))
    arrivals.take(setup.pk, [one])
    arrivals.take(setup.pk, [one, one])
    arrivals.take(setup.pk, [message("m-2", who=Known("phone", "no"), files=one.files)])
    assert len(list(Path(settings.MEDIA_ROOT, "channels").iterdir())) == 1


def test_a_file_at_an_address_is_taken_after_its_message(setup, puppet):
    arrivals.take(setup.pk, [message(files=(File("a.pdf", url="puppet:1"), File("b.pdf", url="puppet:2")))])
    puppet.says = [(b"%PDF-1.7", "text/html"), Turned("gone")]
    drain()
    first, second = Attachment.objects.order_by("pk")
    assert (bool(first.file), first.media_type, second.why_left_out) == (True, "application/pdf", "turned")


# Asking


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


# Calls


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


# Sending


@pytest.fixture
def written(setup, owner):
    def write(text="سلام", **more):
        return sending.write(setup, identity_of("email", "mina@example.org"), text, purpose="service", by=owner, **more)

    return write


def state_of(row):
    return Message.objects.get(pk=row.pk).state


def test_a_message_leaves_once_with_its_own_name(setup, puppet, written):
    rows = [written(key="k-1"), written(key="k-1"), written("دو")]
    assert sending.send_due(setup.pk) == 2
    assert sending.send_due(setup.pk) == 0
    assert puppet.sent[0].key == "k-1"
    assert Message.objects.get(pk=rows[0].pk).channel_key == "there-0"
    assert fresh(setup).left_count == Activity.objects.filter(verb="channels.message_sent").count() == 2


def test_a_refused_one_holds_up_nothing(setup, puppet, written):
    first, second = written(), written()
    puppet.says = [Turned("blocked by them")]
    assert sending.send_due(setup.pk) == 2
    assert (state_of(first), state_of(second)) == ("refused", "sent")


def test_a_busy_channel_is_left_alone_until_it_said(setup, puppet, written):
    first, second = written(), written()
    puppet.says = [TryLater("answered 429", after_s=90)]
    assert sending.send_due(setup.pk) == 0
    assert (state_of(first), state_of(second), len(puppet.sent)) == ("waiting", "waiting", 0)
    assert (fresh(setup).send_at - timezone.now()).total_seconds() > 80
    assert queries.due_to_send(timezone.now()) == []
    assert polling.poll(setup.pk).new == 0
    assert fresh(setup).send_faults_count == 1


def test_a_message_in_the_hand_of_a_killed_turn_leaves_after_its_lease(setup, puppet, written):
    row = written()
    leaving.take_next(setup.pk)
    assert sending.send_due(setup.pk) == 0
    Message.objects.filter(pk=row.pk).update(next_at=timezone.now())
    assert sending.send_due(setup.pk) == 1


def test_a_message_is_given_up_after_many_attempts_and_sent_again_by_hand(setup, puppet, written, owner):
    row = written()
    Message.objects.filter(pk=row.pk).update(attempts=limits.SEND_ATTEMPTS_MAX - 1)
    puppet.says = [TryLater("no answer")]
    sending.send_due(setup.pk)
    assert state_of(row) == "dead"
    leaving.retry_message(row, by=owner)
    Setup.objects.filter(pk=setup.pk).update(send_at=None)
    assert sending.send_due(setup.pk) == 1


def test_nothing_leaves_without_consent_and_none_that_was_withdrawn_meanwhile(setup, puppet, owner):
    from patogh.people import consent

    person = identity_of("email", "mina@example.org", verified=True)
    with pytest.raises(NoConsent):
        sending.write(setup, person, "تخفیف", purpose="offers", by=owner)
    consent.give(person, "offers", "mail", method="form", words="بله", evidence={}, language="fa", by=owner)
    row = sending.write(setup, person, "تخفیف", purpose="offers", by=owner)
    consent.withdraw(person, "offers", "mail", method="form", words="نه", evidence={}, language="fa", by=owner)
    sending.send_due(setup.pk)
    assert (state_of(row), puppet.sent) == ("refused", [])


def test_a_receipt_tells_what_became_of_it_in_any_order(setup, puppet, written):
    row = written()
    sending.send_due(setup.pk)
    refused = Arrival("r-1", "receipt", None, NOW, reply_to="there-0", data={"state": "refused", "why": "no such box"})
    sent = Arrival("r-2", "receipt", None, NOW, reply_to="there-0", data={"state": "sent"})
    arrivals.take(
        setup.pk, [refused, sent, Arrival("r-3", "receipt", None, NOW, reply_to="unknown", data={"state": "sent"})]
    )
    assert state_of(row) == "refused"


def test_nothing_is_written_to_somebody_who_was_erased(setup, puppet, written, owner):
    row = written()
    person = row.identity
    forget_identities([person.pk])
    person.refresh_from_db()
    with pytest.raises(CannotWrite):
        sending.write(setup, person, "سلام", purpose="service", by=owner)
    sending.send_due(setup.pk)
    assert puppet.sent == [] and not Message.objects.filter(pk=row.pk, state__in=("waiting", "sending")).exists()


# Leaving


def test_somebody_who_is_erased_takes_messages_and_files_along(setup, settings, django_capture_on_commit_callbacks):
    from pathlib import Path

    from patogh.channels.connectors.actions.forgetting import files_of, forget_messages

    arrivals.take(
        setup.pk,
        [
            message(files=(File("نقشه.txt", "text/plain", b"x"),)),
            message("m-2", who=Known("email", "reza@example.org")),
        ],
    )
    mine = list(Identity.objects.filter(value="mina@example.org").values_list("pk", flat=True))
    assert files_of(mine)[0][0].endswith("نقشه.txt")
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_messages(mine) == 1
    assert Message.objects.get().identity.value == "reza@example.org"
    assert not list(Path(settings.MEDIA_ROOT, "channels").iterdir())
