"""A conversation by mail: only to an address that its code or its site proves, and not often."""

import datetime as dt
from email.message import EmailMessage

import pytest

from patogh.activity import jobs
from patogh.activity.models import Activity
from patogh.channels.chat import limits, reading
from patogh.channels.chat.actions import transcripts
from patogh.channels.connectors import sending
from patogh.channels.models import Reach, Transcript
from patogh.channels.tests.chat.conftest import MINA, REZA, SECRET, message, visitor
from patogh.kit import persian
from patogh.people.leaving import sources
from patogh.people.models import ErasedSource

MAIL = "mina@example.org"
pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(ask, chat, owner, postman):
    """A conversation of two messages, and the mail server that takes what leaves."""
    ask("messages", message(text="سایز ۵۲ دارید؟ <b>\n\nآبی باشد"))
    sending.write(chat, visitor(), "بله، داریم.", purpose="service", by=owner, thread=visitor().value)
    sending.send_due(chat.pk)
    return postman


@pytest.fixture
def wish(ask):
    """Return a function that asks for the conversation and lets the worker work."""

    def asked(token=MINA, email=MAIL, language="fa", **more):
        answer, said = ask("transcript", {"token": token, "email": email, **more}, language=language)
        jobs.drain()
        return answer.status_code, said

    return asked


def parts(mail: EmailMessage) -> tuple[str, str]:
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_a_code_proves_the_address_and_then_the_words_leave_once(talk, wish, owner):
    assert wish() == (200, {"state": "code"})
    assert [mail["To"] for mail in talk.mails] == [MAIL]
    assert "سایز" not in parts(talk.mails[0])[0]
    code = transcripts.code_of(Transcript.objects.get())
    assert code in parts(talk.mails[0])[0]
    assert wish(code=persian.digits_fa(code)) == (200, {"state": "sent"})
    text, html = parts(talk.mails[1])
    for words in ("سایز ۵۲ دارید؟ <b>", "آبی باشد", "بله، داریم.", owner.name, "شما"):
        assert words in text
    assert 'dir="rtl"' in html
    assert "&lt;b&gt;" in html
    assert Activity.objects.filter(verb="channels.transcript_sent", channel="chat").count() == 1
    jobs.drain()
    assert len(talk.mails) == 2


def test_an_address_that_was_proved_today_needs_no_second_code(talk, wish):
    wish()
    wish(code=transcripts.code_of(Transcript.objects.get()))
    assert wish() == (200, {"state": "sent"})
    assert len(talk.mails) == 3


def test_a_site_that_vouches_for_the_address_needs_no_code(talk, wish):
    who = {
        "id": "u-42", "email": "Mina@Example.org", "hash": reading.hash_of("u-42", SECRET),
        "email_hash": reading.hash_of_mail("u-42", "mina@example.org", SECRET),
    }  # fmt: skip
    assert wish(who=who, language="en") == (200, {"state": "sent"})
    text, html = parts(talk.mails[0])
    assert "Your conversation with Rekab" in talk.mails[0]["Subject"]
    assert "You ·" in text
    assert 'dir="ltr"' in html


@pytest.mark.parametrize(
    "change", [{"email_hash": ""}, {"email_hash": "0" * 64}, {"email": "reza@example.org"}, {"email_hash": ["x"]}],
    ids=["none", "wrong", "of another address", "a list"],
)  # fmt: skip
def test_a_site_that_does_not_vouch_for_this_address_leaves_it_to_the_code(talk, wish, change):
    who = {
        "id": "u-42", "email": MAIL, "hash": reading.hash_of("u-42", SECRET),
        "email_hash": reading.hash_of_mail("u-42", MAIL, SECRET), **change,
    }  # fmt: skip
    assert wish(who=who) == (200, {"state": "code"})


