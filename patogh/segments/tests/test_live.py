"""Memberships follow the road and the clock, and nobody else is asked."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from patogh.activity import jobs
from patogh.activity.models import Activity
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewTopic, SpaceFacts
from patogh.people import actions as people
from patogh.people.actions.erasing import erase_member
from patogh.segments import actions, tasks
from patogh.segments.models import DueMoment, Membership, SegmentDay, Touched

pytestmark = pytest.mark.django_db
ASKED_TWICE = "asked >= 2 within 90 days and ordered never"


@pytest.fixture
def space(owner):
    """Where one asks."""
    return talk.open_space(SpaceFacts("repair", "تعمیر", "Repair"), by=owner)


def ask(space, member, title="چرا زنجیر صدا می‌دهد؟"):
    talk.open_topic(space, NewTopic(title=title, text="از دیروز صدا می‌دهد.", kind="question"), by=member)
    jobs.drain()


def inside(segment):
    return set(Membership.objects.filter(segment=segment, left_at=None).values_list("person_id", flat=True))


def test_somebody_enters_as_soon_as_the_second_question_is_asked(make, member, space):
    segment = make(ASKED_TWICE)
    ask(space, member)
    assert inside(segment) == set()
    ask(space, member, "چرا ترمز صدا می‌دهد؟")
    segment.refresh_from_db()
    assert inside(segment) == {member.identity.person_id}
    assert segment.members_count == 1
    step = Activity.objects.get(verb="segments.person_entered")
    assert (step.identity_id, step.audience) == (member.identity_id, "staff")


def test_somebody_leaves_by_time_alone_and_only_she_is_asked_again(make, member, space, django_assert_max_num_queries):
    with time_machine.travel(dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC), tick=False) as clock:
        segment = make(ASKED_TWICE)
        ask(space, member)
        ask(space, member, "چرا ترمز صدا می‌دهد؟")
        assert DueMoment.objects.get().person_id == member.identity.person_id
        clock.shift(dt.timedelta(days=90))
        assert actions.turn_some() == 0
        clock.shift(dt.timedelta(seconds=1))
        with django_assert_max_num_queries(40):
            assert actions.turn_some() == 1
        assert inside(segment) == set()
        assert Activity.objects.filter(verb="segments.person_left", identity_id=member.identity_id).count() == 1
        assert actions.turn_some() == 0


def test_a_verb_that_no_rule_asks_about_costs_nothing(make, member, owner):
    make("ordered ever")
    people.follow_member(owner, by=member)
    assert not Touched.objects.exists()


def test_a_new_rule_is_filled_without_an_activity_for_each(make, member, owner, space):
    ask(space, member)
    segment = make("asked ever")
    assert inside(segment) == {member.identity.person_id}
    assert not Activity.objects.filter(verb="segments.person_entered").exists()
    filled = Activity.objects.get(verb="segments.segment_filled")
    assert filled.data["entered"] == 1
    actions.change_rule(segment, "asked never", by=owner)
    jobs.drain()
    segment.refresh_from_db()
    assert inside(segment) == {owner.identity.person_id}
    assert (segment.version, segment.state, segment.members_count) == (2, "live", 1)
    assert SegmentDay.objects.get(segment=segment).members_count == 1


def test_erasing_somebody_takes_them_out_and_leaves_no_row(make, member, owner, space):
    ask(space, member)
    segment = make("asked ever")
    person = member.identity.person_id
    erase_member(member, by=owner)
    jobs.drain()
    segment.refresh_from_db()
    assert segment.members_count == 0
    assert not Membership.objects.filter(person=person).exists()


def test_a_paused_segment_stays_as_it_is_and_catches_up_when_resumed(make, member, owner, space):
    segment = make("asked ever")
    actions.pause(segment, by=owner)
    ask(space, member)
    assert inside(segment) == set()
    actions.resume(segment, by=owner)
    jobs.drain()
    assert inside(segment) == {member.identity.person_id}


def test_a_consent_taken_back_ends_a_membership(make, member):
    from patogh.people import consent

    said = {"words": "بله", "method": "settings", "evidence": {"form": "x"}, "language": "fa"}
    consent.give(member.identity, "offers", "sms", **said, by=member)
    segment = make("consent(offers, sms)")
    assert inside(segment) == {member.identity.person_id}
    consent.withdraw(member.identity, "offers", "sms", **said, by=member)
    jobs.drain()
    assert inside(segment) == set()


def test_one_thread_fills_and_a_filling_that_nobody_is_at_goes_on(member, owner, space):
    ask(space, member)
    segment = actions.make_segment("پرسنده‌ها", "asked ever", by=owner)
    with tasks._filling:
        jobs.drain()
        assert inside(segment) == set()
    tasks.sweep()
    jobs.drain()
    assert inside(segment) == {member.identity.person_id}
