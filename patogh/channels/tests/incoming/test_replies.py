import datetime as dt
import io
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import timezone
from PIL import Image

from patogh.channels.incoming import addresses
from patogh.channels.incoming.tasks import handle_mail
from patogh.channels.models import InboundMail
from patogh.channels.tests.incoming.mails import a_mail, arrive
from patogh.hangout import actions
from patogh.hangout.models import Picture, Post, Reaction
from patogh.kit.errors import TooMany
from patogh.people.actions import set_standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(member, topic):
    return addresses.reply_address(member, "hangout.topic", topic.pk)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "#1F7A6B").save(out, "JPEG")
    return out.getvalue()


def last_post(topic) -> Post:
    return Post.objects.filter(topic=topic).order_by("-number").first()


def test_an_answer_by_mail_is_a_post(member, topic, address):
    row = arrive(a_mail(address, "من می‌آیم.\n\nدر ۲ نوامبر ۲۰۲۶ ۱۲:۳۰ بهروز <b@example.org> نوشت:\n> کی می‌آید؟\n"))
    post = last_post(topic)
    assert (post.author, post.text) == (member, "من می‌آیم.")
    assert (row.state, row.outcome, row.member) == ("accepted", f"/t/{topic.pk}/p/{post.number}", member)
    assert outbox.outbox == []


def test_a_mail_that_is_looked_at_twice_is_posted_once(topic, address):
    row = arrive(a_mail(address))
    InboundMail.objects.filter(pk=row.pk).update(state="arrived")
    handle_mail(row.pk)
    row.refresh_from_db()
    assert (Post.objects.filter(topic=topic).count(), row.state) == (2, "accepted")


def test_the_same_mail_fetched_twice_is_one_row(address):
    mail = a_mail(address)
    assert arrive(mail).pk == arrive(mail).pk
    assert InboundMail.objects.count() == 1


def test_an_address_in_capitals_works(topic, address):
    assert arrive(a_mail(address.upper())).state == "accepted"


def test_only_the_member_may_use_the_address(topic, address, other_member):
    row = arrive(a_mail(address, sender=other_member.email))
    assert (row.state, row.why) == ("refused", "other_address")
    assert Post.objects.filter(topic=topic).count() == 1


def test_an_unconfirmed_address_is_refused_and_told_why(member, topic, address):
    EmailAddress.objects.create(user=member, email="work@example.org", verified=False)
    assert arrive(a_mail(address, sender="work@example.org")).why == "other_address"
    [answer] = outbox.outbox
    assert answer.to == ["work@example.org"]
    assert "member has confirmed" in answer.body
    assert "تأیید کرده" in answer.body
    assert answer.extra_headers["Auto-Submitted"] == "auto-replied"


def test_a_second_confirmed_address_is_as_good(member, topic, address):
    EmailAddress.objects.create(user=member, email="work@example.org", verified=True)
    assert arrive(a_mail(address, sender="Work <WORK@example.org>")).state == "accepted"


def test_a_refusal_is_answered_once_a_day(topic, address):
    for _ in range(3):
        assert arrive(a_mail(address, "-- \nمینا\n")).why == "empty"
    assert len(outbox.outbox) == 1
    InboundMail.objects.update(answered_at=timezone.now() - dt.timedelta(hours=25))
    arrive(a_mail(address, "-- \nمینا\n"))
    assert len(outbox.outbox) == 2


def test_a_mail_that_comes_too_fast_waits_for_its_turn(topic, address):
    arrive(a_mail(address, "یک"))
    with pytest.raises(TooMany):
        arrive(a_mail(address, "دو", Message_ID="<two@client.example>"))
    row = InboundMail.objects.get(message_id="two@client.example")
    assert row.state == "arrived"
    InboundMail.objects.filter(pk=row.pk).update(arrived_at=timezone.now() - dt.timedelta(hours=1))
    handle_mail(row.pk)
    row.refresh_from_db()
    assert (row.state, row.why) == ("refused", "too_fast")


