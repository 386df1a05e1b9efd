import datetime as dt
import json
from dataclasses import replace

import pytest

from patogh.channels.connectors.contract import File, Forged, Outgoing, SetupBroken, TryLater, Turned, Unreadable
from patogh.channels.telegram.connector import Bale, Telegram, secret_of
from patogh.channels.telegram.forms import BaleForm, TelegramForm
from patogh.channels.tests.social.conftest import Turns, at_work, called

TOKEN = "123456:AAEexampleexampleexampleexample"
NOW = int(dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC).timestamp())
MINA = {
    "id": 5_400_000_001,
    "is_bot": False,
    "first_name": "مینا",
    "last_name": "رستمی",
    "username": "minaR",
    "language_code": "fa",
}
HOME = {"id": MINA["id"], "type": "private"}
TOWN = {"id": -1001234567890, "type": "supergroup", "title": "دوچرخه‌سواران", "username": "rekab_town"}


@pytest.fixture
def bot(server):
    return at_work(token=TOKEN, server=server.url, bot="rekab_bot", groups="addressed", way="poll")


def said(update=1, *, field="message", **message):
    whole = {"message_id": 7, "from": MINA, "chat": HOME, "date": NOW, **message}
    return {"update_id": update, field: whole}


def read(setup, update):
    call = called(update, x_telegram_bot_api_secret_token=secret_of(setup))
    arrivals = Telegram().receive(setup, call).arrivals
    return arrivals[0] if arrivals else None


def path(method):
    return f"/bot{TOKEN}/{method}"


def test_a_private_message_is_whose_account_it_is(bot):
    arrival = read(bot, said(text="سلام، دوچرخه‌ام کی آماده می‌شود؟ 🚲"))
    assert (arrival.key, arrival.kind, arrival.thread) == ("5400000001:7", "message", "5400000001")
    assert arrival.text == "سلام، دوچرخه‌ام کی آماده می‌شود؟ 🚲"
    assert arrival.happened_at == dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
    assert (arrival.who.kind, arrival.who.value, arrival.who.is_verified) == ("telegram", "5400000001", True)
    assert arrival.who.name == "مینا رستمی"
    assert arrival.who.traits == {"username": "minaR", "language": "fa"}


def test_a_name_without_username_and_surname_is_enough(bot):
    arrival = read(bot, said(text="سلام", **{"from": {"id": 9, "first_name": "علی"}}))
    assert (arrival.who.name, arrival.who.traits) == ("علی", {})


def test_an_edit_is_an_arrival_of_its_own_that_names_the_first(bot):
    arrival = read(bot, said(field="edited_message", text="سلامِ دوباره", edit_date=NOW + 60))
    assert arrival.key == f"5400000001:7:edit:{NOW + 60}"
    assert arrival.data["edit_of"] == "5400000001:7"
    assert arrival.happened_at.minute == 1


def test_start_brings_its_payload(bot):
    assert read(bot, said(text="/start@rekab_bot order-42")).data == {"command": "start", "payload": "order-42"}


def test_ones_own_contact_proves_a_phone(bot):
    contact = {"phone_number": "989121234567", "first_name": "مینا", "user_id": MINA["id"]}
    assert read(bot, said(contact=contact)).who.also == (("phone", "+989121234567", True),)


def test_somebody_elses_contact_proves_nothing(bot):
    contact = {"phone_number": "989121234567", "first_name": "علی", "user_id": 99}
    arrival = read(bot, said(contact=contact))
    assert arrival.who.also == ()
    assert arrival.text == "علی 989121234567"


def test_the_largest_photo_is_taken_and_named_by_its_number(bot):
    photo = [
        {"file_id": "small", "width": 90, "height": 60},
        {"file_id": "large", "width": 900, "height": 600, "file_size": 4000},
    ]
    arrival = read(bot, said(photo=photo, caption="ترک دارد", media_group_id="album1"))
    assert [(file.name, file.url, file.size_bytes) for file in arrival.files] == [("photo.jpg", "bot-file:large", 4000)]
    assert (arrival.text, arrival.data["album"]) == ("ترک دارد", "album1")


@pytest.mark.parametrize(
    ("field", "name"), [("voice", "voice.ogg"), ("video_note", "video-note.mp4"), ("document", "document")]
)
def test_what_was_said_or_filmed_is_a_file(bot, field, name):
    assert read(bot, said(**{field: {"file_id": "f1", "file_size": 100}})).files[0].name == name


def test_an_animation_comes_once_although_it_is_told_twice(bot):
    same = {"file_id": "f1"}
    assert len(read(bot, said(animation=same, document=same)).files) == 1


def test_a_sticker_says_its_emoji(bot):
    arrival = read(bot, said(sticker={"emoji": "👍", "set_name": "Town"}))
    assert (arrival.text, arrival.data["sticker"]) == ("👍", "Town")


