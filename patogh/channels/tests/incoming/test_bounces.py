import pytest
from django.utils import timezone

from patogh.channels.incoming import addresses, bounces
from patogh.channels.incoming.tasks import handle_mail
from patogh.channels.mail import post
from patogh.channels.models import Delivery, Reach
from patogh.channels.tests.incoming.mails import arrive

DSN = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn{n}@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="B"

--B
Content-Type: text/plain

I could not deliver your mail.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; mina@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--B
Content-Type: text/rfc822-headers

From: patogh@example.org
Message-ID: {message_id}
Subject: x

--B--
"""


def dsn(
    status="5.1.1", action="failed", words="550 no such user", message_id="<d1.secret@patogh.example>", **more
) -> bytes:
    facts = {"to": "patogh@example.org", "n": 1, "report": "delivery-status"} | more
    return (
        DSN.format(status=status, action=action, words=words, message_id=message_id, **facts)
        .replace("\n", "\r\n")
        .encode()
    )


@pytest.fixture
def sent(member):
    now = timezone.now()
    return Delivery.objects.create(
        member=member, channel="mail", kind="hangout.replied", thread="hangout.topic:1", state="sent", address=member.email,
        message_id="<d1.secret@patogh.example>", created_at=now, due_at=now, ended_at=now,
    )  # fmt: skip


@pytest.mark.parametrize(("status", "words", "is_hard"), [
    ("5.1.1", "550 no such user", True), ("5.2.2", "552 mailbox full", False), ("4.2.2", "452 over quota", False),
    ("5.4.4", "host not found", True), ("4.4.1", "timed out", False), ("5.7.1", "550 policy", False), ("5.0.0", "550 5.1.1 unknown", True),
])  # fmt: skip
def test_a_report_says_whether_it_is_for_good(status, words, is_hard):
    [bounce] = bounces.found_in(dsn(status, words=words))
    assert (bounce.address, bounce.is_hard) == ("mina@example.org", is_hard)
    assert bounce.message_id == "d1.secret@patogh.example"


def test_a_delay_is_no_failure():
    assert bounces.found_in(dsn("4.4.1", action="delayed")) == []


@pytest.mark.django_db
def test_a_bounce_of_our_mail_counts_once(sent, member):
    row = arrive(dsn())
    assert (row.state, row.why, row.member) == ("bounce", "hard", member)
    assert Reach.objects.get().score == 2
    handle_mail(row.pk)
    assert Reach.objects.get().score == 2


@pytest.mark.django_db
def test_a_bounce_of_a_mail_that_we_never_sent_is_not_believed(member):
    row = arrive(dsn())
    assert (row.state, row.why) == ("ignored", "unknown_bounce")
    assert not Reach.objects.exists()


@pytest.mark.django_db
def test_a_bounce_to_the_envelope_address_counts(member):
    arrive(dsn(message_id="<other@x>", to=addresses.bounce_address(member)))
    assert Reach.objects.get().member == member


@pytest.mark.django_db
def test_a_complaint_counts_as_for_good(sent):
    mail = dsn(report="feedback-report").replace(b"message/delivery-status", b"message/feedback-report")
    assert arrive(mail).why == "hard"
    assert Reach.objects.get().evidence == "complaint"


PROSE = {
    "qmail": ("Hi. This is the qmail-send program at mx.example.\n\n<mina@example.org>:\n550 5.1.1 no mailbox here\n\n--- Below this line is a copy\n\nMessage-ID: <d1.secret@patogh.example>\n", True),
    "exim": ("A message that you sent could not be delivered.\n\n  mina@example.org\n    host mx [1.2.3.4]: 550 unknown user\n\nMessage-Id: <d1.secret@patogh.example>\n", True),
    "full": ("Delivery failed\n\nmina@example.org: 452 4.2.2 mailbox full\n\nMessage-ID: <d1.secret@patogh.example>\n", False),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("server", PROSE)
def test_reports_in_prose_are_read(sent, server):
    text, is_hard = PROSE[server]
    mail = f"From: Mailer-Daemon@mx.example\r\nSubject: failure notice\r\nMessage-ID: <q@x>\r\n\r\n{text}".encode()
    assert arrive(mail).why == ("hard" if is_hard else "soft")
    assert Reach.objects.get().address == "mina@example.org"


def test_a_person_who_writes_about_550_is_no_bounce():
    assert bounces.found_in(b"From: a@x.ir\r\nSubject: failure notice\r\n\r\nI paid 550 for it. 5.1.1\r\n") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "is_ours"), [("Rekab <hello@patogh.example>", True), ("hello@elsewhere.example", False)]
)
def test_a_mail_leaves_under_an_envelope_that_names_its_member(member, settings, sender, is_ours):
    settings.DEFAULT_FROM_EMAIL = sender
    envelope = post._envelope(member)
    assert bool(envelope) is is_ours
    assert not is_ours or addresses.read(envelope) == addresses.Token("bounce", member.pk, 0, is_old=False)
