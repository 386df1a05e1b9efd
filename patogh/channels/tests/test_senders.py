"""Every sender, called without consent, at real servers: nothing leaves."""

import datetime as dt
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from patogh.channels import actions
from patogh.channels.connectors import registry, sending
from patogh.channels.models import Message, Terms
from patogh.channels.tests.connectors.conftest import server, set_up  # noqa: F401 - fixtures
from patogh.channels.tests.connectors.test_faults import KINDS, SENDERS
from patogh.channels.tests.test_digests import news, turn  # noqa: F401 - fixtures
from patogh.people import consent
from patogh.people.actions import confirm_email, confirm_phone
from patogh.people.consent.errors import NoConsent
from patogh.people.identifying import identity_of
from patogh.people.models import Identity

WANTING = [one.name for one in consent.purposes() if one.needs_consent and one.by_channel]
SAID = {"words": "بفرستید", "method": "form", "language": "fa"}


@pytest.fixture
def address(member):
    """Mina's proved address."""
    return confirm_email(member, "mina@example.org")


@pytest.fixture
def number(member):
    """Mina's proved number."""
    return confirm_phone(member, "+989131234567")


@pytest.fixture
def letterbox(set_up, postman, settings):
    """The shared mailbox, that sends through a real mail server."""
    port = settings.EMAIL_PORT
    settings.CHANNELS_INSIDE = f"127.0.0.1:{port}"
    return set_up("email", f"127.0.0.1:{port}", smtp_port=port, user="", password="")


@pytest.fixture
def line(set_up, server):
    """A line of Kavenegar."""
    server.answers = [
        ("/send.json", 200, {}, b'{"return": {"status": 200}, "entries": [{"messageid": 1, "status": 1}]}')
    ]
    return set_up("kavenegar", server.host)


def tried(setup, identity: Identity, purpose: str) -> bool:
    """Write and let out, also past the first gate as an older house might have; whether the house let it be written."""
    try:
        sending.write(setup, identity, "سلام، خبری تازه", purpose=purpose, by=None)
        is_let = True
    except NoConsent:
        now = timezone.now()
        Message.objects.create(
            setup=setup, connector=setup.connector, way="out", key=f"old {purpose}", identity=identity, text="سلام",
            purpose=purpose, state="waiting", next_at=now, happened_at=now, recorded_at=now,
        )  # fmt: skip
        is_let = False
    for _ in range(3):
        sending.send_due(setup.pk)
    return is_let


@pytest.mark.parametrize("purpose", WANTING)
def test_a_mail_for_a_purpose_that_nobody_agreed_to_does_not_leave(letterbox, address, postman, purpose):
    assert not tried(letterbox, address, purpose)
    assert postman.mails == []
    assert Message.objects.get().state == "refused"


@pytest.mark.parametrize("purpose", WANTING)
def test_a_text_for_a_purpose_that_nobody_agreed_to_does_not_leave(line, number, server, purpose):
    assert not tried(line, number, purpose)
    assert server.asked == []


@pytest.mark.parametrize("name", SENDERS)
def test_by_no_connector_leaves_what_nobody_agreed_to(name, set_up, server):
    connector = registry.connector(name)
    kind = connector.identity_kinds[0]
    somebody = identity_of(kind, KINDS.get(kind, "opaque-key-17"), verified=True)
    setup = set_up(name, server.host)
    assert [purpose for purpose in WANTING if tried(setup, somebody, purpose)] == []
    assert server.asked == []
    assert set(Message.objects.values_list("state", flat=True)) == {"refused"}


def test_a_mail_that_was_agreed_to_leaves_with_its_way_out(letterbox, address, postman):
    consent.give(address, "news", "mail", **SAID)
    assert tried(letterbox, address, "news")
    (mail,) = postman.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in mail.get_body(("plain",)).get_content().replace("\n", "")


def test_a_text_that_was_agreed_to_leaves(line, number, server):
    consent.give(number, "news", "sms", **SAID)
    assert tried(line, number, "news")
    assert "لغو11" in parse_qs(server.asked[0][3].decode())["message"][0]


@pytest.mark.parametrize("whose", ["account", "address"])
def test_a_summary_does_not_leave_after_a_no(member, address, news, postman, clock, whose):
    identity = member.identity if whose == "account" else address
    consent.withdraw(identity, "summary", "mail", method="link")
    turn(clock)
    assert [mail for mail in postman.mails if mail["To"] == member.email] == []


def test_service_needs_no_consent(letterbox, address, postman):
    consent.withdraw_all(address, "mail", method="unsubscribed")
    assert tried(letterbox, address, "service")
    assert len(postman.mails) == 1
    assert postman.mails[0]["List-Unsubscribe"] is None


def test_every_sender_of_the_register_is_service_or_tried_here():
    tried_here = {"channels.connectors", "channels.member_mail"}
    asking = {one.name for one in consent.senders() if one.purpose != "service"}
    assert asking == tried_here


# Summaries and the pages of consent say the same.


def test_unsubscribing_is_a_no_and_undoing_it_a_yes(member, address):
    before = actions.unsubscribe(member, "digest", by=member)
    assert consent.standing([member.identity_id], "summary", "mail").state == "withdrawn"
    actions.resubscribe(member, before, by=member)
    assert consent.standing([member.identity_id], "summary", "mail").state == "given"


def test_no_mails_at_all_takes_back_news_and_undoing_gives_only_what_was_given(member, address):
    consent.give(member.identity, "news", "mail", by=member, **{**SAID, "method": "settings"})
    before = actions.unsubscribe(member, "all", by=member)
    assert consent.standing([member.identity_id], "news", "mail").state == "withdrawn"
    actions.resubscribe(member, before, by=member)
    assert consent.standing([member.identity_id], "news", "mail").state == "given"
    assert consent.standing([member.identity_id], "offers", "mail").state == "withdrawn"


def test_a_no_on_the_page_of_consent_ends_the_summary_in_the_notices(member, signed_in):
    client = signed_in(member)
    client.post("/me/settings/consent", {"purpose": "summary", "channel": "mail", "state": "withdrawn"})
    assert Terms.objects.get(member=member).digest == "never"
    client.post("/me/settings/consent", {"purpose": "summary", "channel": "mail", "state": "given"})
    assert Terms.objects.get(member=member).digest == "weekly"


def test_an_address_that_comes_back_for_good_agrees_to_nothing_more(member, address):
    consent.give(address, "news", "mail", **SAID)
    for _ in range(2):
        actions.note_bounce("mina@example.org", hard=True, evidence="550 5.1.1 no such user")
    row = consent.standing([address.pk], "news", "mail").rows[0]
    assert (row.state, row.method) == ("withdrawn", "bounce")
    assert "5.1.1" in row.evidence["said"]
    assert row.happened_at <= timezone.now() + dt.timedelta(seconds=1)
