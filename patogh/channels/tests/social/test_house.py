"""What the house does with what these channels tell: kept once, taken back, replayed, done later."""

from urllib.parse import urlencode

import pytest

from patogh.activity.models import Activity, Job
from patogh.channels.connectors import arrivals, polling, receiving, tasks
from patogh.channels.connectors.actions.setups import Words, add_setup, switch_off
from patogh.channels.connectors.client import Http, policy_for
from patogh.channels.models import DeadLetter, Message
from patogh.channels.tests.social.conftest import Turns
from patogh.people.models import Identity
from patogh.persons.models import Trait

pytestmark = pytest.mark.django_db
TOKEN = "123456:AAEexampleexampleexampleexample"
PATH = f"/bot{TOKEN}/getUpdates"
MINA = {"id": 5_400_000_001, "first_name": "مینا", "username": "minaR"}
PAGE = "<title>وبلاگ</title><div class=h-entry><p class=p-author>نگار</p><div class=e-content>از <a href='https://rekab.example/topics/7'>پاتوق</a></div></div>"


def written(number, text="سلام", update=None, **more):
    message = {
        "message_id": number,
        "from": MINA,
        "chat": {"id": MINA["id"], "type": "private"},
        "date": 1_763_800_000,
        "text": text,
    }
    return {"update_id": update or number, "message": message | more}


@pytest.fixture
def bot(server, owner):
    said = {"token": TOKEN, "bot": "rekab_bot", "way": "poll", "groups": "addressed", "server": server.url}
    return add_setup("telegram", Words("بات", said), by=owner)


@pytest.fixture
def door(server, owner, settings):
    settings.SITE_URL = "https://rekab.example"
    return add_setup("webmention", Words("وب", {"sites": "", "refused": ""}), by=owner)


def test_what_waits_at_the_bot_is_on_the_road_once(bot, server):
    server.answers[PATH] = {"ok": True, "result": [written(7), written(8, "دوباره"), written(7)]}
    taken = polling.poll(bot.pk)
    assert (taken.new, taken.known) == (2, 1)
    bot.refresh_from_db()
    assert bot.cursor == {"offset": 9}
    road = Activity.objects.filter(source=f"channel:{bot.pk}")
    assert set(road.values_list("verb", flat=True)) == {"channels.message_received"}
    assert Identity.objects.get(kind="telegram").value == "5400000001"


def test_an_update_that_cannot_be_read_waits_to_be_replayed(bot, server, owner):
    broken = {"update_id": 12, "message": {"message_id": "x"}}
    server.answers[PATH] = {"ok": True, "result": [broken, written(13)]}
    assert polling.poll(bot.pk).new == 1
    letter = DeadLetter.objects.get(setup=bot)
    letter.body = bytes(letter.body).replace(
        b'"x"', b'14, "from": {"id": 3}, "chat": {"id": 3, "type": "private"}, "text": "ok"'
    )
    letter.save()
    receiving.replay(letter, by=owner)
    assert Message.objects.filter(setup=bot, text="ok").exists()


def test_a_contact_of_ones_own_is_a_verified_phone(bot, server):
    contact = {"phone_number": "989121234567", "user_id": MINA["id"]}
    server.answers[PATH] = {"ok": True, "result": [written(7, "", contact=contact)]}
    polling.poll(bot.pk)
    phone = Identity.objects.get(kind="phone", value="+989121234567")
    assert phone.verified_at is not None


def test_who_blocks_the_bot_is_known_to_without_a_dead_letter(bot, server):
    change = {
        "chat": {"id": MINA["id"], "type": "private"},
        "from": MINA,
        "date": 1_763_800_000,
        "new_chat_member": {"status": "kicked"},
    }
    server.answers[PATH] = {"ok": True, "result": [{"update_id": 9, "my_chat_member": change}]}
    assert polling.poll(bot.pk).dead == 0
    assert not DeadLetter.objects.filter(setup=bot).exists()
    assert Trait.objects.filter(name="blocks_our_bot").exists()


def mention(client, door, server):
    said = urlencode({"source": f"{server.url}/post", "target": "https://rekab.example/topics/7"})
    return client.post(f"/channels/{door.address}/", said, content_type="application/x-www-form-urlencoded")


def do_errands():
    for job in list(Job.objects.filter(task="channels.do_errand", state="waiting")):
        job.delete()
        tasks.do_errand(**job.args)


def test_a_webmention_is_thanked_for_looked_at_and_taken_back(client, door, server, monkeypatch):
    monkeypatch.setattr(
        Http, "foreign_policy", lambda _http, url: policy_for(url)
    )  # as if it were on the open internet
    server.answers["/post"] = Turns([(200, {"Content-Type": "text/html"}, PAGE.encode()), (410, {}, b"")])
    assert mention(client, door, server).status_code == 202
    assert not Message.objects.filter(setup=door).exists()
    do_errands()
    row = Message.objects.get(setup=door)
    assert (row.kind, row.text) == ("mention", "از پاتوق")
    mention(client, door, server)
    mention(client, door, server)
    assert Job.objects.filter(task="channels.do_errand").count() == 1
    do_errands()
    row.refresh_from_db()
    assert (row.text, "gone_at" in row.data) == ("", True)
    assert Message.objects.filter(setup=door).count() == 1


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "nonsense"])
def test_a_webmention_that_cannot_be_leaves_nothing_behind(client, door, target):
    said = urlencode({"source": "https://negar.example/", "target": target})
    answer = client.post(f"/channels/{door.address}/", said, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert not Job.objects.filter(task="channels.do_errand").exists()
    assert not DeadLetter.objects.filter(setup=door).exists()


def test_only_the_post_that_was_deleted_is_emptied(bot):
    from patogh.channels.connectors.contract import Arrival, Known

    now = bot.made_at
    made = [
        Arrival(key, "mention", Known("telegram", "5", is_verified=True), now, text="سلام")
        for key in ("a", "a#2", "ab")
    ]
    arrivals.take(bot.pk, made)
    arrivals.take(bot.pk, [Arrival("a#deleted", "event", None, now, data={"event": "deleted", "deletes": "a"})])
    arrivals.take(bot.pk, [Arrival("x", "event", None, now, data={"event": "deleted"})])
    assert dict(Message.objects.values_list("key", "text")) == {"a": "", "a#2": "", "ab": "سلام"}


def test_no_flood_of_errands_is_kept(client, door, server, monkeypatch):
    from patogh.channels.connectors import limits

    monkeypatch.setattr(limits, "ERRANDS_WAITING_MAX", 1)
    assert mention(client, door, server).status_code == 202
    said = urlencode({"source": f"{server.url}/other", "target": "https://rekab.example/topics/7"})
    answer = client.post(f"/channels/{door.address}/", said, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 503
    assert Job.objects.filter(task="channels.do_errand").count() == 1


def test_our_pages_name_one_address_behind_which_the_setup_listens(client, door, server):
    said = urlencode({"source": f"{server.url}/post", "target": "https://rekab.example/topics/7"})
    assert client.post("/webmention", said, content_type="application/x-www-form-urlencoded").status_code == 202
    switch_off(door, by=None)
    assert client.post("/webmention", said, content_type="application/x-www-form-urlencoded").status_code == 404
