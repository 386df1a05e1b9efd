"""Forty hands at once on everything that moderates, takes out or ends: each happens once, on both databases."""

import datetime as dt

import pytest
from django.utils import timezone

from patogh.conftest import made_member
from patogh.hangout import actions
from patogh.hangout.actions import NewReply, NewTopic, SpaceFacts, gate
from patogh.hangout.models import Post
from patogh.hangout.tests.conftest import many_hands  # noqa: F401 - a fixture
from patogh.hangout.tests.test_races import HANDS, at_once
from patogh.hangout.tests.truth import wrong_counters
from patogh.people import actions as people
from patogh.people.models import Brand, DataCopy, Leaving, Member
from patogh.trust import actions as trust
from patogh.trust.models import Appeal, Block, Decision, Flag, Held, QueueTally, ReviewItem
from patogh.trust.nouns import Ruling, Subject


def town():
    """Return an owner, a moderator, an author, a neighbour, and the author's topic."""
    Brand.objects.get_or_create(id=1, defaults={"name": "رکاب", "name_en": "Rekab"})
    owner, navid = made_member("behrouz", "بهروز", "owner"), made_member("navid", "نوید", "moderator")
    mina, reza = made_member("mina", "مینا"), made_member("reza", "رضا")
    Member.objects.update(trust_level=2, joined_at=timezone.now() - dt.timedelta(days=90))
    for one in (owner, navid, mina, reza):
        one.refresh_from_db()
    space = actions.open_space(SpaceFacts("repair", "تعمیر"), by=owner)
    return navid, mina, reza, actions.open_topic(space, NewTopic("توپی عقب", "صدا می‌دهد", "question"), by=mina)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_moderates_or_ends_happens_twice(many_hands):
    navid, mina, reza, topic = town()
    post = actions.reply(topic, NewReply("پاسخ"), by=reza)
    crowd = [made_member(f"flagger{number}", f"عضو {number}") for number in range(HANDS)]
    about = Subject("hangout.post", str(post.pk))

    flagged = at_once(lambda n: trust.flag(about, "spam", by=crowd[n]))
    item = ReviewItem.objects.get()
    assert flagged["done"] + flagged["not_found"] == HANDS  # once it is hidden, nobody else finds it
    assert (item.flags_count, Flag.objects.count(), item.is_hidden) == (flagged["done"], flagged["done"], True)
    other = actions.reply(topic, NewReply("پاسخی دیگر"), by=reza)
    again = at_once(lambda _: trust.flag(Subject("hangout.post", str(other.pk)), "spam", by=crowd[0]))
    assert (
        again["done"] == 1 and again["already_flagged"] + again["too_fast"] == HANDS - 1
    )  # a slow machine meets the pace
    trust.withdraw_flag(Flag.objects.latest("pk"), by=crowd[0])

    decided = at_once(lambda _: trust.decide(item, Ruling("hide", "spam", "آگهی"), by=navid))
    assert decided == {"done": 1, "already_decided": HANDS - 1}
    decision = Decision.objects.get()
    assert at_once(lambda _: trust.appeal(decision, "نه", by=reza)) == {"done": 1, "cannot_appeal": HANDS - 1}
    judge, appeal = made_member("shirin", "شیرین", "moderator"), Appeal.objects.get()
    answered = at_once(lambda _: trust.decide_appeal(appeal, "lifted", "درست می‌گویید", by=judge))
    assert answered["done"] == 1 and sum(answered.values()) == HANDS
    assert Post.objects.get(pk=post.pk).hidden_at is None

    trust.list_word("زرورق", "selling", by=navid)
    new = NewReply("زرورق بخرید، خیلی خوب است", key="k")
    assert at_once(lambda _: gate.reply_or_hold(topic.pk, new, by=mina)) == {"done": HANDS}
    waiting = ReviewItem.objects.get(subject_kind="trust.held", subject_id=str(Held.objects.get().pk))
    approved = at_once(lambda _: trust.decide(waiting, Ruling("approve", "harmless"), by=navid))
    assert approved == {"done": 1, "already_decided": HANDS - 1}
    assert Post.objects.filter(text__contains="زرورق").count() == 1
    assert set(QueueTally.objects.values_list("open_count", flat=True)) == {0}

    assert at_once(lambda _: trust.block_member(reza, by=mina)) == {"done": HANDS}
    assert Block.objects.count() == 1
    assert at_once(lambda _: people.ask_for_copy(by=mina)) == {"done": HANDS}
    assert DataCopy.objects.count() == 1
    assert at_once(lambda _: people.close_account(by=mina)) == {"done": HANDS}
    assert Leaving.objects.count() == 1
    assert wrong_counters() == []