@pytest.mark.parametrize(("name", "value", "why"), [
    ("Auto-Submitted", "auto-replied", "automatic"), ("Auto-Submitted", "auto-generated (rejected)", "automatic"),
    ("X-Autoreply", "yes", "automatic"), ("Precedence", "bulk", "bulk"), ("List-Id", "<x.example>", "list"),
    ("Return-Path", "<>", "machine"), ("Subject", "Automatic reply: Re: x", "away"), ("Subject", "پاسخ خودکار: سلام", "away"),
    ("Subject", "Re: Out of office", "away"),
])  # fmt: skip
def test_no_program_is_answered_or_posted(topic, address, name, value, why):
    row = arrive(a_mail(address, **{name.replace("-", "_"): value}))
    assert (row.state, row.why) == ("ignored", why)
    assert Post.objects.filter(topic=topic).count() == 1
    assert outbox.outbox == []


def test_a_person_who_says_auto_submitted_no_is_heard(topic, address):
    assert arrive(a_mail(address, Auto_Submitted="no")).state == "accepted"


def test_a_forged_sender_is_refused_without_a_word(topic, address):
    row = arrive(
        a_mail(address, Authentication_Results="mx.example; spf=fail; dmarc=fail (p=reject) header.from=example.org")
    )
    assert (row.state, row.why, outbox.outbox) == ("refused", "forged", [])


def test_a_changed_token_is_nobodys(topic, address):
    row = arrive(a_mail(address.replace(address[8], "a" if address[8] != "a" else "b")))
    assert (row.state, row.why) == ("refused", "no_token")


def test_a_stranger_without_a_token_gets_no_answer(topic):
    assert arrive(a_mail("reply@patogh.example", sender="x@elsewhere.example")).why == "no_token"
    assert outbox.outbox == []


def test_a_member_without_a_token_is_told(topic, member):
    arrive(a_mail("reply@patogh.example"))
    assert "answers to our mails only" in outbox.outbox[0].body


def test_an_address_works_for_ninety_days(topic, member, time_machine):
    old = addresses.reply_address(member, "topic", topic.pk)
    time_machine.move_to(timezone.now() + dt.timedelta(days=90))
    assert arrive(a_mail(old)).state == "accepted"
    time_machine.move_to(timezone.now() + dt.timedelta(days=1))
    assert arrive(a_mail(old)).why == "old_address"
    assert "ninety days" in outbox.outbox[0].body


def test_the_secret_key_may_be_turned_over(topic, address, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-house"
    assert arrive(a_mail(address)).state == "accepted"
    settings.SECRET_KEY_FALLBACKS = []
    assert arrive(a_mail(address)).why == "no_token"


def test_a_closed_account_answers_no_more(topic, address, member):
    member.is_active = False
    member.save()
    assert (arrive(a_mail(address)).why, outbox.outbox) == ("account_closed", [])


def test_a_closed_topic_says_so(topic, address, owner):
    from patogh.hangout.actions import close_topic

    close_topic(topic, by=owner)
    assert arrive(a_mail(address)).why == "topic_is_closed"
    assert "takes no new replies" in outbox.outbox[0].body


def test_a_topic_behind_a_door_is_not_there(topic, address, owner):
    topic.space.access = "private"
    topic.space.save()
    assert arrive(a_mail(address)).why == "not_found"


def test_an_answer_without_words_is_refused(topic, address):
    assert arrive(a_mail(address, "On 2/11/26 12:30, B wrote:\n> Who?\n")).why == "empty"
    assert "above the quote" in outbox.outbox[0].body


def test_a_thank_you_to_a_post_is_a_word(topic, member):
    post = last_post(topic)
    row = arrive(a_mail(addresses.reply_address(member, "post", post.pk), "ممنون!"))
    assert row.state == "accepted"
    assert Reaction.objects.get().kind == "thanks"


def test_an_answer_to_a_post_hangs_on_it(topic, member, other_member):
    from patogh.hangout.actions import NewReply, reply

    post = reply(topic, NewReply("من."), by=other_member)
    arrive(a_mail(addresses.reply_address(member, "post", post.pk), "چه خوب که می‌آیید."))
    assert last_post(topic).parent_id == post.pk


def test_pictures_come_along_and_other_files_are_named(topic, address):
    mail = a_mail(address, "عکس مسیر")
    mail.add_attachment(jpeg(), maintype="image", subtype="jpeg", filename="مسیر.jpg")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="نقشه.pdf")
    row = arrive(mail)
    picture = Picture.objects.get()
    assert picture.post == last_post(topic)
    assert f"/media/{picture.token}.webp" in last_post(topic).text
    assert row.state == "accepted"
    assert "نقشه.pdf" in outbox.outbox[0].body


