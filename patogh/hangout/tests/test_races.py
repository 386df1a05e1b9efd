"""Forty hands at once: everything happens once, nothing is lost, nothing is counted wrong."""

import threading
from collections import Counter

import pytest
from django.db import connections

from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewPoll, NewReply, NewTopic, SpaceFacts
from patogh.hangout.models import PollVote, Post, Reaction
from patogh.hangout.tests.truth import wrong_counters
from patogh.kit.errors import PatoghError
from patogh.people.models import Brand

HANDS = 40
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deed) -> Counter:
    """Let HANDS threads do `deed(number)` at the same moment; returns how each of them ended."""
    ended, gate = Counter(), threading.Barrier(HANDS)

    def hand(number: int) -> None:
        gate.wait(timeout=30)
        try:
            deed(number)
            ended["done"] += 1
        except PatoghError as refusal:
            ended[refusal.code] += 1
        except Exception as error:
            ended[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand, args=(number,)) for number in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended


def opened(**more):
    """Return the asker, a helper and a question between them."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner, mina, reza = (
        made_member("behrouz", "بهروز", "owner"),
        made_member("mina", "مینا"),
        made_member("reza", "رضا"),
    )
    space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    return mina, reza, actions.open_topic(space, NewTopic("توپی عقب", "صدا می‌دهد", "question", **more), by=mina)


def test_forty_replies_at_once_are_forty_numbers(many_hands):
    _, reza, topic = opened()
    assert at_once(lambda n: actions.reply(topic, NewReply(f"پاسخ {n}"), by=reza)) == {"done": HANDS}
    assert sorted(Post.objects.filter(topic=topic).values_list("number", flat=True)) == list(range(1, HANDS + 2))
    assert wrong_counters() == []


def test_forty_clicks_on_send_are_one_reply(many_hands):
    _, reza, topic = opened()
    assert at_once(lambda _: actions.reply(topic, NewReply("یک بار", key="k"), by=reza)) == {"done": HANDS}
    assert Post.objects.filter(topic=topic).count() == 2
    assert wrong_counters() == []


def test_one_word_said_forty_times_is_one(many_hands):
    mina, reza, topic = opened()
    post = actions.reply(topic, NewReply("پاسخ"), by=reza)
    assert at_once(lambda _: actions.react(post, "thanks", by=mina)) == {"done": HANDS}
    assert Reaction.objects.count() == 1
    assert wrong_counters() == []


def test_forty_votes_of_one_hand_are_one(many_hands):
    mina, _, topic = opened(poll=NewPoll("کدام؟", ("یک", "دو")))
    options = list(topic.poll.options.values_list("pk", flat=True))
    assert at_once(lambda n: actions.vote_in_poll(topic.poll, [options[n % 2]], by=mina)) == {"done": HANDS}
    assert PollVote.objects.count() == 1
    assert wrong_counters() == []


def test_forty_acceptances_leave_one(many_hands):
    mina, reza, topic = opened()
    posts = [actions.reply(topic, NewReply(f"پاسخ {n}"), by=reza) for n in range(4)]
    assert at_once(lambda n: actions.accept_answer(posts[n % 4], by=mina)) == {"done": HANDS}
    assert topic.acceptances.filter(lifted_at=None).count() == 1
    assert wrong_counters() == []
