"""Points for what people do for each other: earned once, taken back with the act, and never by oneself."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic
from patogh.ledger.actions.points import change_rules
from patogh.ledger.models import Receipt, Submission, Transfer
from patogh.ledger.queries.money import points_of
from patogh.people.models import Notice
from patogh.trust.actions import block_member

pytestmark = pytest.mark.django_db


def balance(*people) -> list[int]:
    return [points_of(one).balance for one in people]


@pytest.fixture
def laleh(brand):
    """Laleh, who asks for the first time."""
    return made_member("laleh", "لاله پناهی")


@pytest.fixture
def first_topic(space, laleh):
    """Her first topic, of which everybody has heard."""
    topic = actions.open_topic(space, NewTopic("سلام، تازه آمده‌ام", "از کجا شروع کنم؟"), by=laleh)
    drain()
    return topic


def said(topic, by, text="خوش آمدید"):
    """A reply, with everything that follows it."""
    post = actions.reply(topic, NewReply(text), by=by)
    drain()
    return post


def test_an_accepted_answer_earns_points_with_a_receipt_in_the_same_moment(answer, member, other_member):
    actions.accept_answer(answer, by=member)
    assert balance(member, other_member) == [0, 15]
    assert Submission.objects.get(kind="points.transfer.v1").receipts.get().member == other_member


def test_an_answer_that_gives_way_loses_its_points_to_the_other(question, answer, member, other_member, agent):
    actions.accept_answer(answer, by=member)
    better = actions.reply(question, NewReply("واشر را هم عوض کنید"), by=agent)
    actions.accept_answer(better, by=member)
    assert balance(other_member, agent) == [0, 15]


def test_a_withdrawn_acceptance_takes_the_points_back_and_a_new_one_gives_them(question, answer, member, other_member):
    actions.accept_answer(answer, by=member)
    actions.withdraw_acceptance(question, by=member)
    assert balance(other_member) == [0]
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [15]


def test_accepting_twice_earns_once(answer, member, other_member):
    actions.accept_answer(answer, by=member)
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [15] and Transfer.objects.count() == 1


def test_nobody_earns_by_answering_their_own_question(question, member, moderator):
    own = actions.reply(question, NewReply("خودم پیدا کردم"), by=member)
    actions.accept_answer(own, by=moderator)
    assert balance(member) == [0]


def test_those_who_block_each_other_earn_nothing_from_each_other(answer, member, other_member):
    block_member(other_member, by=member)
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [0]


def test_two_accounts_of_one_human_earn_nothing_from_each_other(answer, member, other_member):
    other_member.identity.person_id = member.identity.person_id
    other_member.identity.save(update_fields=["person"])
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [0]


def test_a_suspended_member_earns_nothing(answer, member, other_member):
    other_member.suspended_until = timezone.now() + dt.timedelta(days=2)
    other_member.save(update_fields=["suspended_until"])
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [0]


def test_a_rule_that_is_off_gives_nothing(answer, member, other_member, owner):
    change_rules({"accepted_answer": {"is_on": False}}, by=owner)
    actions.accept_answer(answer, by=member)
    assert balance(other_member) == [0]


def test_an_answer_taken_out_of_sight_loses_its_points_until_it_is_back(answer, member, other_member, moderator):
    actions.accept_answer(answer, by=member)
    actions.trash_post(answer, by=moderator)
    assert balance(other_member) == [0]
    actions.restore_post(answer, by=moderator)
    assert balance(other_member) == [15]


def test_the_first_to_welcome_a_newcomer_earns_points_and_the_second_none(first_topic, member, other_member):
    said(first_topic, other_member)
    said(first_topic, member)
    assert balance(other_member, member) == [5, 0]


def test_a_newcomer_who_speaks_first_can_still_be_welcomed(first_topic, laleh, other_member):
    said(first_topic, laleh, "یک چیز دیگر هم بگویم")
    said(first_topic, other_member)
    assert balance(laleh, other_member) == [0, 5]


def test_the_team_welcomes_without_points_and_leaves_none_for_later(first_topic, moderator, other_member):
    said(first_topic, moderator)
    said(first_topic, other_member)
    assert balance(moderator, other_member) == [0, 0]


def test_a_welcome_after_two_days_is_kind_and_earns_nothing(first_topic, other_member):
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        said(first_topic, other_member)
    assert balance(other_member) == [0]


def test_a_second_topic_is_no_first_one(space, first_topic, laleh, other_member):
    again = actions.open_topic(space, NewTopic("یک پرسش دیگر", "زین را چه کنم؟"), by=laleh)
    said(again, other_member)
    assert balance(other_member) == [0]


def test_a_welcome_taken_out_of_sight_loses_its_points(first_topic, other_member, moderator):
    post = said(first_topic, other_member, "بیایید این را بخرید")
    actions.trash_post(post, by=moderator)
    assert balance(other_member) == [0]


def test_whoever_earned_is_told_of_it_once_and_in_their_own_words(answer, member, other_member):
    drain()
    actions.accept_answer(answer, by=member)
    drain()
    notice = Notice.objects.exclude(title__contains="خوشامد").get(kind="hangout.points_earned")
    assert (notice.member, notice.url, notice.title) == (other_member, "/me/book", "۱۵ امتیاز برای پاسخ پذیرفته‌تان")


def test_each_transfer_has_its_line_and_its_receipt(question, answer, member, other_member):
    actions.accept_answer(answer, by=member)
    actions.withdraw_acceptance(question, by=member)
    assert Submission.objects.filter(kind="points.transfer.v1").count() == Transfer.objects.count() == 2
    assert Receipt.objects.filter(member=other_member).count() == 2
