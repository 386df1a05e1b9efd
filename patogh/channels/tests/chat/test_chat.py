"""The chat's doors: who may use them, what is kept, and that nobody reads what is not theirs."""

import base64

import pytest
from django.urls import reverse
from django.utils import timezone

from patogh.channels.chat import limits, reading
from patogh.channels.chat.forms import ChatForm, origin
from patogh.channels.connectors import sending
from patogh.channels.connectors.actions import setups, silencing
from patogh.channels.connectors.actions.leaving import note_sent
from patogh.channels.models import DeadLetter, Message, Silenced
from patogh.channels.tests.chat.conftest import MINA, REZA, SECRET, SITE, message, visitor
from patogh.people.models import Identity

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
pytestmark = pytest.mark.django_db


def test_a_message_is_kept_once_and_read_by_its_visitor_alone(ask, chat):
    for _again in range(3):
        assert ask("messages", message())[0].status_code == 200
    row = Message.objects.get()
    assert (row.text, row.thread) == ("سلام", visitor().value)
    assert MINA not in repr(row.__dict__) + visitor().value
    mine = ask("answers", {"token": MINA, "after": 0})[1]["messages"]
    assert [(one["text"], one["mine"], one["key"]) for one in mine] == [("سلام", True, "key-00000001")]
    assert ask("answers", {"token": REZA, "after": 0})[1]["messages"] == []
    assert ask("answers", {"token": visitor().value, "after": 0})[1]["messages"] == []


def test_an_answer_is_read_after_it_left_and_names_who_wrote_it(ask, chat, owner):
    ask("messages", message())
    written = sending.write(chat, visitor(), "بفرمایید", purpose="service", by=owner, thread=visitor().value)
    last = Message.objects.get(way="in").pk
    assert ask("answers", {"token": MINA, "after": last})[1]["messages"] == []
    assert sending.send_due(chat.pk) == 1
    found = ask("answers", {"token": MINA, "after": last})[1]["messages"]
    assert [(one["text"], one["mine"], one["by"]) for one in found] == [("بفرمایید", False, owner.name)]
    assert ask("answers", {"token": MINA, "after": written.pk})[1]["messages"] == []


def test_a_page_is_knocked_at_when_the_answer_has_left(ask, chat, owner, settings, monkeypatch):
    knocks = []
    monkeypatch.setattr("patogh.channels.plugs.chat.live.publish", lambda *said: knocks.append(said))
    ask("messages", message())
    written = sending.write(chat, visitor(), "بفرمایید", purpose="service", by=owner)
    note_sent(written, "x")
    assert [one for one in knocks if one[0] != "talks"] == [
        (f"open:chat:{visitor().value}", "said", {"id": written.pk})
    ]


def test_the_site_vouches_by_a_hash_and_claims_stay_claims(ask, chat):
    who = {"id": "u-42", "email": "mina@example.org", "name": "مینا", "hash": reading.hash_of("u-42", SECRET)}
    assert ask("identify", {"who": who})[1] == {"ok": True, "proved": True}
    ask("messages", message(who=who))
    member = Identity.objects.get(kind="segment-user", value="web:u-42")
    assert member.verified_at is not None
    assert member.person_id == visitor().person_id
    assert Identity.objects.get(kind="email", value="mina@example.org").verified_at is None


@pytest.mark.parametrize(
    "who",
    [
        {"id": "u-43", "hash": reading.hash_of("u-42", SECRET)}, {"id": "u-42"}, {"id": "u-42", "hash": ""}, {"id": True, "hash": "x"},
        {"id": "u-42", "hash": reading.hash_of("u-42", "")}, {"id": ["u-42"], "hash": {}}, {"id": "u" * 999, "hash": "x"}, {"id": "u\n42", "hash": "é"},
    ],
    ids=["of another", "none", "empty", "a truth", "no secret", "lists", "long", "lines"],
)  # fmt: skip
def test_a_wrong_hash_is_refused_with_a_sentence_and_counted(ask, chat, who):
    answer, said = ask("identify", {"who": who}, language="en")
    assert (answer.status_code, said["code"]) == (403, "hash_wrong")
    assert "HMAC-SHA256" in said["error"]
    assert ask("messages", message(who=who))[0].status_code == 403
    chat.refresh_from_db()
    assert chat.cursor["wrong_hashes"] == 2
    assert not Message.objects.exists()
    assert not Identity.objects.filter(kind="segment-user").exists()


@pytest.mark.parametrize("site", ["", "null", "https://evil.example", "http://rekab.example", "https://rekab.example:444", "https://rekab.example.evil"])  # fmt: skip
def test_a_site_that_is_not_named_is_refused_and_cannot_read_why(ask, site):
    answer, said = ask("messages", message(), site=site)
    assert (answer.status_code, said["code"]) == (403, "origin_refused")
    assert "Access-Control-Allow-Origin" not in answer
    assert not Message.objects.exists()


def test_a_named_site_may_read_the_answers_and_gets_no_cookie(ask):
    answer, said = ask("hello", {})
    assert answer["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Origin" in answer["Vary"]
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert said["greeting"].startswith("سلام")
    assert "secret" not in said


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b"\xff\xfe", 400), (b"[" * 3_000, 400), ({}, 400),
        (message(token="short"), 400), (message(token=7), 400), (message(token="../" * 14), 400), (message(key=""), 400), (message(key="a b c d e f"), 400),
        (message(text=""), 400), (message(text="\0\0"), 400), (message(text=["سلام"]), 400), (message(text="س" * 4_001), 413), (message(text="x" * 1_000_000), 413),
        (message(picture={"data": "%%%"}), 400), (message(picture={"data": base64.b64encode(b"<svg/>").decode()}), 400), (message(picture=[1]), 400),
        (message(picture={"data": "A" * (limits.BODY_BYTES_MAX + 1)}), 413),
    ],
    ids=lambda said: str(said)[:30] if isinstance(said, int) else None,
)  # fmt: skip
def test_what_our_script_would_not_send_is_refused_in_the_visitors_language(ask, said, status):
    answer, told = ask("messages", said)
    assert answer.status_code == status
    assert told["error"]
    assert not told["error"].isascii()
    assert not Message.objects.exists()
    assert not DeadLetter.objects.exists()


