"""Decisions about topics: each can be undone, and undoing restores everything."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic
from patogh.hangout.errors import CannotMergeThis
from patogh.hangout.models import Picture, Post, Promise, Space, Tag, Topic, TopicMove
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit import limits
from patogh.people.models import Member
from patogh.search.models import Document

VOLATILE = {"version", "why", "name_order"}


def everything() -> dict[str, list[dict]]:
    """Return all that readers and counters see, but for versions."""
    rows = {}
    for model in (Topic, Post, Space, Tag, Member, Picture):
        rows[model.__name__] = [
            {key: value for key, value in row.items() if key not in VOLATILE}
            for row in model.objects.order_by("pk").values()
        ]
    fields = ("kind", "thing_id", "topic_id", "space_id", "audience", "title", "url", "weight")
    rows["Document"] = list(Document.objects.exclude(audience="trash").order_by("kind", "thing_id").values(*fields))
    return rows


@pytest.fixture
def other_topic(space, other_member, member):
    """Another conversation with a reply."""
    topic = actions.open_topic(space, NewTopic("ترمز جیغ می‌کشد", "چه کنم؟", "question", ("ترمز",)), by=other_member)
    actions.reply(topic, NewReply("لنت را عوض کن."), by=member)
    return topic


@pytest.mark.parametrize(
    ("deed", "undo"),
    [
        (actions.pin_topic, actions.unpin_topic),
        (actions.close_topic, actions.reopen_topic),
        (actions.trash_topic, actions.restore_topic),
    ],
)
def test_a_decision_undone_restores_everything(question, answer, member, moderator, deed, undo):
    actions.accept_answer(answer, by=member)
    before = everything()
    deed(question, by=moderator, why="چون لازم بود")
    assert everything() != before
    assert wrong_counters() == []
    undo(question, by=moderator)
    assert everything() == before


def test_a_decision_made_twice_is_one_row_with_who_and_why(question, moderator):
    actions.close_topic(question, by=moderator, why="پرسش تکراری\u202e")
    actions.close_topic(question, by=moderator, why="باز هم")
    row = question.closures.get()
    assert (row.by, row.why) == (moderator, "پرسش تکراری")


def test_a_move_and_the_way_back_restore_everything(question, answer, hidden_space, space, moderator):
    before = everything()
    actions.move_topic(question, hidden_space, by=moderator, why="جایش آن‌جاست")
    assert {row["audience"] for row in everything()["Document"] if row["topic_id"] == question.pk} == {
        hidden_space.audience
    }
    assert wrong_counters() == []
    actions.move_topic(question, space, by=moderator)
    after = everything()
    for row in after["Space"]:
        row["active_at"] = next(one["active_at"] for one in before["Space"] if one["id"] == row["id"])
    assert after == before
    assert TopicMove.objects.get().lifted_by == moderator


def test_a_merge_puts_the_posts_at_the_end_and_undoing_it_restores_everything(
    question, answer, other_topic, member, moderator
):
    actions.accept_answer(answer, by=member)
    before = everything()
    merge = actions.merge_topics(question, other_topic, by=moderator, why="یکی‌اند")
    assert list(Post.objects.filter(topic=other_topic).order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
        4,
    ]
    assert wrong_counters() == []
    actions.undo_merge(merge, by=moderator)
    assert everything() == before
    assert wrong_counters() == []


def test_replies_written_after_a_merge_stay_where_they_were_written(question, other_topic, member, moderator):
    merge = actions.merge_topics(question, other_topic, by=moderator)
    late = actions.reply(other_topic, NewReply("دیر رسیدم"), by=member)
    actions.undo_merge(merge, by=moderator)
    assert Post.objects.get(pk=late.pk).topic_id == other_topic.pk
    assert wrong_counters() == []


def test_what_cannot_be_merged_is_refused(question, other_topic, moderator, monkeypatch):
    with pytest.raises(CannotMergeThis):
        actions.merge_topics(question, question, by=moderator)
    monkeypatch.setattr(limits, "MERGE_POSTS_MAX", 1)
    actions.reply(question, NewReply("دومی"), by=moderator)
    with pytest.raises(CannotMergeThis):
        actions.merge_topics(question, other_topic, by=moderator)
    actions.trash_topic(other_topic, by=moderator)
    monkeypatch.undo()
    with pytest.raises(CannotMergeThis):
        actions.merge_topics(question, other_topic, by=moderator)


def test_a_promise_is_moved_and_kept(space, agent):
    notice = actions.open_topic(space, NewTopic("زین تازه", "متن", "notice"), by=agent)
    first = timezone.localdate() + dt.timedelta(days=3)
    actions.promise(notice, first, by=agent)
    actions.promise(notice, first + dt.timedelta(days=4), by=agent, why="بار دیر رسید")
    actions.settle_promise(notice, "kept", by=agent)
    assert list(Promise.objects.order_by("pk").values_list("outcome", flat=True)) == ["moved", "kept"]
    assert Topic.objects.get(pk=notice.pk).promised_on is None
