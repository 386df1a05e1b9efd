import datetime as dt

import pytest
from click.testing import CliRunner
from django.utils import timezone

from patogh.channels.incoming import actions, addresses, queries
from patogh.channels.incoming.tasks import sweep_inbound
from patogh.channels.models import InboundMail
from patogh.channels.tests.incoming.mails import a_mail, arrive
from patogh.conf.cli import main
from patogh.conf.integrity import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(member, topic):
    return arrive(a_mail(addresses.reply_address(member, "topic", topic.pk)))


def test_the_operator_sees_each_mail_and_its_reason(mail, capsys):
    arrive(a_mail("reply@patogh.example", sender="x@elsewhere.example"))
    assert [(one["state"], one["why"]) for one in queries.newest(10)] == [("refused", "no_token"), ("accepted", "")]
    assert queries.raw(mail.pk).startswith(b"From: mina@example.org")


def test_a_mailbox_that_cannot_be_read_is_a_finding():
    actions.note_visit("box", fault="there is no way to the mail server x")
    assert "mailbox_unread" in [finding["code"] for finding in findings(quick=True)]
    actions.note_visit("box")
    assert "mailbox_unread" not in [finding["code"] for finding in findings(quick=True)]


def test_texts_go_after_a_week_and_rows_after_ninety_days(mail, time_machine):
    time_machine.move_to(timezone.now() + dt.timedelta(days=8))
    sweep_inbound()
    assert InboundMail.objects.get().raw is None
    assert queries.raw(mail.pk) is None
    time_machine.move_to(timezone.now() + dt.timedelta(days=90))
    sweep_inbound()
    assert not InboundMail.objects.exists()


def test_a_mail_server_may_hand_mails_over(member, topic, tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(a_mail(addresses.reply_address(member, "topic", topic.pk)).as_bytes())
    said = [CliRunner().invoke(main, ["mail", "take", str(path)]).output for _ in range(2)]
    assert ["taken" in said[0], "before" in said[1]] == [True, True]
    assert InboundMail.objects.count() == 1


def test_a_mail_that_is_not_there_is_said_so():
    ran = CliRunner().invoke(main, ["mail", "show", "17"])
    assert ran.exit_code == 1
    assert "no mail 17" in ran.output
