"""Whose turn it is for a digest, and who gets none."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.channels import actions, tasks
from patogh.channels.hookspecs import Line, Section
from patogh.channels.models import Delivery, DigestTurn
from patogh.channels.tests.conftest import let_out
from patogh.kit.hooks import hookimpl, plugins
from patogh.people.models import Member, StagedMember

pytestmark = pytest.mark.django_db
WEEK = 8 * 24 * 60


@pytest.fixture
def news():
    """A room that has something to tell everybody."""

    class Room:
        @hookimpl
        def digest_matter(self, since):
            return {pk: {"room": [1, 2]} for pk in since}

        @hookimpl
        def digest_sections(self, member, matter):
            return (
                [Section("room", "تازه", [Line("خبر یک", "/t/1"), Line("خبر دو", "/t/2")])] if "room" in matter else []
            )

    room = Room()
    plugins.register(room)
    yield
    plugins.unregister(room)


def turn(clock, minutes=WEEK):
    """Enrol everybody, let a week pass, plan and let out."""
    tasks.plan_digests()
    clock(minutes)
    Member.objects.update(last_seen_at=timezone.now())
    tasks.plan_digests()
    let_out()


def test_a_digest_comes_once_a_week(member, news, postman, clock):
    turn(clock)
    tasks.plan_digests()
    let_out()
    mine = [mail for mail in postman.mails if mail["To"] == "mina@example.org"]
    assert len(mine) == 1
    assert "خبر یک" in mine[0]["Subject"]
    assert "خبر دو" in mine[0].get_body(("plain",)).get_content()
    assert mine[0]["References"] is None


def test_the_notices_of_a_week_come_with_it(member, news, tell, postman, clock):
    tell(member, "hangout.reacted")
    turn(clock)
    assert len(postman.mails) <= 2
    assert "واژه‌ای گذاشت" in postman.mails[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "change",
    [
        {"age_band": "under16"},
        {"is_active": False},
        {"email": None},
        {"suspended_until": dt.datetime(2027, 5, 1, tzinfo=dt.UTC)},
    ],
)
def test_who_must_not_get_one_gets_none(change, member, news, postman, clock):
    tasks.plan_digests()
    Member.objects.filter(pk=member.pk).update(**change)
    turn(clock)
    assert not any(mail["To"] == "mina@example.org" for mail in postman.mails)


def test_an_imported_account_that_nobody_claimed_gets_none(member, news, postman, clock):
    StagedMember.objects.create(member=member, source="forum", source_key="1")
    turn(clock)
    assert not Delivery.objects.filter(member=member).exists()


def test_whoever_wants_none_gets_none(member, news, postman, clock):
    actions.change_terms(member, digest="never", by=member)
    turn(clock)
    assert not Delivery.objects.filter(member=member).exists()


def test_nothing_worth_telling_is_no_mail(member, postman, clock):
    turn(clock)
    assert (postman.mails, Delivery.objects.count()) == ([], 0)


def test_after_half_a_year_of_absence_a_last_note_goes_out_and_no_more(member, news, postman, clock):
    turn(clock)
    postman.mails.clear()
    for week in range(27, 30):
        clock(week * 7 * 24 * 60 + WEEK)
        tasks.plan_digests()
        let_out()
    assert len(postman.mails) == 1
    assert "نیم سال" in postman.mails[0].get_body(("plain",)).get_content()
    assert DigestTurn.objects.get(member=member).stopped_why == "absent"


def test_coming_back_begins_the_digests_again(member, news, clock):
    tasks.plan_digests()
    DigestTurn.objects.update(stopped_at=timezone.now(), stopped_why="absent")
    Member.objects.update(last_seen_at=timezone.now() + dt.timedelta(minutes=1))
    tasks.plan_digests()
    assert DigestTurn.objects.get(member=member).stopped_at is None


def test_a_planner_that_runs_twice_queues_once(member, news, clock):
    tasks.plan_digests()
    clock(WEEK)
    Member.objects.update(last_seen_at=timezone.now())
    before = DigestTurn.objects.get(member=member).next_at
    tasks.plan_digests()
    DigestTurn.objects.filter(member=member).update(next_at=before)
    tasks.plan_digests()
    assert Delivery.objects.filter(member=member, kind="digest").count() == 1