def test_a_reply_names_what_it_answers(bot):
    assert read(bot, said(text="بله", reply_to_message={"message_id": 5})).reply_to == "5400000001:5"


@pytest.mark.parametrize(
    ("more", "is_taken"),
    [
        ({"text": "صبح بخیر"}, False),
        ({"text": "@Rekab_Bot قیمت؟"}, True),
        ({"text": "/price"}, True),
        ({"text": "/price@other_bot"}, False),
        (
            {
                "text": "این",
                "reply_to_message": {"message_id": 1, "from": {"id": 3, "username": "rekab_bot", "is_bot": True}},
            },
            True,
        ),
    ],
    ids=["talk", "named", "command", "command of another", "answer"],
)
def test_in_a_group_only_what_is_meant_for_us_is_taken(bot, more, is_taken):
    arrival = read(bot, said(chat=TOWN, **more))
    assert (arrival is not None) is is_taken
    assert arrival is None or (arrival.kind, arrival.url) == ("mention", "https://t.me/rekab_town/7")


@pytest.mark.parametrize(
    "update",
    [
        said(text="من هم", **{"from": {"id": 3, "is_bot": True}}),
        said(new_chat_members=[MINA], chat=TOWN),
        {"update_id": 4, "poll_answer": {}},
        {"update_id": 4, "channel_post": {"message_id": 1, "chat": {"id": -100, "type": "channel"}}},
    ],
    ids=["a bot", "news of the chat", "an unknown update", "a post of a channel"],
)
def test_what_nobody_says_to_us_is_nothing(bot, update):
    assert read(bot, update) is None


def test_who_blocks_the_bot_is_known_to(bot):
    change = {"chat": HOME, "from": MINA, "date": NOW, "new_chat_member": {"status": "kicked"}}
    arrival = read(bot, {"update_id": 9, "my_chat_member": change})
    assert (arrival.kind, arrival.data, arrival.who.traits["blocks_our_bot"]) == (
        "event",
        {"event": "bot_blocked"},
        True,
    )


@pytest.mark.parametrize("word", ["", "wrong", "é"])
def test_a_call_without_the_secret_is_forged(bot, word):
    with pytest.raises(Forged):
        Telegram().receive(bot, called(said(text="x"), x_telegram_bot_api_secret_token=word))


def test_bale_has_its_secret_in_the_address(server):
    bale = at_work(token=TOKEN, server=server.url, way="webhook")
    with pytest.raises(Forged):
        Bale().receive(bale, called(said(text="x"), tail="guess"))
    assert Bale().receive(bale, called(said(text="x"), tail=secret_of(bale))).arrivals[0].who.kind == "bale"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe{",
        b"[]",
        b"{}",
        b'{"update_id": true}',
        b'{"update_id": 1, "message": {"chat": 5}}',
        b"[" * 100_000,
    ],
    ids=["empty", "wrong encoding", "a list", "no number", "a wrong number", "no chat", "too deep"],
)
def test_a_call_that_cannot_be_read_is_a_dead_letter(bot, body):
    with pytest.raises(Unreadable):
        Telegram().receive(bot, called(body, x_telegram_bot_api_secret_token=secret_of(bot)))


def test_polling_goes_on_after_the_last_update_and_sets_the_unreadable_one_aside(bot, server):
    broken = {"update_id": 12, "message": {"message_id": "x"}}
    server.answers[path("getUpdates")] = {
        "ok": True,
        "result": [said(11, text="یک"), broken, said(13, text="دو", message_id=8)],
    }
    polled = Telegram().poll(bot, {"offset": 11})
    assert [arrival.text for arrival in polled.arrivals] == ["یک", "دو"]
    assert polled.cursor == {"offset": 14}
    assert polled.wait_s > 0
    assert [json.loads(letter.body)["update_id"] for letter in polled.letters] == [12]
    assert server.bodies(path("getUpdates"))[0]["offset"] == 11


def test_a_bot_that_is_called_does_not_ask(bot, server):
    webhook = replace(bot, settings={**bot.settings, "way": "webhook"})
    assert Telegram().poll(webhook, {"offset": 3}).cursor == {"offset": 3}
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, SetupBroken),
        (404, {"ok": False, "error_code": 404, "description": "Not Found"}, SetupBroken),
        (409, {"ok": False, "error_code": 409, "description": "Conflict"}, TryLater),
        (502, b"<html>bad gateway</html>", TryLater),
        (200, b"half of a {", Unreadable),
        (200, {"ok": True, "result": {}}, Unreadable),
    ],
    ids=["wrong token", "no bot", "two readers", "bad gateway", "half an answer", "no list"],
)
def test_what_the_server_refuses_means_something(bot, server, status, body, expected):
    server.answers[path("getUpdates")] = (status, {}, body)
    with pytest.raises(expected):
        Telegram().poll(bot, {})


