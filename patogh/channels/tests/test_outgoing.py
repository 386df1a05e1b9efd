"""Notices on their way: when they leave, what stops them, and a mail server that does not do as it should."""

import datetime as dt
import socket

import pytest
from django.utils import timezone

from patogh.channels import actions, limits, registry, tasks
from patogh.channels.models import Delivery, Reach
from patogh.channels.tests.conftest import let_out
from patogh.people.actions import mute_member, see_notices
from patogh.people.models import Member

pytestmark = pytest.mark.django_db


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", "why"))


def test_a_mail_waits_ten_minutes_and_leaves_if_the_notice_is_still_unseen(member, tell, postman, clock):
    tell(member)
    clock(9)
    let_out()
    assert postman.mails == []
    clock(11)
    let_out()
    assert [mail["To"] for mail in postman.mails] == ["mina@example.org"]
    assert states() == [("sent", "")]


def test_what_was_seen_meanwhile_is_not_mailed(member, tell, postman, clock):
    tell(member)
    see_notices(by=member)
    clock(11)
    let_out()
    assert (postman.mails, states()) == ([], [("skipped", "seen")])


def test_several_notices_of_a_topic_become_one_mail(member, moderator, tell, postman, clock):
    tell(member)
    clock(4)
    tell(member, "hangout.mentioned", subject=moderator)
    clock(11)
    let_out()
    assert len(postman.mails) == 1
    assert states() == [("sent", ""), ("sent", "")]


def test_a_mail_says_how_to_leave_and_what_it_belongs_to(member, tell, postman, clock):
    tell(member)
    clock(11)
    let_out()
    mail = postman.mails[0]
    assert mail["References"] == mail["In-Reply-To"] == "<hangout.topic.7@rekab.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<https://rekab.example/unsubscribe/")
    assert mail["List-Id"] == "Rekab <notices.rekab.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].strip() == "زنجیر روغن‌کاری می‌خواهد؟"
    assert "رضا نجفی · رکاب" in mail["From"]
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()
    assert "<img" not in mail.get_body(("html",)).get_content()


def test_a_title_cannot_write_headers(member, tell, postman, clock):
    tell(member, title="سلام\r\nBcc: all@example.org\x07 " + "دراز " * 30)
    clock(11)
    let_out()
    assert "Bcc" not in postman.mails[0]
    assert "\n" not in postman.mails[0]["Subject"]


def test_never_means_never_and_the_bell_may_be_off(member, tell):
    actions.choose(member, {("hangout.replied", "mail"): "never", ("hangout.replied", "inapp"): "never"}, by=member)
    notice = tell(member)
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert Member.objects.get(pk=member.pk).unread_notices_count == 0
    assert states() == []


def test_a_mail_leaves_though_the_bell_is_off(member, tell, postman, clock):
    actions.choose(member, {("hangout.replied", "inapp"): "never"}, by=member)
    tell(member)
    clock(11)
    let_out()
    assert len(postman.mails) == 1


def test_a_choice_made_meanwhile_counts(member, tell, postman, clock):
    tell(member)
    actions.choose(member, {("hangout.replied", "mail"): "never"}, by=member)
    clock(11)
    let_out()
    assert states() == [("skipped", "unwanted")]


def test_somebody_muted_meanwhile_is_not_heard(member, other_member, tell, postman, clock):
    tell(member)
    mute_member(other_member, by=member)
    clock(11)
    let_out()
    assert ("skipped", "muted") in states()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, "closed"),
        ({"suspended_until": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, "suspended"),
        ({"email": None}, "no_address"),
        ({"email": "else@example.org"}, "unverified"),
    ],
)
def test_an_account_that_must_not_be_mailed_is_not(change, why, member, tell, postman, clock):
    tell(member)
    Member.objects.filter(pk=member.pk).update(**change)
    clock(11)
    let_out()
    assert (postman.mails, states()) == ([], [("skipped", why)])


def test_quiet_hours_hold_a_mail_until_the_morning(member, tell, postman, clock):
    actions.change_terms(member, quiet_from_min=9 * 60, quiet_to_min=12 * 60, by=member)  # it is ten in Tehran
    tell(member)
    clock(30)
    let_out()
    assert postman.mails == []
    clock(121)
    let_out()
    assert len(postman.mails) == 1


def test_a_silence_gathers_all_into_one_mail_afterwards(member, tell, postman, clock):
    actions.mute(member, timezone.now() + dt.timedelta(hours=8), by=member)
    tell(member, topic=7)
    tell(member, "hangout.mentioned", topic=8)
    clock(60)
    let_out()
    assert postman.mails == []
    clock(8 * 60 + 1)
    let_out()
    assert len(postman.mails) == 1
    assert {mail["References"] for mail in postman.mails} == {None}


