"""What a digest tells whom, and what stands in the mails about notices."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from patogh.activity.jobs import drain
from patogh.channels import tasks
from patogh.channels.models import Delivery
from patogh.channels.queries.digests import matter_for, preview_of
from patogh.hangout import actions
from patogh.hangout.actions import NewTopic
from patogh.hangout.digest.telling import forget_pool
from patogh.people.actions import follow_member, mute_member
from patogh.trust.models import Block

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_pool():
    """Let no test read the pools of the one before."""
    forget_pool()


@pytest.fixture
def week(space, member, other_member, agent, question, answer):
    """A week in which Reza answered Mina, Hamid found it good, and two more topics were opened."""
    actions.react(answer, "worked", by=agent)
    for title in ("دوچرخهٔ تاشو بخرم؟", "راه زاینده‌رود"):
        actions.open_topic(space, NewTopic(title, "متن", "discussion"), by=agent)
    drain()


def told(member):
    """Return (section, titles) of a member's digest now."""
    return {section.key: [line.title for line in section.lines] for section in preview_of(member)}


def test_a_digest_tells_topics_and_posts_that_others_found_good(moderator, week):
    found = told(moderator)
    assert set(found["topics"]) == {"دوچرخهٔ تاشو بخرم؟", "راه زاینده‌رود", "توپی عقب تق‌تق می‌کند"}


def test_what_one_follows_and_ones_circle_come_first(moderator, agent, week):
    follow_member(agent, by=moderator)
    assert set(told(moderator)["topics"][:2]) == {"دوچرخهٔ تاشو بخرم؟", "راه زاینده‌رود"}


def test_ones_own_and_what_one_has_read_is_not_told(agent, week):
    assert told(agent).get("topics", []) in ([], ["توپی عقب تق‌تق می‌کند"])


def test_somebody_muted_or_blocked_is_not_told(moderator, agent, member, week):
    mute_member(agent, by=moderator)
    Block.objects.create(member=member, blocked=moderator)
    assert told(moderator) == {}


def test_a_private_space_stays_behind_its_door(moderator, owner, hidden_space, week):
    for number in range(3):
        actions.open_topic(hidden_space, NewTopic(f"پنهان {number}", "متن", "discussion"), by=owner)
    assert not any("پنهان" in title for titles in told(moderator).values() for title in titles)


def test_questions_come_to_those_who_answered_such(moderator, member, other_member, space, week):
    actions.open_topic(space, NewTopic("صدای توپی جلو", "؟", "question", ("توپی",)), by=member)
    titles = told(other_member)
    assert "صدای توپی جلو" in titles.get("questions", []) + titles.get("topics", [])


def test_a_batch_costs_the_same_for_one_and_for_thirty(
    moderator, agent, member, other_member, owner, week, django_assert_num_queries
):
    since = timezone.now() - dt.timedelta(days=7)
    with django_assert_num_queries(13):
        matter_for({moderator.pk: since})
    forget_pool()
    with django_assert_num_queries(13):
        matter_for({one.pk: since for one in (moderator, agent, member, other_member, owner)})


def test_a_mail_about_a_reply_carries_its_words(member, question, answer):
    drain()
    Delivery.objects.update(due_at=timezone.now())
    tasks.deliver_due("mail")
    sent = [one for one in mail.outbox if one.to == ["mina@example.org"]]
    assert "خار خلاص‌کن را چرب کنید." in sent[0].body
    assert sent[0].extra_headers["References"].startswith(f"<hangout.topic.{question.pk}@")


def test_a_mail_about_what_is_gone_does_not_leave(member, moderator, question, answer):
    drain()
    actions.trash_topic(question, why="", by=moderator)
    Delivery.objects.update(due_at=timezone.now())
    tasks.deliver_due("mail")
    assert set(Delivery.objects.values_list("state", "why")) == {("skipped", "gone")}
