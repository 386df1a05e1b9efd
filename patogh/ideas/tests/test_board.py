"""The review board: rounds by the calendar, seals that hold, interests that keep out, decisions that wait for witnesses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from patogh.conftest import made_member
from patogh.ideas import errors, exporting
from patogh.ideas.actions import batches, deciding, moving, reviewing
from patogh.ideas.machine import APPROVED, CARRIED_OVER, IN_REVIEW, NOT_APPROVED, WITHDRAWN
from patogh.ideas.models import Batch, BatchIdea, Decision, Idea, Move, Score
from patogh.ideas.queries import review
from patogh.ideas.tests import making
from patogh.ideas.tests.board import WORDS, fresh, marks, scored
from patogh.kit.errors import NotFound
from patogh.ledger.actions import sealing
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Submission
from patogh.people.models import Notice

pytestmark = pytest.mark.django_db


def test_a_round_opens_by_the_calendar_and_ends_with_a_month_of_the_brand(batch, here):
    assert (batch.state, batch.number) == ("open", 1)
    assert batch.closes_at.astimezone(dt.timezone(dt.timedelta(hours=3, minutes=30))).hour == 0
    assert (batch.answers_by - batch.closes_at).days == 60
    assert batches.keep_open(here.pk, timezone.now()) is None


def test_a_due_round_goes_under_review_and_the_next_one_opens(entry, batch):
    batches.turn_batches(batch.closes_at)
    assert list(Batch.objects.order_by("number").values_list("state", flat=True)) == ["reviewing", "open"]


def test_a_due_round_without_ideas_stays_open(batch):
    batches.turn_batches(batch.closes_at)
    again = Batch.objects.get()
    assert (again.state, again.closes_at > batch.closes_at) == ("open", True)


def test_nobody_reads_a_score_before_handing_in_their_own(asked, moderator, analyst, owner):
    reviewing.hand_in(asked, marks(asked, 9), "عالی", by=moderator)
    for reader in (analyst, owner, moderator):
        assert review.scores_seen_by(fresh(asked), reader) == []
        assert [row.mean for row in review.comparison(asked.batch, reader)] == [None]
        assert review.notes_seen_by(fresh(asked), reader) == []


def test_the_last_score_opens_the_discussion(asked, moderator, analyst):
    entry = scored(asked, {moderator: 8, analyst: 4})
    assert entry.discussion_opened_at is not None
    assert len(review.scores_seen_by(entry, analyst)) == 2
    row = review.comparison(entry.batch, moderator)[0]
    assert (row.mean, round(row.spread, 3), row.low, row.high, row.given, row.asked) == (6, 2.828, 4, 8, 2, 2)


def test_an_opened_discussion_shows_nothing_to_a_reviewer_who_has_not_handed_in(asked, moderator, analyst, owner):
    reviewing.hand_in(asked, marks(asked, 9), "عالی", by=moderator)
    reviewing.open_discussion(asked, by=owner)
    entry = fresh(asked)
    assert review.scores_seen_by(entry, analyst) == []
    assert len(review.scores_seen_by(entry, owner)) == 1
    reviewing.hand_in(entry, marks(entry, 2), "", by=analyst)
    assert len(review.scores_seen_by(entry, analyst)) == 2


def test_whoever_read_cannot_become_a_reviewer_who_scores(asked, moderator, owner, batch):
    reviewing.hand_in(asked, marks(asked, 9), "عالی", by=moderator)
    reviewing.open_discussion(asked, by=owner)
    assert review.scores_seen_by(fresh(asked), owner)
    batches.add_reviewer(batch, owner, by=owner)
    with pytest.raises(errors.NotYours):
        reviewing.hand_in(asked, marks(asked, 1), "", by=owner)


def test_a_reviewer_cannot_open_the_discussion_to_look(entry, batch, owner):
    batches.add_reviewer(batch, owner, by=owner)
    with pytest.raises(errors.NotYours):
        reviewing.open_discussion(entry, by=owner)


def test_a_score_that_is_in_never_changes(asked, moderator):
    score = reviewing.hand_in(asked, marks(asked, 9), "", by=moderator)
    with pytest.raises(errors.ScoreIsIn):
        reviewing.save_score(asked, marks(asked, 1), "", by=moderator)
    for change in ({"marks": {}}, {"handed_in_at": None}, {"member": asked.idea.author}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Score.objects.filter(pk=score.pk).update(**change)


def test_a_draft_of_a_score_may_have_gaps_and_one_handed_in_may_not(asked, moderator):
    reviewing.save_score(asked, {"use": 3}, "هنوز فکر می‌کنم", by=moderator)
    with pytest.raises(errors.BadScore):
        reviewing.hand_in(asked, {"use": 3}, "", by=moderator)


@pytest.mark.parametrize("bad", [{"use": 11}, {"use": -1}, {"use": True}, {"use": "9"}, {"other": 3}])
def test_marks_out_of_range_are_refused(asked, moderator, bad):
    with pytest.raises(errors.BadScore):
        reviewing.save_score(asked, bad, "", by=moderator)


def test_a_conflict_keeps_out_of_everything(asked, moderator, analyst):
    reviewing.declare_conflict(asked, "برادرم آن را پیشنهاد کرده", by=analyst)
    with pytest.raises(errors.NotYours):
        reviewing.hand_in(asked, marks(asked, 9), "", by=analyst)
    entry = scored(asked, {moderator: 8})
    assert entry.discussion_opened_at is not None
    assert review.scores_seen_by(entry, analyst) == []
    assert review.comparison(entry.batch, analyst)[0].mean is None
    with pytest.raises(errors.NotYours):
        reviewing.write_note(entry, "سلام", by=analyst)


def test_a_score_of_somebody_with_a_conflict_counts_no_more(asked, moderator, analyst):
    reviewing.hand_in(asked, marks(asked, 10), "", by=analyst)
    reviewing.declare_conflict(asked, "یادم نبود: شریکیم", by=analyst)
    entry = scored(asked, {moderator: 4})
    assert review.comparison(entry.batch, moderator)[0].mean == 4


def test_a_conflict_taken_back_before_anything_is_open(asked, moderator):
    reviewing.declare_conflict(asked, "اشتباه", by=moderator)
    reviewing.withdraw_conflict(asked, by=moderator)
    reviewing.hand_in(asked, marks(asked, 4), "", by=moderator)
    with pytest.raises(NotFound):
        reviewing.withdraw_conflict(asked, by=moderator)


def test_the_makers_of_an_idea_never_judge_it(here, batch, owner, moderator):
    idea = making.in_review(moderator, here, by=owner)
    batches.add_reviewer(batch, moderator, by=owner)
    entry = BatchIdea.objects.select_related("batch", "idea").get(idea=idea)
    with pytest.raises(errors.NotYours):
        reviewing.hand_in(entry, marks(entry, 10), "", by=moderator)


def test_only_the_board_is_asked(batch, owner, member):
    with pytest.raises(errors.NotAReviewer):
        batches.add_reviewer(batch, member, by=owner)


def test_no_decision_while_scores_are_sealed(asked, owner):
    with pytest.raises(errors.DiscussionIsClosed):
        deciding.decide(asked, "approve", **WORDS, by=owner)


@pytest.mark.parametrize("missing", ["reason", "reason_en"])
def test_a_decision_speaks_both_languages(asked, owner, moderator, analyst, missing):
    entry = scored(asked, {moderator: 8, analyst: 8})
    with pytest.raises(errors.BothLanguages) as refused:
        deciding.decide(entry, "approve", **{**WORDS, missing: "  "}, by=owner)
    assert refused.value.field == missing


def test_a_decision_waits_for_witnesses_and_then_moves_the_idea(asked, owner, moderator, analyst, monkeypatch):
    entry = scored(asked, {moderator: 8, analyst: 8})
    decision = deciding.decide(entry, "approve", **WORDS, by=owner)
    line = Submission.objects.get(key=deciding.line_key(entry.pk))
    assert line.kind == "review.decided.v1"
    assert deciding.announce_due(timezone.now()) == 0
    assert Idea.objects.get().state == IN_REVIEW
    monkeypatch.setattr("patogh.ideas.actions.deciding.require_witnessed", lambda _line: None)
    assert (deciding.announce_due(timezone.now()), deciding.announce_due(timezone.now())) == (1, 0)
    move = Move.objects.get(move="approve")
    assert (Idea.objects.get().state, move.by, move.reason, move.reason_en) == (APPROVED, owner, *WORDS.values())
    decision.refresh_from_db()
    assert decision.announced_at is not None


def test_nobody_with_a_conflict_decides(entry, owner, batch):
    reviewing.declare_conflict(entry, "شریکم", by=owner)
    with pytest.raises(errors.NotYours):
        deciding.decide(entry, "decline", **WORDS, by=owner)


def test_a_round_decides_once(entry, owner):
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "decline", **WORDS, by=owner)
    with pytest.raises(errors.AlreadyDecided):
        deciding.decide(entry, "approve", **WORDS, by=owner)


def test_an_idea_withdrawn_before_the_announcement_stays_withdrawn(entry, owner, member, seen):
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "approve", **WORDS, by=owner)
    moving.withdraw(Idea.objects.get(), by=member)
    assert deciding.announce_due(timezone.now()) == 0
    assert (Idea.objects.get().state, Decision.objects.get().trouble) == (WITHDRAWN, "moved_on")


def test_a_failing_announcement_is_kept_for_the_desk_and_tried_again(entry, owner, seen, monkeypatch):
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "decline", **WORDS, by=owner)
    real = deciding.make_move

    def failing(*_given, **_said):
        raise errors.ImpossibleMove

    monkeypatch.setattr(deciding, "make_move", failing)
    assert deciding.announce_due(timezone.now()) == 0
    assert Decision.objects.get().trouble == "impossible_move"
    monkeypatch.setattr(deciding, "make_move", real)
    assert deciding.announce_due(timezone.now()) == 1
    assert (Idea.objects.get().state, Decision.objects.get().trouble) == (NOT_APPROVED, "")


def test_whoever_lost_the_right_is_not_named_but_the_decision_stands(entry, owner, brand, seen):
    boss = made_member("sara", "سارا امینی", "admin")
    reviewing.open_discussion(entry, by=boss)
    deciding.decide(entry, "decline", **WORDS, by=boss)
    boss.roles = ""
    boss.save()
    assert deciding.announce_due(timezone.now()) == 1
    assert Move.objects.get(move="decline").by is None


def test_an_idea_that_is_carried_over_comes_before_the_next_round(entry, batch, owner, seen):
    batches.turn_batches(batch.closes_at)
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "carry_over", **WORDS, by=owner)
    deciding.announce_due(batch.closes_at)
    assert Idea.objects.get().state == CARRIED_OVER
    batches.turn_batches(batch.closes_at + dt.timedelta(minutes=1))
    idea = Idea.objects.get()
    assert (idea.state, idea.batch.number) == (IN_REVIEW, 2)
    assert BatchIdea.objects.filter(idea=idea).count() == 2
    assert Batch.objects.get(number=1).state == "answered"


def test_reviewers_are_reminded_once_before_and_once_when_late(asked, batch, moderator, analyst):
    reviewing.hand_in(asked, marks(asked, 5), "", by=moderator)
    soon = batch.answers_by - dt.timedelta(days=6)
    told = [batches.remind_due(at) for at in (batch.closes_at, soon, soon, batch.answers_by, batch.answers_by)]
    assert told == [0, 1, 0, 1, 0]
    assert set(Notice.objects.filter(kind=batches.REMINDED).values_list("member", flat=True)) == {analyst.pk}


def test_a_removed_reviewer_takes_the_draft_along_and_leaves_what_was_handed_in(
    asked, batch, owner, moderator, analyst
):
    reviewing.save_score(asked, {"use": 3}, "", by=analyst)
    reviewing.hand_in(asked, marks(asked, 5), "", by=moderator)
    for one in (moderator, analyst):
        batches.remove_reviewer(batch, one.pk, by=owner)
    assert list(Score.objects.values_list("member", flat=True)) == [moderator.pk]


def test_dates_of_a_round_keep_their_order(batch, owner):
    with pytest.raises(errors.BadDates):
        batches.set_dates(batch, batch.closes_at, batch.closes_at, by=owner)
    later = batch.answers_by + dt.timedelta(days=9)
    assert batches.set_dates(batch, batch.closes_at, later, by=owner).answers_by == later


def test_the_export_of_a_sealed_round_has_no_marks(asked, moderator, analyst):
    reviewing.hand_in(asked, marks(asked, 9), "عالی", by=moderator)
    _head, row = exporting.table(asked.batch, analyst)
    assert row[9:11] == [1, 2]
    assert set(row[11:]) <= {None, ""}


def test_a_house_without_witnesses_announces_nothing_as_results_of_polls(entry, owner, settings, tmp_path):
    settings.DATA, settings.BOOK_ORIGIN = tmp_path / "data", "test.example/book"
    settings.DATA.mkdir()
    sealing.forget_comparison()
    reviewing.open_discussion(entry, by=owner)
    deciding.decide(entry, "approve", **WORDS, by=owner)
    append_waiting()
    assert deciding.announce_due(timezone.now()) == 0
    sealing.seal()
    assert deciding.announce_due(timezone.now()) == 0
    assert (Idea.objects.get().state, Decision.objects.get().trouble) == (IN_REVIEW, "")


def test_a_drafted_score_is_in_no_table(asked, moderator, analyst, owner):
    reviewing.save_score(asked, marks(asked, 9), "رازِ ناتمام", by=moderator)
    reviewing.open_discussion(asked, by=owner)
    assert review.scores_seen_by(fresh(asked), owner) == []
    assert review.comparison(asked.batch, owner)[0].mean is None


def test_notes_are_read_by_whoever_sees_the_marks(asked, owner, moderator, analyst):
    reviewing.hand_in(asked, marks(asked, 9), "", by=moderator)
    reviewing.open_discussion(asked, by=owner)
    reviewing.write_note(fresh(asked), "قیمتش را بپرسیم", by=moderator)
    assert [len(review.notes_seen_by(fresh(asked), one)) for one in (moderator, owner, analyst)] == [1, 1, 0]
