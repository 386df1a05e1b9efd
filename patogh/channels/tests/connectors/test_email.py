"""The shared mailbox against a real IMAP server and a real SMTP server."""

from email import message_from_bytes
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from patogh.channels.connectors import arrivals, limits, polling, sending
from patogh.channels.connectors.contract import Known, SetupBroken, TryLater, Unreachable
from patogh.channels.connectors.running import connector_of, running
from patogh.channels.connectors.trying import try_setup
from patogh.channels.email import reading
from patogh.channels.models import Attachment, DeadLetter, Message, Setup
from patogh.channels.tests.conftest import Postman, free_port
from patogh.channels.tests.connectors.conftest import NOW
from patogh.people.identifying import identity_of
from patogh.people.models import Identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    """A real SMTP server."""
    handler = Postman()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def box(imap_server, post, set_up, settings):
    """A mailbox that was set up, empty."""
    imap_server.emptied()
    settings.CHANNELS_INSIDE = f"127.0.0.1:{imap_server.port} 127.0.0.1:{post.port}"
    return set_up("email", imap_port=imap_server.port, smtp_port=post.port, password="demopass", user="demouser")


def a_mail(message_id="1@example.org", text="سلام، دوچرخه‌ام کی می‌رسد؟", **headers) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = headers.pop("From", "مینا <mina@example.org>")
    mail["To"], mail["Subject"], mail["Date"] = "care@rekab.example", "دوچرخه", "Sun, 22 Nov 2026 10:00:00 +0330"
    mail["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def visit(box):
    Setup.objects.filter(pk=box.pk).update(next_at=None)
    return polling.poll(box.pk)


def only(raw, **more):
    return reading.arrivals(
        bytes(raw), **{"ours": "care@rekab.example", "judge": "mx.rekab.example", "now": NOW, **more}
    )


def test_a_mail_is_read_once_and_the_mailbox_left_as_it_was(box, imap_server):
    imap_server.put(bytes(a_mail()))
    assert visit(box).new == 1
    assert visit(box).new == visit(box).known == 0
    row = Message.objects.get()
    assert (row.text, row.subject, row.identity.value, row.key) == (
        "سلام، دوچرخه‌ام کی می‌رسد؟",
        "دوچرخه",
        "mina@example.org",
        "1@example.org",
    )
    assert row.identity.verified_at is None
    assert imap_server.unseen() == 1


def test_mails_that_come_after_are_read_from_where_it_stood(box, imap_server):
    for number in range(3):
        imap_server.put(bytes(a_mail(f"{number}@example.org")))
        assert visit(box).new == 1
    Setup.objects.filter(pk=box.pk).update(cursor={"validity": 1, "uid": 10**6})
    again = visit(box)
    assert (again.new, again.known) == (0, 3)


def test_an_answer_leaves_in_the_thread_with_one_name_for_ever(box, imap_server, post, owner):
    imap_server.put(
        bytes(a_mail("2@example.org", In_Reply_To="<1@example.org>", References="<0@example.org> <1@example.org>"))
    )
    visit(box)
    came = Message.objects.get()
    post.answers = ["451 later please"]
    said = sending.write(
        box,
        came.identity,
        "فردا می‌رسد.",
        purpose="service",
        by=owner,
        subject=came.subject,
        thread=came.thread,
        reply_to=came.key,
    )
    assert sending.send_due(box.pk) == 0
    Setup.objects.update(send_at=None)
    Message.objects.filter(pk=said.pk).update(next_at=None)
    assert sending.send_due(box.pk) == 1
    mail = post.mails[0]
    assert mail["In-Reply-To"] == "<2@example.org>"
    assert mail["References"] == "<0@example.org> <2@example.org>"
    assert (mail["Subject"], mail["To"]) == ("Re: دوچرخه", "mina@example.org")
    assert mail["Message-ID"].strip("<>") == Message.objects.get(pk=said.pk).channel_key


def test_whoever_the_server_refuses_is_refused_alone(box, post, owner):
    person = identity_of("email", "nobody@example.org")
    post.rcpt_answers = ["550 no such box"]
    said = sending.write(box, person, "سلام", purpose="service", by=owner)
    sending.send_due(box.pk)
    said.refresh_from_db()
    assert said.state == "refused"
    assert Setup.objects.get().send_faults_count == 0


def test_a_bounce_turns_the_mail_that_it_names(box, imap_server, owner):
    said = sending.write(box, identity_of("email", "old@example.org"), "سلام", purpose="service", by=owner)
    sending.send_due(box.pk)
    said.refresh_from_db()
    imap_server.put(bounce_of(said.channel_key))
    assert visit(box).new == 1
    said.refresh_from_db()
    assert (said.state, "5.1.1" in said.why) == ("refused", True)


def bounce_of(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: care@rekab.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; old@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_conversation_is_one_thread_in_whatever_order_it_comes(box, order):
    mails = [
        a_mail("a@x.example"),
        a_mail("b@x.example", In_Reply_To="<a@x.example>", References="<a@x.example>"),
        a_mail("c@x.example", In_Reply_To="<b@x.example>", References="<a@x.example> <b@x.example>"),
    ]
    arrivals.take(box.pk, [only(mails[place])[0] for place in order])
    assert set(Message.objects.values_list("thread", flat=True)) == {"a@x.example"}


def test_only_our_own_server_proves_a_sender():
    good = a_mail(Authentication_Results="mx.rekab.example; dmarc=pass header.from=example.org")
    forged = a_mail(Authentication_Results="mx.evil.example; dmarc=pass header.from=example.org")
    assert only(good)[0].who == Known("email", "mina@example.org", is_verified=True, name="مینا")
    assert not only(forged)[0].who.is_verified
    assert not only(good, judge="")[0].who.is_verified


@pytest.mark.parametrize(
    "said",
    [
        "mx.rekab.example; spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=none",
        'mx.rekab.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.org"@evil.example; dmarc=none',
        "mx.rekab.example; spf=pass (said; dmarc=pass header.from=example.org) smtp.mailfrom=evil.example",
        "mx.rekab.example; dmarc=pass header.from=evil.example",
        "mx.rekab.example; spf=pass smtp.mailfrom==?utf-8?q?a=3B_dmarc=3Dpass?=@evil.example; dmarc=none",
        "mx.rekab.example.evil.example; dmarc=pass header.from=example.org",
    ],
)
def test_what_a_sender_wrote_into_the_word_of_our_server_proves_nothing(said):
    assert not only(a_mail(Authentication_Results=said))[0].who.is_verified


def test_of_two_senders_none_is_proved():
    two = a_mail(From="mina@example.org, boss@evil.example", Authentication_Results="mx.rekab.example; dmarc = pass")
    assert not only(two)[0].who.is_verified


def test_a_disowned_mail_belongs_to_nobody(box):
    forged = only(a_mail(Authentication_Results="mx.rekab.example; dmarc=fail"))
    arrivals.take(box.pk, forged)
    assert Message.objects.get().identity is None
    assert not Identity.objects.filter(value="mina@example.org").exists()


def test_a_mail_of_our_own_and_an_automatic_one(box):
    assert only(a_mail(From="care@rekab.example")) == []
    assert only(a_mail(Auto_Submitted="auto-replied"))[0].data == {"automatic": "automatic"}


def test_a_mail_with_a_thousand_files_keeps_the_first_of_them(box):
    mail = a_mail()
    for number in range(1000):
        mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    arrivals.take(box.pk, only(mail))
    rows = list(Attachment.objects.all())
    assert (len(rows), sum(bool(row.file) for row in rows)) == (limits.ATTACHMENTS_NAMED_MAX, limits.ATTACHMENTS_MAX)


def test_a_mail_made_to_be_unreadable_waits_as_a_letter_and_stops_nothing(box, imap_server):
    imap_server.put(b"From: a@example.org\r\n" + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n' * 200)
    imap_server.put(bytes(a_mail()))
    taken = visit(box)
    assert (taken.new, taken.dead) == (1, 1)
    assert DeadLetter.objects.get().headers == {"form": "polled"}


def test_a_mail_that_is_too_large_is_named_with_its_size():
    mail = a_mail()
    found = reading.headers_only(bytes(mail), 99_000_000, ours="care@rekab.example", now=NOW)
    assert found[0].data == {"too_large": True, "size_bytes": 99_000_000}


def test_trying_says_who_we_are_or_what_is_wrong(box, owner):
    assert try_setup(box, by=owner) == "care@rekab.example"
    at_work = running(box)
    connector = connector_of(box)
    with pytest.raises(SetupBroken):
        connector.poll(with_settings(at_work, password="wrong"), {})
    with pytest.raises(TryLater):
        connector.poll(with_settings(at_work, folder="Nowhere"), {})
    with pytest.raises(Unreachable):
        connector.poll(with_settings(at_work, imap_port=1), {})


def with_settings(at_work, **over):
    from dataclasses import replace

    return replace(at_work, settings={**at_work.settings, **over})


def test_what_is_sent_is_a_mail_that_others_read(box, post, owner):
    sending.write(
        box,
        identity_of("email", "mina@example.org"),
        "سلام\n\nمتن دوم",
        purpose="service",
        by=owner,
        subject="خبر\r\nBcc: x@evil.example",
    )
    sending.send_due(box.pk)
    mail = message_from_bytes(bytes(post.mails[0]))
    assert mail["Bcc"] is None
    assert "متن دوم" in post.mails[0].get_content()
