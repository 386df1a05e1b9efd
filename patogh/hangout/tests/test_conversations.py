"""Conversations that a room beside the hangout opens."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.hangout.actions import conversations
from patogh.hangout.models import Post, Space, Topic
from patogh.hangout.queries import access
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit.hooks import plugins
from patogh.trust.errors import Silenced
from patogh.trust.nouns import Said

hook = plugins.hook


@pytest.fixture
def talk(member) -> int:
    return hook.conversation_wanted(
        key="ideas.idea:7", title="خورجین برای ترک‌بند", address="/ideas/7", text="کیف بغل دستباف", by=member
    )


def test_a_thing_has_one_conversation_however_often_it_is_wanted(talk, member):
    again = hook.conversation_wanted(key="ideas.idea:7", title="نام تازه", address="/ideas/7", text="دیگر", by=member)
    topic = Topic.objects.get()
    assert again == talk == topic.pk and topic.space.purpose == "ideas"
    assert '<a href="/ideas/7"' in Post.objects.get(topic=topic).html
    assert wrong_counters() == []


def test_nobody_opens_topics_there_by_hand(talk, member, owner, signed_in):
    space = Space.objects.get(purpose="ideas")
    assert space not in access.spaces_postable_by(member) and space not in access.spaces_postable_by(owner)
    answer = signed_in(member).post(
        "/topics", {"title": "یک عنوان خوب", "text": "متن", "kind": "discussion", "space": space.slug}
    )
    assert answer.status_code == 400 and Topic.objects.count() == 1


def test_words_come_through_the_gate_and_the_last_three_are_shown(talk, moderator):
    for number in range(4):
        url, is_held = hook.conversation_continued(topic_id=talk, words=Said(f"حرف شمارهٔ {number}"), by=moderator)
    assert not is_held and url == f"/t/{talk}/p/5"
    shown = hook.conversation_shown(topic_id=talk, viewer=None)
    assert shown.answers == 4 and [word.number for word in shown.last] == [3, 4, 5]
    assert shown.last[-1].excerpt == "حرف شمارهٔ 3" and hook.conversation_counted(topic_id=talk) == 4


def test_a_silenced_member_says_nothing(talk, other_member):
    other_member.silenced_until = timezone.now() + dt.timedelta(days=1)
    other_member.save()
    with pytest.raises(Silenced):
        hook.conversation_continued(topic_id=talk, words=Said("حرف"), by=other_member)


def test_a_conversation_hides_with_its_thing_and_comes_back(talk, moderator, member):
    assert hook.conversation_hidden(topic_id=talk, hidden=True, why="spam", by=moderator) is True
    assert hook.conversation_shown(topic_id=talk, viewer=None) is None
    assert hook.conversation_hidden(topic_id=talk, hidden=True, why="spam", by=moderator) is False
    assert hook.conversation_hidden(topic_id=talk, hidden=False, why="", by=moderator) is True
    assert hook.conversation_shown(topic_id=talk, viewer=None).answers == 0


def test_the_space_is_opened_once(talk):
    assert conversations.conversations_space() == conversations._open_space() == Space.objects.get(purpose="ideas")
    assert hook.conversation_shown(topic_id=999, viewer=None) is None