def test_enough_is_enough_for_a_day(member, moderator, tell, postman, clock):
    actions.change_terms(member, mails_a_day=1, by=member)
    tell(member, topic=7)
    tell(member, "hangout.mentioned", topic=8, subject=moderator)
    clock(11)
    let_out()
    assert len(postman.mails) == 1
    assert ("waiting", "cap") in states()
    clock(36 * 60)
    let_out()
    assert len(postman.mails) == 2


def test_a_server_that_is_down_loses_nothing(member, tell, postman, clock, settings):
    tell(member)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    clock(11)
    let_out()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "ConnectionRefused" in waiting.last_error
    settings.EMAIL_PORT = port
    clock(12)
    let_out()
    assert postman.mails[0]["Message-ID"] == waiting.message_id


def test_a_worker_killed_after_sending_sends_again_with_the_same_id(member, tell, postman, clock, monkeypatch):
    tell(member)
    clock(11)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "end", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            let_out()
    let_out()
    assert len(postman.mails) == 1, "another worker has it under its lease"
    clock(11 + limits.LEASE_S // 60 + 1)
    let_out()
    assert len(postman.mails) == 2
    assert len({mail["Message-ID"] for mail in postman.mails}) == 1


def test_a_refused_address_bounces_and_is_stopped_at_four(member, tell, postman, clock):
    for minute in (11, 40):
        postman.rcpt_answers = ["550 5.1.1 no such user"]
        tell(member)
        clock(minute)
        let_out()
        clock(minute + 1)
    assert Reach.objects.get().score == 4
    tell(member)
    clock(90)
    let_out()
    assert states()[-1] == ("skipped", "bounced")
    assert member.notices.filter(kind="channels.unreachable").exists()
    actions.forgive(member, by=member)
    tell(member, topic=9, kind="hangout.mentioned")
    clock(120)
    let_out()
    assert len(postman.mails) == 1


def test_bounces_are_forgiven_after_a_month(member, clock):
    actions.note_bounce("mina@example.org", True, "550")
    clock(31 * 24 * 60)
    assert actions.note_bounce("MINA@example.org", False, "450").score == 1
    assert actions.note_bounce("nobody@example.org", True, "550") is None


def test_a_busy_answer_is_tried_again_later(member, tell, postman, clock):
    postman.answers = ["451 try later"]
    tell(member)
    clock(11)
    let_out()
    assert Delivery.objects.get().last_error == "OSError: 451 try later"
    clock(12)
    let_out()
    assert len(postman.mails) == 1


def test_a_failing_mail_is_given_up_after_a_day(member, tell, postman, clock):
    tell(member)
    Delivery.objects.update(attempts=limits.ATTEMPTS_MAX - 1)
    postman.answers = ["451 never"]
    clock(11)
    let_out()
    assert states() == [("dead", "gave_up")]
    assert actions.retry_dead() == 1


def test_retries_begin_with_seconds_and_end_with_a_quarter_of_an_hour():
    waits = [actions.retry_delay(attempt).total_seconds() for attempt in (1, 2, 12, 99)]
    assert 3 <= waits[0] <= 7
    assert 7 <= waits[1] <= 13
    assert all(600 <= wait <= 1200 for wait in waits[2:])


def test_one_mail_that_cannot_be_made_holds_up_no_other(member, agent, tell, postman, clock, monkeypatch):
    tell(member)
    tell(agent)
    real = registry.Parcel.thread.fget
    monkeypatch.setattr(registry.Parcel, "thread", property(lambda one: 1 / 0 if one.member == member else real(one)))
    clock(11)
    let_out()
    assert [mail["To"] for mail in postman.mails] == ["hamid@example.org"]


def test_a_notice_costs_the_same_for_the_thirtieth(member, tell, django_assert_max_num_queries):
    for _ in range(29):
        tell(member)
    with django_assert_max_num_queries(30):
        tell(member)
    assert Delivery.objects.count() == 1


def test_old_deliveries_are_forgotten(member, tell, postman, clock):
    tell(member)
    clock(11)
    let_out()
    clock((limits.KEPT_DAYS + 1) * 24 * 60)
    tasks.sweep()
    assert not Delivery.objects.exists()


def test_a_server_that_says_nothing_is_left_alone_after_its_time(member, tell, settings, clock):
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = "django.core.mail.backends.smtp.EmailBackend", 0.3
    tell(member)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.EMAIL_HOST, settings.EMAIL_PORT = mute.getsockname()
        clock(11)
        let_out()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "timed out" in waiting.last_error


def test_a_server_that_closes_for_now_is_asked_no_more_in_this_turn(member, agent, tell, postman, clock):
    tell(member)
    tell(agent)
    postman.answers = ["421 closing"]
    clock(11)
    let_out()
    assert postman.mails == []
    assert {state for state, _ in states()} == {"waiting"}
