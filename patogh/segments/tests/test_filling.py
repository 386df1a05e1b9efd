"""A new rule is asked outside of any transaction; what was found is written only while it is still so."""

from __future__ import annotations

import pytest

from patogh.activity import door, jobs
from patogh.hangout import actions as talk
from patogh.hangout.actions import NewTopic, SpaceFacts
from patogh.people.actions.erasing import erase_member
from patogh.people.models import Identity
from patogh.segments import actions
from patogh.segments.actions import filling
from patogh.segments.asking.batch import of_persons
from patogh.segments.asking.verdicts import verdicts
from patogh.segments.models import Membership, SegmentVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(owner):
    """Where one asks."""
    return talk.open_space(SpaceFacts("repair", "تعمیر", "Repair"), by=owner)


def ask(space, member):
    words = "چرا زنجیر صدا می‌دهد؟"
    return talk.open_topic(space, NewTopic(title=words, text="از دیروز صدا می‌دهد.", kind="question"), by=member)


def begun(owner, rule="asked never"):
    """A segment whose first step was asked and is not written yet: how to write it."""
    actions.make_segment("گروه", rule, by=owner)
    step = filling._begin_step(100)
    batch = of_persons(step.persons, filling.timezone.now())
    said = verdicts(step.rule, batch)
    return lambda: filling._end_step(step, batch, said)


def inside():
    return set(Membership.objects.filter(left_at=None).values_list("person_id", flat=True))


def test_a_rule_is_asked_of_everybody_outside_the_door(member, owner, monkeypatch):
    depths = []
    monkeypatch.setattr(filling, "verdicts", lambda *given: depths.append(door._inside.depth) or verdicts(*given))
    actions.make_segment("گروه", "asked never", by=owner)
    while filling.fill_on():
        pass
    assert depths == [0] and inside() == {member.identity.person_id, owner.identity.person_id}


def test_what_was_found_of_somebody_who_did_something_meanwhile_is_found_anew(member, owner, space):
    write = begun(owner)
    ask(space, member)
    actions.follow_some()
    write()
    assert inside() == set() and SegmentVersion.objects.get().asked_count == 0
    jobs.drain()
    assert inside() == {owner.identity.person_id}


def test_somebody_else_who_did_something_meanwhile_delays_nothing(member, owner, space):
    write = begun(owner)
    SegmentVersion.objects.update(asking_until=min(member.identity.person_id, owner.identity.person_id))
    first, second = sorted([member, owner], key=lambda one: one.identity.person_id)
    ask(space, second)
    actions.follow_some()
    assert SegmentVersion.objects.get().asking_until == first.identity.person_id
    ask(space, first)
    actions.follow_some()
    assert SegmentVersion.objects.get().asking_until is None
    write()
    assert inside() == set()


def test_nobody_who_was_erased_meanwhile_comes_back(member, owner):
    write, person = begun(owner), member.identity.person_id
    erase_member(member, by=owner)
    write()
    jobs.drain()
    assert not Membership.objects.filter(person=person).exists() and inside() == {owner.identity.person_id}


def test_a_rule_that_was_changed_or_stopped_meanwhile_writes_nothing_old(member, owner):
    write, segment = begun(owner), SegmentVersion.objects.get().segment
    actions.pause(segment, by=owner)
    write()
    assert inside() == set()
    actions.resume(segment, by=owner)
    write()
    assert inside() == set()
    actions.change_rule(segment, "asked ever", by=owner)
    write()
    jobs.drain()
    assert inside() == set()


def test_a_step_is_written_once(member, owner):
    write = begun(owner)
    write()
    write()
    people = Identity.objects.values_list("person_id", flat=True).distinct().count()
    assert Membership.objects.count() == SegmentVersion.objects.get().asked_count == people