def test_a_picture_is_taken_once_when_the_worker_died_before_the_post(topic, address, monkeypatch):
    from patogh.hangout.actions import gate

    mail = a_mail(address, "عکس مسیر")
    mail.add_attachment(jpeg(), maintype="image", subtype="jpeg", filename="a.jpg")
    with monkeypatch.context() as broken:
        broken.setattr(gate, "reply_or_hold", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            arrive(mail)
    assert arrive(mail).state == "accepted"
    assert Picture.objects.count() == 1


def test_a_broken_picture_is_named(topic, address):
    mail = a_mail(address, "عکس")
    mail.add_attachment(b"\x89PNG\r\n\x1a\nnothing", maintype="image", subtype="png", filename="bad.png")
    arrive(mail)
    assert last_post(topic).text == "عکس"
    assert "bad.png" in outbox.outbox[0].body


def test_a_mail_to_unsubscribe_ends_that_kind(member):
    from patogh.channels.models import Choice

    row = arrive(a_mail(addresses.unsubscribe_address(member, "hangout.replied"), "", sender="any@example.org"))
    assert (row.state, row.why) == ("accepted", "unsubscribed")
    assert Choice.objects.get(member=member, kind="hangout.replied", channel="mail").when == "never"


def test_no_address_is_made_where_no_mail_is_fetched(member, settings):
    settings.IMAP_HOST = ""
    assert addresses.reply_address(member, "topic", 1) is None


@pytest.mark.parametrize(
    "setting", ["", "reply@example.org", "{token}", "reply{token}", "a b{token}@x.ir", "r" * 60 + "{token}@x.ir"]
)
def test_a_setting_without_a_place_for_the_token_makes_no_addresses(member, settings, setting):
    settings.REPLY_ADDRESS = setting
    assert addresses.reply_address(member, "topic", 1) is None


def test_an_html_mail_is_read_too(topic, address):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "mina@example.org", address, "<h@client.example>"
    mail.set_content(
        '<div dir="rtl">سلام،<br><b>من</b> می‌آیم.</div><div class="gmail_quote"><div>در تاریخ دوشنبه ۲ نوامبر ۲۰۲۶ ساعت ۱۲:۳۰ بهروز'
        " &lt;<a href='mailto:b@example.org'>b@example.org</a>&gt; نوشت:<br></div><blockquote><div>کی؟</div></blockquote></div>",
        subtype="html",
    )
    arrive(mail)
    assert last_post(topic).text == "سلام،\n**من** می‌آیم."


@pytest.mark.parametrize("field", ["silenced_until", "suspended_until"])
@pytest.mark.parametrize("words", ["ممنون", "من هم می‌آیم و ابزار می‌آورم."])
def test_somebody_silenced_or_suspended_says_nothing_by_mail(topic, member, other_member, field, words):
    post = actions.reply(topic, actions.NewReply("چرب کنید."), by=other_member)
    address = addresses.reply_address(member, "hangout.post", post.pk)
    set_standing(member.pk, **{field: timezone.now() + dt.timedelta(days=1)})
    mail = a_mail(address, words)
    mail.add_attachment(jpeg(), maintype="image", subtype="jpeg", filename="a.jpg")
    assert arrive(mail).state == "refused"
    assert (last_post(topic).pk, Reaction.objects.count(), Picture.objects.count()) == (post.pk, 0, 0)
