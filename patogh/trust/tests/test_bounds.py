"""Allowances and pace: what new accounts may do, and how fast anybody may do it."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from patogh.trust import actions, errors, queries
from patogh.trust.models import Pace
from patogh.trust.nouns import Submission

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 12, 0, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("submission", "refusal"),
    [
        (Submission("reply", "x", links=("https://a.ir", "https://b.ir", "https://c.ir")), errors.TooManyLinks),
        (Submission("reply", "x", pictures=2), errors.TooManyPictures),
        (Submission("topic", "x", mentions=3), errors.TooManyMentions),
    ],
)
def test_a_new_account_has_its_limits_and_a_known_one_has_none(newcomer, submission, refusal):
    with pytest.raises(refusal):
        queries.check_allowance(newcomer, submission)
    newcomer.trust_level = 1
    queries.check_allowance(newcomer, submission)


def test_the_first_day_allows_three_topics_and_ten_replies(newcomer):
    newcomer.topics_count, newcomer.posts_count = 2, 9
    queries.check_allowance(newcomer, Submission("topic", "x"))
    queries.check_allowance(newcomer, Submission("reply", "x"), topic_id=1)
    newcomer.topics_count, newcomer.posts_count = 3, 10
    with pytest.raises(errors.FirstDayTopics):
        queries.check_allowance(newcomer, Submission("topic", "x"))
    with pytest.raises(errors.FirstDayReplies):
        queries.check_allowance(newcomer, Submission("reply", "x"), topic_id=1)
    newcomer.joined_at = timezone.now() - dt.timedelta(days=2)
    queries.check_allowance(newcomer, Submission("topic", "x"))


def test_known_members_cost_no_query(member, django_assert_num_queries):
    member.trust_level = 1
    queries.terms()
    with django_assert_num_queries(0):
        queries.check_may_write(member)


def test_a_newcomer_waits_thirty_seconds_between_posts_and_is_told_how_long(newcomer):
    with time_machine.travel(NOON, tick=False) as clock:
        actions.keep_pace(newcomer, "post")
        clock.shift(10)
        with pytest.raises(errors.TooFast) as refusal:
            actions.keep_pace(newcomer, "post")
        assert refusal.value.retry_after_s == 20
        clock.shift(20)
        actions.keep_pace(newcomer, "post")


def test_what_was_refused_is_not_counted(newcomer):
    with time_machine.travel(NOON, tick=False) as clock:
        actions.keep_pace(newcomer, "topic")
        for _ in range(3):
            clock.shift(30)
            with pytest.raises(errors.TooFast):
                actions.keep_pace(newcomer, "topic")
        clock.shift(31)
        actions.keep_pace(newcomer, "topic")


def test_ten_posts_a_minute_slide_over_the_edge_of_minutes(member):
    member.trust_level = 1
    with time_machine.travel(NOON.replace(second=58), tick=False) as clock:
        for _ in range(10):
            actions.keep_pace(member, "post")
        clock.shift(3)
        with pytest.raises(errors.TooFast):
            actions.keep_pace(member, "post")
        clock.shift(60)
        actions.keep_pace(member, "post")


def test_higher_levels_may_do_more_in_a_day(member, owner):
    actions.change_terms({"day_edits": 2}, by=owner)
    most = []
    for level in (1, 2, 3, 4):
        member.trust_level = level
        most.append(queries.allowance(member).edits_a_day_max)
    assert most == [2, 3, 4, 6]
    assert queries.allowance(owner).edits_a_day_max is None


def test_a_day_of_edits_is_used_up_and_comes_back_tomorrow(member, owner):
    actions.change_terms({"day_edits": 2}, by=owner)
    member.trust_level = 1
    with time_machine.travel(NOON, tick=False) as clock:
        actions.keep_pace(member, "edit")
        actions.keep_pace(member, "edit")
        with pytest.raises(errors.TooManyToday) as refusal:
            actions.keep_pace(member, "edit")
        assert refusal.value.retry_after_s == 12 * 3600 - 5
        clock.shift(12 * 3600)
        actions.keep_pace(member, "edit")


def test_one_address_is_counted_over_all_its_accounts_and_never_stored(member, other_member, owner):
    actions.change_terms({"posts_per_minute_address": 3}, by=owner)
    member.trust_level = other_member.trust_level = 1
    with time_machine.travel(NOON, tick=False):
        for one in (member, other_member, member):
            actions.keep_pace(one, "post", "203.0.113.7")
        with pytest.raises(errors.TooFast):
            actions.keep_pace(other_member, "post", "203.0.113.7")
        actions.keep_pace(other_member, "post", "203.0.113.8")
    assert not any("203" in key for key in Pace.objects.values_list("key", flat=True))


def test_three_accounts_from_one_address_in_a_day(db, brand):
    for _ in range(3):
        actions.count_account("203.0.113.7")
    with pytest.raises(errors.TooManyAccounts):
        actions.count_account("203.0.113.7")
    actions.count_account("203.0.113.9")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        actions.count_account("203.0.113.7")


def test_the_team_and_a_demo_have_no_pace(agent, member, settings):
    for _ in range(30):
        actions.keep_pace(agent, "topic", "203.0.113.7")
    settings.DEMO = True
    for _ in range(30):
        actions.keep_pace(member, "topic", "203.0.113.7")
    assert not Pace.objects.exists()


def test_pace_costs_one_statement_for_account_and_address_together(member, settings, django_assert_num_queries):
    settings.BRAND_CACHE_S = 60
    queries.terms()
    member.trust_level = 2
    with django_assert_num_queries(3):  # the savepoint around it is the other two
        actions.keep_pace(member, "post", "203.0.113.7")


def test_old_paces_are_swept_away(member):
    with time_machine.travel(NOON - dt.timedelta(days=5)):
        actions.keep_pace(member, "post", "203.0.113.7")
    assert actions.forget_old_paces() == 2
