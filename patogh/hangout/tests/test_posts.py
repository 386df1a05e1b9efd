"""Replying, following up, editing and taking away."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patogh.activity.models import Activity
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, PostEdit
from patogh.hangout.errors import (
    CannotTrashThis,
    ChangedMeanwhile,
    EmptyText,
    NotYourStory,
    SameKeyOtherText,
    TopicIsClosed,
)
from patogh.hangout.models import Draft, Follow, Post, Topic
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit.errors import NotFound


def test_replies_are_numbered_one_after_the_other(question, member, other_member):
    numbers = [actions.reply(question, NewReply(f"پاسخ {n}"), by=other_member).number for n in range(3)]
    assert numbers == [2, 3, 4]
    assert wrong_counters() == []


def test_an_answer_to_an_answer_hangs_on_the_same_parent(question, answer, member, other_member):
    second = actions.reply(question, NewReply("چطور؟", parent=answer.number), by=member)
    third = actions.reply(question, NewReply("این‌طور.", parent=second.number), by=other_member)
    assert (second.parent_id, third.parent_id) == (answer.pk, answer.pk)


def test_a_parent_that_is_gone_is_not_found(question, answer, member, moderator):
    actions.trash_post(answer, by=moderator)
    with pytest.raises(NotFound):
        actions.reply(question, NewReply("چطور؟", parent=answer.number), by=member)


def test_the_same_reply_sent_twice_is_one_and_other_words_are_a_conflict(question, other_member):
    first = actions.reply(question, NewReply("پاسخ", key="k"), by=other_member)
    assert actions.reply(question, NewReply("پاسخ", key="k"), by=other_member) == first
    with pytest.raises(SameKeyOtherText):
        actions.reply(question, NewReply("پاسخ دیگر", key="k"), by=other_member)
    assert Post.objects.filter(topic=question).count() == 2
    assert wrong_counters() == []


def test_a_repeated_reply_is_answered_even_after_the_topic_closed(question, other_member, moderator):
    first = actions.reply(question, NewReply("پاسخ", key="k"), by=other_member)
    actions.close_topic(question, by=moderator)
    assert actions.reply(question, NewReply("پاسخ", key="k"), by=other_member) == first


@pytest.mark.parametrize("deed", [actions.close_topic, actions.trash_topic])
def test_a_topic_that_is_closed_or_gone_takes_no_reply(question, other_member, moderator, deed):
    deed(question, by=moderator)
    with pytest.raises(TopicIsClosed):
        actions.reply(question, NewReply("پاسخ"), by=other_member)


def test_a_reply_without_words_is_refused(question, member):
    with pytest.raises(EmptyText):
        actions.reply(question, NewReply("\u200f \n"[1:]), by=member)


def test_what_happened_next_is_the_askers_or_the_teams_to_tell(question, member, other_member, agent):
    with pytest.raises(NotYourStory):
        actions.reply(question, NewReply("درست شد", is_followup=True), by=other_member)
    assert actions.reply(question, NewReply("درست شد", is_followup=True), by=member).is_followup
    assert actions.reply(question, NewReply("قطعه رسید", is_followup=True), by=agent).is_followup


def test_a_reply_follows_the_topic_unless_it_is_muted_and_throws_its_draft_away(question, other_member):
    actions.follow(question, by=other_member, level="muted")
    actions.save_draft(f"topic:{question.pk}", "نیمه", by=other_member)
    actions.reply(question, NewReply("پاسخ"), by=other_member)
    assert Follow.objects.get(member=other_member).level == "muted"
    assert not Draft.objects.exists()
    assert wrong_counters() == []


def test_an_edit_of_somebody_elses_tab_is_not_lost(answer, other_member, moderator):
    actions.edit_post(answer, PostEdit("از رضا", base=0), by=other_member)
    with pytest.raises(ChangedMeanwhile):
        actions.edit_post(answer, PostEdit("از نوید", base=0), by=moderator)
    assert Post.objects.get(pk=answer.pk).text == "از رضا"


def test_the_opening_post_is_not_taken_away_alone(question, moderator):
    with pytest.raises(CannotTrashThis):
        actions.trash_post(Post.objects.get(topic=question, number=1), by=moderator)


def test_a_post_taken_away_and_restored_is_as_it_was(question, answer, member, moderator):
    actions.accept_answer(answer, by=member)
    before = (
        Topic.objects.filter(pk=question.pk)
        .values("replies_count", "score", "active_at", "last_poster_id", "accepted_post_id")
        .get()
    )
    actions.trash_post(answer, by=moderator, why="تبلیغ")
    assert wrong_counters() == []
    actions.restore_post(answer, by=moderator)
    after = (
        Topic.objects.filter(pk=question.pk)
        .values("replies_count", "score", "active_at", "last_poster_id", "accepted_post_id")
        .get()
    )
    assert after == before
    assert wrong_counters() == []


def test_each_deed_records_exactly_one_activity(question, answer, member, other_member, moderator):
    before = Activity.objects.count()
    actions.edit_post(answer, PostEdit("نو"), by=other_member)
    actions.trash_post(answer, by=moderator)
    actions.trash_post(answer, by=moderator)
    actions.restore_post(answer, by=moderator)
    assert Activity.objects.count() == before + 3


@pytest.mark.parametrize("count", [1, 30])
def test_a_reply_takes_few_journeys_however_many_came_before(question, other_member, count):
    for number in range(count):
        actions.reply(question, NewReply("پاسخ", key=f"{number}"), by=other_member)
    with CaptureQueriesContext(connection) as asked:
        actions.reply(question, NewReply("پاسخ", key="last"), by=other_member)
    taken = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(taken) == (9 if connection.vendor == "postgresql" else 16), "\n".join(taken)
