"""Forty hands at once on what one keeps for oneself; words, votes, answers and replies are raced in the hangout's own tests."""

import pytest

from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import Bookmark, Follow, Topic
from patogh.people.models import Brand
from patogh.people.tests.conftest import at_once, busy_house  # noqa: F401 - the house with real threads

HANDS = 40


def town():
    """Return a member and a topic with an answer."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner, reader = made_member("behrouz", "بهروز", "owner"), made_member("mina", "مینا")
    space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    topic = actions.open_topic(space, NewTopic("توپی عقب", "صدا می‌دهد", "question"), by=owner)
    return reader, topic, actions.reply(topic, NewReply("خار را چرب کنید."), by=owner)


@pytest.mark.sqlite
def test_forty_follows_at_once_count_once(busy_house, at_once):
    reader, topic, _ = town()
    before = Topic.objects.get(pk=topic.pk).followers_count
    answers = at_once([lambda: actions.follow(topic, by=reader)] * HANDS)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert Follow.objects.filter(topic=topic, member=reader).count() == 1
    assert Topic.objects.get(pk=topic.pk).followers_count == before + 1


@pytest.mark.sqlite
def test_forty_bookmarks_at_once_are_one(busy_house, at_once):
    reader, _, answer = town()
    answers = at_once([lambda: actions.bookmark(answer, by=reader)] * HANDS)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert Bookmark.objects.filter(post=answer, member=reader).count() == 1
