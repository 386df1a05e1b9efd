"""Levels are earned by reading and taking part, kept or lost, and given by hand."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.conftest import made_member
from patogh.kit.hooks import hookimpl, plugins
from patogh.trust import actions, queries, tasks
from patogh.trust.errors import UnknownTerm
from patogh.trust.models import MemberDay, Record, RepliedTopic

pytestmark = pytest.mark.django_db


def test_five_topics_thirty_posts_and_ten_minutes_are_level_one_at_once(newcomer):
    for _ in range(4):
        actions.note_reading(newcomer.pk, 1, 7, 150)
    newcomer.refresh_from_db()
    assert newcomer.trust_level == 0
    actions.note_reading(newcomer.pk, 1, 7, 150)
    newcomer.refresh_from_db()
    assert newcomer.trust_level == 1
    assert Activity.objects.filter(verb="trust.level_changed", identity_id=None).count() == 1


def test_seconds_of_one_call_are_capped_and_never_negative(newcomer):
    actions.note_reading(newcomer.pk, 0, 0, 10**9)
    actions.note_reading(newcomer.pk, -5, -5, -5)
    record = Record.objects.get()
    assert (record.seconds_read, record.topics_entered, record.posts_read, record.days_visited) == (600, 0, 0, 1)


def test_days_are_counted_once_each(newcomer):
    start = timezone.now()
    for day in range(3):
        with time_machine.travel(start + dt.timedelta(days=day)):
            actions.note_reading(newcomer.pk, 0, 1, 1)
            actions.note_reading(newcomer.pk, 0, 1, 1)
    assert Record.objects.get().days_visited == 3
    assert MemberDay.objects.count() == 3


def test_reading_takes_two_statements_for_somebody_at_level_two(member, settings, django_assert_num_queries):
    settings.BRAND_CACHE_S = 60
    member.trust_level = 2
    member.save()
    actions.note_reading(member.pk, 1, 1, 1)
    with django_assert_num_queries(4):  # the savepoint around it is the other two
        actions.note_reading(member.pk, 0, 1, 1)


def _full(record: Record) -> None:
    Record.objects.filter(pk=record.pk).update(
        topics_entered=300,
        posts_read=900,
        seconds_read=9000,
        days_visited=80,
        words_given=40,
        words_received=30,
        topics_replied=12,
    )


def _full_window(member) -> None:
    today = timezone.now().date()
    MemberDay.objects.all().delete()
    MemberDay.objects.bulk_create(
        MemberDay(
            member=member, day=today - dt.timedelta(days=n), readings=1, posts_read=9, words_given=1, words_received=1
        )
        for n in range(60)
    )
    RepliedTopic.objects.bulk_create(RepliedTopic(member=member, topic_id=n, last_at=timezone.now()) for n in range(12))


class Talk:
    @hookimpl
    def talk_since(self, moment):
        return 0, 400


@pytest.fixture
def talk():
    made = Talk()
    plugins.register(made, name="test-talk")
    yield made
    plugins.unregister(made)


@pytest.fixture
def no_other_talk(monkeypatch):
    """Let the test's own numbers of topics and posts count."""
    monkeypatch.setattr(plugins.hook.talk_since, "_hookimpls", [])


def test_level_three_is_kept_fourteen_days_after_it_is_missed_and_then_lost(no_other_talk, talk, member):
    actions.note_reading(member.pk, 1, 1, 1)
    _full(Record.objects.get())
    _full_window(member)
    tasks.weigh_levels()
    member.refresh_from_db()
    assert member.trust_level == 3
    start = timezone.now()
    with time_machine.travel(start + dt.timedelta(days=55)):
        Record.objects.update(weigh_at=timezone.now())
        tasks.weigh_levels()
        member.refresh_from_db()
        assert member.trust_level == 3 and Record.objects.get().wanting_since is not None
    with time_machine.travel(start + dt.timedelta(days=70)):
        tasks.weigh_levels()
        member.refresh_from_db()
        assert member.trust_level == 2


