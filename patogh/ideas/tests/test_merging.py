"""Merging duplicates: the union of their supporters, a notice each, nobody twice, and all of it undone."""

import pytest
from django.utils import timezone

from patogh.activity import jobs
from patogh.ideas import errors, limits
from patogh.ideas.actions import following, merging, moving, programmes, supporting
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.models import Idea, Merging, Support
from patogh.ideas.terms import Station, Terms
from patogh.ideas.tests.making import gathering, people, programme
from patogh.ledger.models import Submission
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db
FAR = Terms(stations=(Station(50, 60), Station(100, 60)), is_adaptive=False)
SAME = Draft(title="قاب بطری برای دوچرخهٔ تاشو", lead="همان", problem="جا نمی‌شود", proposal="قابی که تا شود")
WHY = {"reason": "هر دو یک چیز می‌خواهند", "reason_en": "Both ask for the same"}


@pytest.fixture
def two(member, other_member, owner):
    """Two ideas of different members that gather, with the fans of each; one fan stands behind both."""
    here = programme(owner, FAR)
    source, into = gathering(member, here, by=owner), gathering(other_member, here, by=owner, words=SAME)
    fans = people(4)
    for fan in fans[:3]:
        supporting.give_support(source, by=fan)
    for fan in fans[2:]:
        supporting.give_support(into, by=fan)
    return source, into, fans


def standing(idea):
    """Return who stands behind an idea, and its counter."""
    live = Support.objects.filter(idea=idea, withdrawn_at=None).order_by("member").values_list("member", flat=True)
    return list(live), Idea.objects.get(pk=idea.pk).supporters_count


def test_the_union_stands_and_nobody_is_counted_twice(two, owner):
    source, into, fans = two
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    assert standing(into) == (sorted(fan.pk for fan in fans), 4)
    assert standing(source) == (sorted(fan.pk for fan in fans[:3]), 3)
    row = Idea.objects.get(pk=source.pk)
    assert (row.state, row.merged_into_id, Merging.objects.get().carried_count) == ("merged", into.pk, 2)
    assert Submission.objects.filter(kind="support.v1").count() == 7
    assert Notice.objects.filter(kind="ideas.idea_you_support_merged").count() == 3


def test_who_only_follows_hears_of_the_merge_too(two, owner, moderator):
    source, into, fans = two
    for one in (moderator, fans[0]):
        following.follow_idea(source, by=one)
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    told = Notice.objects.filter(kind="ideas.merged").values_list("member", flat=True)
    assert moderator.pk in told and fans[0].pk not in told


def test_a_merge_in_small_batches_goes_on_where_it_stood(two, owner, monkeypatch):
    monkeypatch.setattr(limits, "CARRIED_A_TURN_MAX", 1)
    source, into, fans = two
    merge = merging.merge_ideas(source, into, by=owner, **WHY)
    assert merging.carry_batch(merge.pk) == [fans[0].pk]
    jobs.drain()
    assert standing(into)[1] == 4
    assert merging.carry_batch(merge.pk) == []


def test_undoing_a_merge_restores_both(two, owner):
    source, into, fans = two
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    merging.unmerge_idea(source, by=owner, reason="دو چیزند", reason_en="They are two")
    jobs.drain()
    assert standing(into) == (sorted(fan.pk for fan in fans[2:]), 2)
    row = Idea.objects.get(pk=source.pk)
    assert (row.state, row.merged_into_id, row.supporters_count, row.missing) == ("gathering", None, 3, 47)
    assert Submission.objects.filter(kind="support.withdrawn.v1").count() == 2


def test_undoing_while_supporters_are_carried_leaves_nobody_behind(two, owner, monkeypatch):
    monkeypatch.setattr(limits, "CARRIED_A_TURN_MAX", 1)
    source, into, fans = two
    merge = merging.merge_ideas(source, into, by=owner, **WHY)
    merging.carry_batch(merge.pk)
    merging.unmerge_idea(source, by=owner, **WHY)
    jobs.drain()
    assert standing(into) == (sorted(fan.pk for fan in fans[2:]), 2)


def test_a_support_of_ones_own_outlives_the_undoing(two, owner):
    source, into, fans = two
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    supporting.take_back_support(into, by=fans[0])
    supporting.give_support(into, by=fans[0])
    merging.unmerge_idea(source, by=owner, **WHY)
    jobs.drain()
    assert fans[0].pk in standing(into)[0]


def test_a_maker_of_the_other_idea_is_not_carried_to_their_own(two, owner, other_member):
    source, into, _ = two
    supporting.give_support(source, by=other_member)
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    assert other_member.pk not in standing(into)[0]


def test_carrying_passes_stations_and_stops_at_the_board(member, other_member, owner):
    here = programme(owner, FAR)
    source = gathering(member, here, by=owner)
    programmes.change_rules(here, Terms(stations=(Station(2, 60),), is_adaptive=False), by=owner)
    into = gathering(other_member, here, by=owner)
    for fan in people(5):
        supporting.give_support(source, by=fan)
    merging.merge_ideas(source, into, by=owner, **WHY)
    jobs.drain()
    row = Idea.objects.get(pk=into.pk)
    assert (row.state, row.supporters_count, Merging.objects.get().done_at is not None) == ("in_review", 5, True)
    with pytest.raises(errors.CannotPart):
        merging.unmerge_idea(source, by=owner, **WHY)


@pytest.mark.parametrize("case", ["itself", "another programme", "ended", "no reason"])
def test_bad_merges_are_refused(two, owner, member, case):
    source, into, _ = two
    why, refusal = WHY, errors.CannotMerge
    if case == "itself":
        into = source
    elif case == "another programme":
        into = gathering(member, programme(owner, FAR, slug="other"), by=owner)
    elif case == "ended":
        moving.archive(into, by=owner, **WHY)
    else:
        why, refusal = {"reason": "  "}, errors.ReasonNeeded
    with pytest.raises(refusal):
        merging.merge_ideas(source, into, by=owner, **why)
    assert Idea.objects.get(pk=source.pk).state == "gathering"


def test_a_member_does_not_merge(two, other_member):
    with pytest.raises(errors.NotYourMove):
        merging.merge_ideas(two[0], two[1], by=other_member, **WHY)


def test_what_never_was_merged_does_not_part(two, owner):
    with pytest.raises(errors.CannotPart):
        merging.unmerge_idea(two[0], by=owner, **WHY)
    assert not Merging.objects.filter(merged_at__lte=timezone.now()).exists()
