"""What was kept long enough goes, and nothing else."""

import datetime as dt
import json

from click.testing import CliRunner
from django.utils import timezone

from patogh.activity.jobs import recurring
from patogh.channels.models import InboundMail
from patogh.people import actions, retention
from patogh.people.models import Notice
from patogh.trust.models import Pace, SaidBefore


def long_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def sayings(member):
    for age in (13, 15):
        SaidBefore.objects.create(member=member, kind="text", digest=str(age), said_at=long_ago(age))


def test_what_is_old_goes_and_the_rest_stays(member):
    sayings(member)
    assert retention.enforce()["trust.SaidBefore"] == 1
    assert SaidBefore.objects.get().digest == "13"


def test_a_dry_run_only_counts(member):
    sayings(member)
    assert retention.enforce(dry_run=True)["trust.SaidBefore"] == 1
    assert SaidBefore.objects.count() == 2


def test_the_text_of_a_mail_goes_before_its_row(db):
    for age in (6, 8, 91):
        InboundMail.objects.create(digest=str(age), raw=b"x", size_bytes=1, arrived_at=long_ago(age))
    found = retention.enforce()
    assert (found["channels.InboundMail.raw"], found["channels.InboundMail"]) == (2, 1)
    assert {one.digest: one.raw is None for one in InboundMail.objects.all()} == {"6": False, "8": True}


def test_days_that_are_numbers_are_compared_as_such(db):
    today = (timezone.now().date() - dt.date(1970, 1, 1)).days
    for age in (1, 3):
        Pace.objects.create(
            key=str(age), last_at=0, minute=0, minute_count=0, minute_before=0, day=today - age, day_count=1
        )
    retention.enforce()
    assert Pace.objects.get().key == "1"


def test_old_notices_go_and_the_bell_counts_anew(member, other_member):
    actions.follow_member(member, by=other_member)
    Notice.objects.create(
        member=member, kind="x.y", subject_kind="x", subject_id="1", url="/", created_at=long_ago(370), happened_at=long_ago(370)
    )  # fmt: skip
    retention.enforce()
    member.refresh_from_db()
    assert member.unread_notices_count == Notice.objects.filter(member=member, read_at=None).count()
    assert not Notice.objects.filter(happened_at__lt=long_ago(366)).exists()


def test_many_rows_go_in_batches(member, monkeypatch):
    monkeypatch.setattr(retention, "STEP", 3)
    for number in range(10):
        SaidBefore.objects.create(member=member, kind="text", digest=str(number), said_at=long_ago(20))
    assert retention.enforce()["trust.SaidBefore"] == 10
    assert not SaidBefore.objects.exists()


def test_the_worker_does_it_by_itself_and_an_operator_may_ask(member):
    from patogh.conf.cli.retention import retention as command

    sayings(member)
    assert "people.retain" in recurring()
    said = json.loads(CliRunner().invoke(command, ["--dry-run", "--json"]).output)
    assert (said["dry_run"], said["rules"]["trust.SaidBefore"]) == (True, {"days": 14, "rows": 1})