def test_hostile_words_are_kept_as_words(ask, boss_page):
    words = "<script>alert(1)</script>\u202e\"'&amp;"
    ask("messages", message(text=f"{words}\0", page="javascript:alert(1)", age_s=10**30))
    row = Message.objects.get()
    assert row.text == words
    assert row.url == ""
    page = boss_page(reverse("channel_talk", args=[row.pk]))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_picture_is_what_its_bytes_are(ask):
    picture = {"name": "../../chain.exe", "data": base64.b64encode(PNG).decode()}
    assert ask("messages", message(text="", picture=picture))[0].status_code == 200
    file = Message.objects.get().attachments.get()
    assert (file.media_type, file.name) == ("image/png", ".. .. chain.png")
    assert ask("answers", {"token": MINA, "after": 0})[1]["messages"][0]["files"] == [file.name]


@pytest.mark.parametrize("after", ["x", -1, 2**70, 1.5, True, [], {}])
def test_where_to_go_on_is_a_number(ask, after):
    answer, _said = ask("answers", {"token": MINA, "after": after})
    assert answer.status_code == (200 if after in ([], {}) else 400)


def test_a_flood_is_held_back_by_visitor_and_by_address(ask):
    codes = [
        ask("messages", message(key=f"key-{number:08}"))[0].status_code
        for number in range(limits.MESSAGES_A_VISITOR_MAX + 2)
    ]
    assert codes.count(200) == limits.MESSAGES_A_VISITOR_MAX
    assert codes[-1] == 429
    others = [ask("messages", message(token=f"{number:040}"))[0] for number in range(limits.MESSAGES_AN_ADDRESS_MAX)]
    assert others[-1].status_code == 429
    assert int(others[-1]["Retry-After"]) > 0
    assert Message.objects.count() <= limits.MESSAGES_AN_ADDRESS_MAX


def test_guessing_hashes_is_held_back(ask):
    who = {"id": "u-42", "hash": "0" * 64}
    codes = [ask("identify", {"who": who})[0].status_code for _try in range(limits.WRONG_HASHES_AN_ADDRESS_MAX + 3)]
    assert codes[-1] == 429


def test_while_it_is_off_the_script_is_asked_to_come_later(ask, chat, owner):
    setups.switch_off(chat, by=owner)
    answer, said = ask("messages", message())
    assert (answer.status_code, said["code"]) == (503, "setup_off")
    assert answer["Retry-After"] == "60"
    assert answer["Access-Control-Allow-Origin"] == SITE
    setups.switch_on(chat, by=owner)
    assert ask("messages", message())[0].status_code == 200


def test_a_silenced_visitor_is_told_and_nothing_is_kept(ask, chat, owner):
    ask("messages", message())
    silencing.silence(chat, visitor(), by=owner)
    silencing.silence(chat, visitor(), by=owner)
    answer, said = ask("messages", message(key="key-00000002"))
    assert (answer.status_code, said["code"]) == (403, "silenced")
    assert Silenced.objects.count() == 1
    silencing.hear_again(chat, visitor(), by=owner)
    assert ask("messages", message(key="key-00000002"))[0].status_code == 200
    assert Message.objects.count() == 2


def test_the_script_may_be_loaded_anywhere_and_is_kept(client, brand):
    answer = client.get("/chat.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in answer["Cache-Control"]
    assert not answer.cookies
    again = client.get("/chat.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = client.get("/chat.js", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) <= limits.SCRIPT_BYTES_MAX
    words = answer.content.decode()
    assert not [
        word
        for word in ("innerHTML", "insertAdjacentHTML", "eval(", "document.cookie", "document.write")
        if word in words
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("https://rekab.example", "https://rekab.example"), ("https://Rekab.Example/", "https://rekab.example"), ("https://rekab.example:443", "https://rekab.example"),
        ("http://localhost:3000", "http://localhost:3000"), ("https://رکاب.ایران", "https://xn--mgb0ffp.xn--mgba3a4f16a"), ("*", ""), ("https://*.example", ""),
        ("https://rekab.example/shop", ""), ("ftp://rekab.example", ""), ("https://a@rekab.example", ""), ("rekab.example", ""), ("https://[::1", ""), ("https://x:99999", ""),
    ],
)  # fmt: skip
def test_a_site_is_named_as_browsers_name_it(said, found):
    if "xn--" in found:
        assert origin(said).startswith("https://xn--")
    else:
        assert origin(said) == found


def test_the_form_says_what_is_wrong():
    form = ChatForm(
        {"origins": "rekab.example", "colour": "red; x", "users": "a b", "secret": "short", "language": "fr"}
    )
    assert set(form.errors) == {"origins", "colour", "users", "secret", "language"}


@pytest.fixture
def boss_page(signed_in, owner):
    """Return a function that reads a page as the owner."""
    client = signed_in(owner)
    return lambda place: client.get(place).content.decode()


def test_messages_of_long_ago_say_when_they_were_written(ask):
    ask("messages", message(age_s=3_600))
    assert 3_590 < (timezone.now() - Message.objects.get().happened_at).total_seconds() < 3_700