def test_a_wrong_code_is_counted_and_after_a_few_none_is_right(talk, wish):
    wish()
    code = transcripts.code_of(Transcript.objects.get())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(limits.CODE_TRIES_MAX):
        assert wish(code=wrong)[1]["code"] == "code_wrong"
    assert wish(code=code)[0] == 403
    assert len(talk.mails) == 1


def test_a_code_of_another_visitor_or_of_long_ago_is_wrong(ask, talk, wish, clock):
    clock(0)
    ask("messages", message(token=REZA))
    wish()
    code = transcripts.code_of(Transcript.objects.get())
    assert wish(token=REZA, code=code)[0] == 403
    clock(limits.CODE_S // 60 + 1)
    assert wish(code=code)[0] == 403


def test_an_address_gets_few_codes_a_day_whoever_asks(ask, talk, wish):
    codes = []
    for number in range(limits.TRANSCRIPTS_AN_ADDRESS_MAX + 2):
        token = f"{number:040}"
        ask("messages", message(token=token))
        codes.append(wish(token=token)[0])
    assert codes == [200] * limits.TRANSCRIPTS_AN_ADDRESS_MAX + [429] * 2
    assert len(talk.mails) == limits.TRANSCRIPTS_AN_ADDRESS_MAX


def test_a_visitor_gets_few_a_day_to_whichever_address(talk, wish):
    codes = [wish(email=f"m{number}@example.org")[0] for number in range(limits.TRANSCRIPTS_A_VISITOR_MAX + 1)]
    assert codes == [200] * limits.TRANSCRIPTS_A_VISITOR_MAX + [429]


@pytest.mark.parametrize(
    "email", ["", "x", "a@b\r\nBcc: c@d.example", ["a@b.ir"], 7, None, "a" * 300 + "@b.ir", "\0@b.ir"]
)
def test_what_is_no_address_is_refused_with_a_sentence(talk, wish, email):
    status, said = wish(email=email)
    assert status == 400
    assert not said["error"].isascii()
    assert not talk.mails


@pytest.mark.parametrize("code", [7, ["1"], "9" * 999, {}], ids=["number", "list", "long", "object"])
def test_a_code_is_a_short_word(talk, wish, code):
    assert wish(code=code)[0] in {200, 400}
    assert not Transcript.objects.exclude(proved_at=None).exists()


def test_nobody_without_a_conversation_makes_a_mail_leave(talk, wish):
    assert wish(token=REZA)[1]["code"] == "nothing_to_mail"
    assert not talk.mails


def test_an_address_that_came_back_is_refused_and_that_of_somebody_erased_is_silent(talk, wish, member, db):
    Reach.objects.create(
        address="gone@example.org",
        member=member,
        score=9,
        bounced_at=dt.datetime.now(dt.UTC),
        stopped_at=dt.datetime.now(dt.UTC),
    )
    assert wish(email="gone@example.org")[1]["code"] == "mail_closed"
    ErasedSource.objects.create(digest=sources.digest("email", "left@example.org"), member_number=7)
    assert wish(email="left@example.org") == (200, {"state": "code"})
    assert not talk.mails


def test_a_server_that_refuses_for_now_is_asked_again_under_the_same_name(talk, wish):
    talk.answers = ["451 later"]
    wish()
    assert not talk.mails
    jobs.hurry()
    jobs.drain()
    assert len(talk.mails) == 1


def test_what_a_server_refuses_for_good_was_not_sent(talk, wish):
    wish()
    talk.rcpt_answers = ["550 nobody here"]
    wish(code=transcripts.code_of(Transcript.objects.get()))
    assert Transcript.objects.get().sent_at is None
    assert not Activity.objects.filter(verb="channels.transcript_sent").exists()
    jobs.hurry()
    jobs.drain()
    assert len(talk.mails) == 1


def test_wishes_are_forgotten_after_a_day(talk, wish, clock):
    clock(0)
    wish()
    clock(24 * 60 + 1)
    transcripts.forget_old()
    assert not Transcript.objects.exists()