def test_the_pause_that_the_body_asks_for_is_kept(bot, server):
    flood = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 37}}
    server.answers[path("sendMessage")] = (429, {}, flood)
    with pytest.raises(TryLater) as caught:
        Telegram().send(bot, Outgoing("k", "telegram", "5", "سلام"))
    assert caught.value.after_s == 37


def test_a_long_text_leaves_in_pieces_and_only_the_first_one_answers(bot, server):
    server.answers[path("sendMessage")] = Turns(
        [{"ok": True, "result": {"message_id": number, "chat": {"id": 5}}} for number in (70, 71)]
    )
    text = "یک جملهٔ دراز و نیم‌فاصله‌دار. " * 200
    assert Telegram().send(bot, Outgoing("k", "telegram", "5", text, thread="5", reply_to="5:3:edit:9")) == "5:70"
    sent = server.bodies(path("sendMessage"))
    assert [len(one["text"]) <= 4096 for one in sent] == [True, True]
    assert "".join("".join(one["text"].split()) for one in sent) == "".join(text.split())
    assert [one.get("reply_parameters", {}).get("message_id") for one in sent] == [3, None]


def test_who_blocked_the_bot_gets_nothing_and_the_queue_goes_on(bot, server):
    server.answers[path("sendMessage")] = (
        403,
        {},
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    )
    with pytest.raises(Turned, match="blocked"):
        Telegram().send(bot, Outgoing("k", "telegram", "5", "سلام"))


def test_a_group_that_moved_is_written_to_at_its_new_place(bot, server):
    moved = {
        "ok": False,
        "error_code": 400,
        "description": "group upgraded",
        "parameters": {"migrate_to_chat_id": -1009},
    }
    server.answers[path("sendMessage")] = Turns(
        [
            (400, {}, moved),
            (200, {}, {"ok": True, "result": {"message_id": 2, "chat": {"id": -1009}}}),
        ]
    )
    assert Telegram().send(bot, Outgoing("k", "telegram", "5", "سلام", thread="-9")) == "-1009:2"


def test_files_of_ours_leave_as_photo_or_document(bot, server):
    done = {"ok": True, "result": {"message_id": 2, "chat": {"id": 5}}}
    server.answers[path("sendPhoto")] = server.answers[path("sendDocument")] = done
    files = (File("a.png", "image/png", b"\x89PNG"), File('فاکتور".pdf\r\nX: y', "application/pdf", b"%PDF"))
    assert Telegram().send(bot, Outgoing("k", "telegram", "5", "", files=files)) == "5:2"
    assert [asked[1] for asked in server.asked] == [path("sendPhoto"), path("sendDocument")]
    assert b'filename="\xd9\x81' in server.asked[1][4]
    assert b"\r\nX: y" not in server.asked[1][4]


def test_a_file_is_taken_by_its_number(bot, server):
    server.answers[path("getFile")] = {"ok": True, "result": {"file_path": "voice/file_1.oga"}}
    server.answers[f"/file/bot{TOKEN}/voice/file_1.oga"] = (200, {"Content-Type": "audio/ogg"}, b"OggS")
    assert Telegram().fetched(bot, "bot-file:f1", 1000) == (b"OggS", "audio/ogg")


def test_a_file_that_leads_elsewhere_is_not_taken(bot, server):
    server.answers[path("getFile")] = {"ok": True, "result": {"file_path": "../../getMe"}}
    with pytest.raises(Turned):
        Telegram().fetched(bot, "bot-file:f1", 1000)


def test_opening_tells_the_server_where_to_call(bot, server):
    server.answers[path("setWebhook")] = {"ok": True, "result": True}
    webhook = replace(bot, settings={**bot.settings, "way": "webhook"})
    Telegram().opened(webhook)
    Bale().opened(webhook)
    ours, bales = server.bodies(path("setWebhook"))
    assert (ours["url"], ours["secret_token"]) == (webhook.url, secret_of(webhook))
    assert bales == {"url": f"{webhook.url}{secret_of(webhook)}"}


def test_trying_says_who_we_are(bot, server):
    server.answers[path("getMe")] = {"ok": True, "result": {"id": 1, "username": "rekab_bot"}}
    assert Telegram().tried(bot) == "@rekab_bot"


@pytest.mark.parametrize("token", ["", "123", "123456:../../etc", "123456:AAEexampleexampleexample\nHost: x"])
def test_a_token_of_another_form_is_refused(token):
    assert (
        "token"
        in TelegramForm({"token": token, "way": "poll", "groups": "none", "server": "https://api.telegram.org"}).errors
    )


def test_the_forms_know_their_servers():
    assert TelegramForm().fields["server"].initial == "https://api.telegram.org"
    assert BaleForm().fields["server"].initial == "https://tapi.bale.ai"
