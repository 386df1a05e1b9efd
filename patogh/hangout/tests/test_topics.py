"""Opening and editing topics."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.activity.models import Activity
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewTopic, TopicEdit
from patogh.hangout.errors import (
    BadKind,
    BadPoll,
    BadPromise,
    BadTags,
    BadTitle,
    ChangedMeanwhile,
    EmptyText,
    OnlyTheTeam,
    SameKeyOtherText,
)
from patogh.hangout.models import Follow, Post, ReadMarker, Revision, Tag, Topic
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit import limits
from patogh.kit.markup import TextTooLong


def test_opening_a_topic_records_one_activity_and_its_author_follows_and_has_read_it(question, member):
    assert Activity.objects.filter(verb="hangout.topic_opened").count() == 1
    assert Follow.objects.get(topic=question).member == member
    assert ReadMarker.objects.get(topic=question).last_number == 1
    assert wrong_counters() == []


def test_spellings_of_a_tag_are_one_tag(space, member):
    actions.open_topic(space, NewTopic("یکی از کتاب‌ها", "متن", tags=("کتاب‌ها", "#کتابها")), by=member)
    actions.open_topic(space, NewTopic("یکی دیگر", "متن", tags=("كتابها",)), by=member)
    assert Tag.objects.get().topics_count == 2


def test_a_topic_opened_twice_with_one_key_is_one(space, member):
    new = NewTopic("یک بار بس است", "متن", key="k")
    assert actions.open_topic(space, new, by=member) == actions.open_topic(space, new, by=member)
    assert wrong_counters() == []


def test_one_key_with_another_text_is_a_conflict(space, member):
    actions.open_topic(space, NewTopic("یک بار بس است", "متن", key="k"), by=member)
    with pytest.raises(SameKeyOtherText):
        actions.open_topic(space, NewTopic("یک بار بس است", "متن دیگر", key="k"), by=member)


def test_a_key_is_its_owners_own(space, member, other_member):
    first = actions.open_topic(space, NewTopic("از مینا", "متن", key="k"), by=member)
    assert actions.open_topic(space, NewTopic("از رضا", "متن", key="k"), by=other_member) != first


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewTopic("ا", "متن"), BadTitle),
        (NewTopic("ب" * 200, "متن"), BadTitle),
        (NewTopic("\u202e\u200b\u2066", "متن"), BadTitle),
        (NewTopic("عنوان", " \n\t"), EmptyText),
        (NewTopic("عنوان", "م" * (limits.POST_TEXT_CHARS_MAX + 1)), TextTooLong),
        (NewTopic("عنوان", "متن", tags=tuple("ابپتثجچ")), BadTags),
        (NewTopic("عنوان", "متن", tags=("ا" * 41,)), BadTags),
        (NewTopic("عنوان", "متن", poll=NewPoll("کدام؟", ("یک", "یک "))), BadPoll),
        (NewTopic("عنوان", "متن", kind="shout"), BadKind),
        (NewTopic("عنوان", "متن", kind="notice"), OnlyTheTeam),
    ],
)
def test_what_cannot_be_opened_is_refused_and_leaves_nothing(space, member, new, refusal):
    with pytest.raises(refusal):
        actions.open_topic(space, new, by=member)
    assert not Topic.objects.exists()
    assert wrong_counters() == []


def test_the_team_promises_a_date_in_a_notice_but_not_one_that_has_passed(space, agent):
    today = timezone.localdate()
    notice = actions.open_topic(space, NewTopic("زین تازه", "متن", "notice", promised_on=today), by=agent)
    assert notice.promises.get().due_on == today
    with pytest.raises(BadPromise):
        actions.open_topic(
            space, NewTopic("زین دیگر", "متن", "notice", promised_on=today - dt.timedelta(days=1)), by=agent
        )


def test_an_edit_keeps_what_was_said_before(question, member):
    actions.edit_topic(question, TopicEdit("عنوان تازه", "متن تازه", ("توپی",), why="روشن‌تر"), by=member)
    row = Revision.objects.get()
    assert (row.title, row.text, row.why) == ("توپی عقب تق‌تق می‌کند", "در سرازیری صدا می‌دهد.", "روشن‌تر")
    assert Topic.objects.get(pk=question.pk).tag_names == ["توپی"]
    assert wrong_counters() == []


def test_a_slip_mended_at_once_leaves_no_mark_but_a_later_edit_does(question, member, time_machine):
    actions.edit_topic(question, TopicEdit(text="یک"), by=member)
    assert Post.objects.get(topic=question, number=1).edited_at is None
    time_machine.move_to(timezone.now() + dt.timedelta(seconds=limits.EDIT_GRACE_S + 1))
    actions.edit_topic(question, TopicEdit(text="دو"), by=member)
    assert Post.objects.get(topic=question, number=1).edited_at is not None


def test_two_tabs_do_not_overwrite_each_other(question, member, moderator):
    actions.edit_topic(question, TopicEdit(text="از این یکی", base=0), by=member)
    with pytest.raises(ChangedMeanwhile):
        actions.edit_topic(question, TopicEdit(text="از آن یکی", base=0), by=moderator)


def test_an_edit_that_changes_nothing_records_nothing(question, member):
    actions.edit_topic(question, TopicEdit(question.title, "در سرازیری صدا می‌دهد.", ("توپی", "صدا")), by=member)
    assert not Revision.objects.exists()
    assert not Activity.objects.filter(verb="hangout.topic_edited").exists()