def test_too_many_posts_at_fault_cost_level_three(no_other_talk, talk, member):
    actions.note_reading(member.pk, 1, 1, 1)
    _full(Record.objects.get())
    _full_window(member)
    MemberDay.objects.filter(day=timezone.now().date()).update(posts_flagged=6)
    tasks.weigh_levels()
    member.refresh_from_db()
    assert member.trust_level == 2


def test_a_level_by_hand_stays_and_can_be_given_back(member, owner):
    actions.set_level(member, 4, by=owner)
    member.refresh_from_db()
    assert member.trust_level == 4
    actions.note_reading(member.pk, 1, 1, 1)
    tasks.weigh_levels()
    member.refresh_from_db()
    assert member.trust_level == 4
    actions.set_level(member, None, by=owner)
    member.refresh_from_db()
    assert member.trust_level == 2
    with pytest.raises(UnknownTerm):
        actions.set_level(member, 5, by=owner)


def test_those_who_came_with_a_history_get_a_first_level(db, brand):
    new, old, rich = made_member("new_one", "نو"), made_member("old_one", "کهنه"), made_member("rich_one", "پُرکار")
    for one, posts, thanks in ((new, 3, 0), (old, 6, 0), (rich, 60, 20)):
        one.posts_count, one.thanks_count = posts, thanks
        one.joined_at = timezone.now() - dt.timedelta(days=90)
        one.save()
    tasks.weigh_levels()
    for one in (new, old, rich):
        one.refresh_from_db()
    assert [one.trust_level for one in (new, old, rich)] == [0, 1, 2]


def test_the_next_level_says_what_is_missing(newcomer):
    actions.note_reading(newcomer.pk, 2, 10, 60)
    level, asked = queries.next_level(newcomer)
    assert level == 1
    assert {(task.code, task.have, task.want, task.is_done) for task in asked} == {
        ("topics_entered", 2, 5, False), ("posts_read", 10, 30, False), ("minutes_read", 1, 10, False),
    }  # fmt: skip


def test_terms_are_held_to_their_bounds_and_act_at_once(newcomer, owner):
    for name, value in (
        ("tl1_posts_read", -1),
        ("nothing", 1),
        ("hold_sign_ups", "maybe"),
        ("tl1_posts_read", True),
        ("tl1_posts_read", "9"),
    ):
        with pytest.raises(UnknownTerm):
            actions.change_terms({name: value}, by=owner)
    row = actions.change_terms({"tl1_topics_entered": 1, "tl1_posts_read": 1, "tl1_minutes_read": 0}, by=owner)
    assert row.chosen == {"tl1_topics_entered": 1, "tl1_posts_read": 1, "tl1_minutes_read": 0}
    actions.note_reading(newcomer.pk, 1, 1, 0)
    newcomer.refresh_from_db()
    assert newcomer.trust_level == 1
    assert actions.change_terms({"tl1_topics_entered": 5}, by=owner).chosen.keys() == {
        "tl1_posts_read",
        "tl1_minutes_read",
    }


def test_replies_and_words_on_the_road_are_counted(things, member, other_member):
    from types import SimpleNamespace

    from patogh.trust.actions.levels import count_reply, count_word

    subject = things.add(other_member)
    reply = SimpleNamespace(target_id="7", identity_id=member.identity_id, happened_at=timezone.now(), channel="web")
    count_reply(reply)
    count_reply(reply)
    word = SimpleNamespace(identity_id=member.identity_id, subject_kind=subject.kind, subject_id=subject.id)
    count_word(word)
    count_word(word)
    count_word(word, -1)
    assert (RepliedTopic.objects.get().replies, Record.objects.get(pk=member.pk).topics_replied) == (2, 1)
    assert Record.objects.get(pk=member.pk).words_given == 1
    assert Record.objects.get(pk=other_member.pk).words_received == 1


def test_old_days_are_swept_away(member):
    MemberDay.objects.create(member=member, day=timezone.now().date() - dt.timedelta(days=102))
    MemberDay.objects.create(member=member, day=timezone.now().date())
    tasks.sweep()
    assert MemberDay.objects.count() == 1
