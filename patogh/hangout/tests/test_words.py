"""Words for posts, accepted answers, votes."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic
from patogh.hangout.errors import BadVote, CannotAcceptThis, NotForYou, OwnPost, PollIsOver, TopicIsClosed, UnknownWord
from patogh.hangout.models import Poll, Post, Topic
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit.errors import NotFound


@pytest.fixture
def poll(space, other_member):
    """Which saddle?"""
    new = NewTopic("کدام زین؟", "بگویید", poll=NewPoll("کدام؟", ("نرم", "سفت", "چرمی")))
    return actions.open_topic(space, new, by=other_member).poll


def options_of(poll: Poll) -> list[int]:
    return list(poll.options.values_list("pk", flat=True))


def test_a_word_counts_once_and_can_be_taken_back(answer, member, agent):
    actions.react(answer, "worked", by=member)
    actions.react(answer, "worked", by=member)
    actions.react(answer, "worked", by=agent)
    assert Post.objects.get(pk=answer.pk).reactions == {"worked": 2}
    actions.unreact(answer, "worked", by=member)
    actions.unreact(answer, "worked", by=agent)
    assert Post.objects.get(pk=answer.pk).reactions == {}
    assert wrong_counters() == []


def test_nobody_praises_herself_and_unknown_words_are_refused(answer, member, other_member):
    with pytest.raises(OwnPost):
        actions.react(answer, "thanks", by=other_member)
    with pytest.raises(UnknownWord):
        actions.react(answer, "<script>", by=member)


def test_a_post_out_of_sight_takes_no_words(question, answer, member, moderator):
    actions.trash_topic(question, by=moderator)
    with pytest.raises(NotFound):
        actions.react(answer, "thanks", by=member)


def test_the_asker_accepts_and_another_answer_takes_its_place(question, answer, member, other_member, agent):
    actions.accept_answer(answer, by=member)
    better = actions.reply(question, NewReply("بهتر این است."), by=agent)
    actions.accept_answer(better, by=member)
    assert Topic.objects.get(pk=question.pk).accepted_post_id == better.pk
    assert question.acceptances.filter(lifted_at=None).count() == 1
    assert wrong_counters() == []


def test_withdrawing_an_acceptance_opens_the_question_again(question, answer, member):
    actions.accept_answer(answer, by=member)
    actions.withdraw_acceptance(question, by=member)
    actions.withdraw_acceptance(question, by=member)
    assert Topic.objects.get(pk=question.pk).accepted_post_id is None
    assert wrong_counters() == []


def test_only_the_asker_or_a_moderator_accepts(question, answer, other_member, moderator):
    with pytest.raises(NotForYou):
        actions.accept_answer(answer, by=other_member)
    actions.accept_answer(answer, by=moderator)


def test_only_a_reply_to_a_question_is_an_answer(question, space, member, other_member):
    with pytest.raises(CannotAcceptThis):
        actions.accept_answer(Post.objects.get(topic=question, number=1), by=member)
    chat = actions.open_topic(space, NewTopic("یک گپ", "متن"), by=member)
    with pytest.raises(CannotAcceptThis):
        actions.accept_answer(actions.reply(chat, NewReply("پاسخ"), by=other_member), by=member)


def test_a_vote_is_changed_and_taken_back(poll, member):
    first, second, _ = options_of(poll)
    actions.vote_in_poll(poll, [first], by=member)
    actions.vote_in_poll(poll, [second], by=member)
    assert [one.votes_count for one in poll.options.all()] == [0, 1, 0]
    actions.vote_in_poll(poll, [], by=member)
    assert Poll.objects.get(pk=poll.pk).voters_count == 0
    assert wrong_counters() == []


def test_two_choices_need_a_poll_that_takes_them(poll, space, member, other_member):
    with pytest.raises(BadVote):
        actions.vote_in_poll(poll, options_of(poll)[:2], by=member)
    many = actions.open_topic(
        space, NewTopic("کدام‌ها؟", "متن", poll=NewPoll("کدام؟", ("یک", "دو"), is_multiple=True)), by=other_member
    ).poll
    actions.vote_in_poll(many, options_of(many), by=member)
    with pytest.raises(BadVote):
        actions.vote_in_poll(many, options_of(poll)[:1], by=member)
    assert wrong_counters() == []


def test_a_poll_that_is_over_or_closed_takes_no_votes(poll, member, moderator):
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(PollIsOver):
        actions.vote_in_poll(poll, options_of(poll)[:1], by=member)
    Poll.objects.filter(pk=poll.pk).update(closes_at=None)
    actions.close_topic(poll.topic, by=moderator)
    with pytest.raises(TopicIsClosed):
        actions.vote_in_poll(poll, options_of(poll)[:1], by=member)
