"""What may have arrived does not go a second time by itself: Twilio, Telegram and Bale against a server that takes and cuts."""

import json
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from patogh.activity import jobs
from patogh.activity.models import Activity, Job
from patogh.channels.connectors import registry, sending
from patogh.channels.connectors.actions import leaving
from patogh.channels.connectors.contract import Outgoing, SetupBroken, TryLater, Turned, Unsure
from patogh.channels.models import Message, Setup
from patogh.channels.tests.connectors import cases
from patogh.channels.twilio.connector import _key_in, _named, signature
from patogh.people.identifying import identity_of
from patogh.people.models import Notice

ONCE = ["twilio", "telegram", "bale"]
KINDS = {"twilio": ("phone", "+989121234567"), "telegram": ("telegram", "17"), "bale": ("bale", "17")}
GOOD = {"twilio": {"sid": "SM1"}, "telegram": {"ok": True, "result": {"message_id": 5, "chat": {"id": 17}}}}
GOOD["bale"] = GOOD["telegram"]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(sending, "pause", lambda _s: None)


def outgoing(name, text="سلام"):
    return Outgoing("key-1", *KINDS[name], text)


def posts(server):
    return [one for one in server.asked if one[0] == "POST" and ("Messages.json" in one[1] or "send" in one[1])]


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("mode", ["takes_and_cuts", "reset", "hang", "empty", "html", "cut_json", "drip"])
def test_an_answer_that_is_lost_leaves_it_open(name, mode, server, at_work):
    server.mode = mode
    with pytest.raises(Unsure):
        registry.connector(name).send(at_work(name, server.host, turn_s=0.6), outgoing(name))
    assert len(posts(server)) == 1


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize(("status", "expected"), [(500, TryLater), (503, TryLater), (429, TryLater), (502, Unsure), (504, Unsure), (400, Turned), (401, SetupBroken)])  # fmt: skip
def test_what_was_plainly_not_taken_may_go_again(name, status, expected, server, at_work):
    server.answers = [("", status, {}, json.dumps({"ok": False, "error_code": status, "code": 1}).encode())]
    with pytest.raises(expected):
        registry.connector(name).send(at_work(name, server.host), outgoing(name))


@pytest.mark.parametrize("name", ONCE)
def test_a_server_that_is_not_there_has_taken_nothing(name, at_work, settings):
    settings.CHANNELS_INSIDE = "127.0.0.1:9"
    with pytest.raises(TryLater):
        registry.connector(name).send(at_work(name, "127.0.0.1:9"), outgoing(name))


def test_a_row_of_pieces_that_breaks_off_is_not_begun_anew(server, at_work):
    said = [(200, json.dumps(GOOD["telegram"]).encode()), (429, b'{"ok":false,"error_code":429}')]

    class Answers(list):
        def __iter__(self):
            status, body = said.pop(0)
            return iter([("", status, {}, body)])

    server.answers = Answers()
    with pytest.raises(Unsure):
        registry.connector("telegram").send(at_work("telegram", server.host), outgoing("telegram", "واژه " * 1_500))
    assert len(posts(server)) == 2


@pytest.fixture
def written(server, set_up, owner, brand):
    """Return a function that writes one message over a channel of the fault server."""

    def write(name, by=owner):
        row = set_up(name, server.host)
        kind, value = KINDS[name]
        Job.objects.all().delete()
        return sending.write(row, identity_of(kind, value), "سلام", purpose="service", by=by)

    return write


def again(row):
    Setup.objects.filter(pk=row.setup_id).update(send_at=None, sending_until=None)
    sending.send_due(row.setup_id)
    row.refresh_from_db()
    return row.state


@pytest.mark.parametrize("name", ONCE)
def test_a_person_is_asked_and_says_again_or_that_it_arrived(name, written, server, signed_in, owner):
    server.mode = "takes_and_cuts"
    row = written(name)
    assert again(row) == "unsure"
    assert again(row) == "unsure"
    assert len(posts(server)) == 1
    jobs.drain()
    notice = Notice.objects.get(kind="channels.message_doubted")
    assert (notice.member, notice.url) == (owner, reverse("channel_talk", args=[row.pk]))
    boss = signed_in(owner)
    place = reverse("channel_message_again", args=[row.pk])
    assert place in boss.get(notice.url).content.decode()
    boss.post(place, {"_method": "DELETE"})
    row.refresh_from_db()
    assert row.state == "sent"
    boss.post(place, {"_method": "DELETE"})
    assert Activity.objects.filter(verb="channels.message_confirmed").count() == 1
    Message.objects.filter(pk=row.pk).update(state="unsure")
    server.mode, server.answers = "fine", [("", 200, {}, json.dumps(GOOD[name]).encode())]
    boss.post(place)
    assert again(row) == "sent"
    assert len(posts(server)) == 2


@pytest.mark.parametrize("name", ONCE)
def test_a_turn_that_was_killed_while_it_left_asks_too(name, written, server):
    row = written(name)
    leaving.take_next(row.setup_id)
    assert again(row) == "sending"
    Message.objects.filter(pk=row.pk).update(next_at=timezone.now())
    assert again(row) == "unsure"
    assert server.asked == []


def test_one_that_nobody_wrote_is_told_to_whoever_may_answer(written, server, agent, owner):
    server.mode = "takes_and_cuts"
    again(written("twilio", by=None))
    jobs.drain()
    assert {one.member for one in Notice.objects.filter(kind="channels.message_doubted")} == {agent, owner}


def report(client, setup, path, sid, status):
    fields = {"MessageSid": sid, "MessageStatus": status, "To": "+989121234567"}
    token = cases.settings_of("twilio", "x")["token"]
    mark = signature(token, f"https://rekab.example{path}", fields)
    kind = "application/x-www-form-urlencoded"
    return client.post(path, urlencode(fields), content_type=kind, headers={"X-Twilio-Signature": mark})


def test_the_report_of_a_text_whose_answer_was_lost_says_that_it_is_there(written, server, client):
    server.mode = "takes_and_cuts"
    row = written("twilio")
    again(row)
    body = dict(pair.split("=", 1) for pair in server.asked[0][3].decode().split("&"))
    path = urlsplit(unquote(body["StatusCallback"])).path
    for _time in range(2):
        assert report(client, row.setup, path, "SM77", "delivered").status_code == 200
    row.refresh_from_db()
    assert (row.state, row.channel_key) == ("sent", "SM77")
    assert Activity.objects.filter(verb="channels.message_sent").count() == 1
    assert report(client, row.setup, path, "SM77", "failed").status_code == 200
    row.refresh_from_db()
    assert row.state == "refused"


def test_a_report_of_a_strange_address_is_of_nobody(written, server, client):
    row = written("twilio")
    for tail in ("status/%FF", "status/" + "A" * 999, "status/=", "status/../x"):
        assert report(client, row.setup, f"/channels/{row.setup.address}/{tail}", "SM78", "delivered").status_code in {
            200,
            401,
            404,
        }
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize("key", ["answer:7:aB-_", "کلید", "x" * 250, ""])
def test_a_key_of_ours_comes_back_from_an_address(key):
    assert _key_in(f"status/{_named(key)}") == key
