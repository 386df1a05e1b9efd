"""The review board at its edges: makers among the reviewers, rounds without a next one, decisions that wait for months, seals."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from patogh.ideas import errors
from patogh.ideas.actions import batches, deciding, moving, reviewing
from patogh.ideas.machine import APPROVED, IN_REVIEW
from patogh.ideas.models import Batch, BatchIdea, Creator, Decision, Idea, Programme
from patogh.ideas.queries import review
from patogh.ideas.tests import making
from patogh.ideas.tests.board import WORDS, fresh, marks, scored
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db


def test_a_reviewer_who_makes_the_idea_holds_the_discussion_up_no_longer_than_anybody(
    here, batch, owner, moderator, analyst
):
    idea = making.in_review(moderator, here, by=owner)
    for one in (moderator, analyst):
        batches.add_reviewer(batch, one, by=owner)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=idea)
    assert scored(entry, {analyst: 7}).discussion_opened_at is not None
    batches.remind_reviewers(batch.pk, timezone.now(), by=None)
    assert not Notice.objects.filter(kind=batches.REMINDED).exists()


@pytest.mark.parametrize("how", ["asked no longer", "lost the right"])
def test_a_discussion_waits_for_nobody_who_left_the_board(asked, batch, owner, moderator, analyst, how):
    scored(asked, {moderator: 7})
    assert fresh(asked).discussion_opened_at is None
    if how == "asked no longer":
        batches.remove_reviewer(batch, analyst.pk, by=owner)
    else:
        analyst.roles = ""
        analyst.save()
    batches.turn_batches(timezone.now())
    assert fresh(asked).discussion_opened_at is not None
    assert review.comparison(batch, moderator)[0].missing == ()


def test_the_score_of_a_reviewer_who_became_a_maker_counts_no_more(asked, moderator, analyst):
    entry = scored(asked, {moderator: 4, analyst: 10})
    now = timezone.now()
    Creator.objects.create(idea=entry.idea, member=analyst, state="agreed", share_bps=0, invited_at=now)
    assert review.comparison(entry.batch, moderator)[0].mean == 4
    assert [one.member_id for one in review.scores_seen_by(entry, moderator)] == [moderator.pk]
    assert review.scores_seen_by(entry, analyst) == []


def test_who_has_an_interest_learns_of_no_other_interest_and_not_who_is_missing(asked, moderator, analyst, owner):
    reviewing.declare_conflict(asked, "شریکیم", by=analyst)
    reviewing.declare_conflict(asked, "برادرم است", by=owner)
    assert [one.member_id for one in review.conflicts_seen_by(asked, analyst)] == [analyst.pk]
    assert len(review.conflicts_seen_by(asked, moderator)) == 2
    assert review.comparison(asked.batch, analyst)[0].missing == ()


def test_a_decided_idea_that_waits_for_witnesses_for_months_stands_in_one_round_and_is_announced_once(
    entry, batch, owner, monkeypatch
):
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "approve", **WORDS, by=owner)
    for moment in (batch.closes_at, batch.closes_at + dt.timedelta(hours=5), batch.answers_by + dt.timedelta(days=40)):
        batches.turn_batches(moment)
        assert deciding.announce_due(moment) == 0
    assert BatchIdea.objects.count() == 1 and Idea.objects.get().batch_id == batch.pk
    assert Batch.objects.get(pk=batch.pk).state == "reviewing"
    monkeypatch.setattr("patogh.ideas.actions.deciding.require_witnessed", lambda _line: None)
    assert [deciding.announce_due(timezone.now()) for _ in range(2)] == [1, 0]
    batches.turn_batches(timezone.now())
    assert (Batch.objects.get(pk=batch.pk).state, Idea.objects.get().state) == ("answered", APPROVED)


@pytest.mark.parametrize("state", ["closed", "paused"])
def test_a_call_that_is_closed_still_answers_who_came_so_far(here, batch, member, owner, seen, state):
    idea = making.in_review(member, here, by=owner)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=idea)
    Programme.objects.filter(pk=here.pk).update(state=state)
    batches.turn_batches(batch.closes_at)
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "carry_over", **WORDS, by=owner)
    deciding.announce_due(batch.closes_at)
    batches.turn_batches(batch.closes_at + dt.timedelta(minutes=1))
    idea.refresh_from_db()
    assert (idea.state, idea.batch.number) == (IN_REVIEW, 2)
    batches.turn_batches(idea.batch.closes_at)
    batches.turn_batches(idea.batch.closes_at + dt.timedelta(minutes=1))
    assert Batch.objects.count() == 2


def test_an_idea_can_be_carried_over_again_and_again_a_round_each(entry, batch, owner, seen):
    now = batch.closes_at
    for number in (1, 2, 3):
        batches.turn_batches(now)
        place = BatchIdea.objects.select_related("batch", "idea").get(batch__number=number)
        batches.turn_batches(place.batch.closes_at)
        reviewing.open_discussion(place, by=owner)
        deciding.decide(place, "carry_over", **WORDS, by=owner)
        assert [deciding.announce_due(now) for _ in range(2)] == [1, 0]
        now = place.batch.closes_at + dt.timedelta(minutes=1)
        batches.turn_batches(now)
    assert list(Decision.objects.values_list("outcome", flat=True)) == ["carry_over"] * 3
    assert Batch.objects.get(number=4).ideas_count == 1


def test_a_place_in_an_earlier_round_is_over_once_the_idea_stands_in_a_later_one(entry, batch, owner, moderator):
    batches.add_reviewer(batch, moderator, by=owner)
    reviewing.open_discussion(entry, by=owner)
    moving.archive(entry.idea, by=owner, **WORDS)
    Batch.objects.filter(pk=batch.pk).update(state="answered")
    moving.unarchive(Idea.objects.get(), by=owner, **WORDS)
    batches.turn_batches(timezone.now())
    making.count_to(Idea.objects.get(), 6)
    assert Idea.objects.get().batch.number == 2
    with pytest.raises(errors.ReviewIsOver):
        deciding.decide(fresh(entry), "approve", **WORDS, by=owner)
    with pytest.raises(errors.ReviewIsOver):
        reviewing.hand_in(fresh(entry), marks(entry, 9), "", by=moderator)


def test_a_mark_in_no_page_file_title_or_notice_of_somebody_who_may_not_see_it(
    asked, moderator, analyst, owner, signed_in
):
    reviewing.hand_in(asked, marks(asked, 9), "رازِ مهر و موم", by=moderator)
    for reader in (analyst, owner):
        browser = signed_in(reader)
        for address in (
            f"/team/ideas/entries/{asked.pk}", f"/team/ideas/batches/{asked.batch_id}", f"/team/ideas/{asked.idea_id}",
            f"/team/ideas/batches/{asked.batch_id}/table.csv", "/team/ideas/batches", "/notices",
        ):  # fmt: skip
            said = browser.get(address).content.decode()
            assert "رازِ مهر و موم" not in said and "۹٫۰" not in said and "9.0" not in said, address


def test_a_maker_on_the_team_never_reads_what_the_team_noted_about_their_idea(
    here, batch, owner, moderator, signed_in, seen
):
    idea = making.in_review(moderator, here, by=owner)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=idea)
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "decline", **WORDS, note="میان خودمان: گران است", by=owner)
    deciding.announce_due(timezone.now())
    for address in (f"/team/ideas/entries/{entry.pk}", f"/team/ideas/{idea.pk}"):
        assert "میان خودمان" in signed_in(owner).get(address).content.decode()
        answer = signed_in(moderator).get(address)
        assert answer.status_code == 200 and "میان خودمان" not in answer.content.decode()
