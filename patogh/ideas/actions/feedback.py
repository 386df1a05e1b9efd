"""Feedback on fixed questions: marks from 1 to 5 and a few words, for the makers and the team alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.actions.entering import Entry, _entered
from patogh.ideas.actions.stamps import touch
from patogh.ideas.actions.wording import plain
from patogh.ideas.errors import BadMarks, FeedbackIsOver, FeedbackOnOwn, TextLong
from patogh.ideas.machine import CARRIED_OVER, GATHERING, IN_REVIEW
from patogh.ideas.models import Feedback, Idea
from patogh.ideas.queries import access
from patogh.ideas.terms import terms_of
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write

STATES: Final = frozenset({GATHERING, IN_REVIEW, CARRIED_OVER})


def give_feedback(idea: Idea, marks: Mapping[str, int], words: str = "", *, by: Member) -> Feedback:
    """Give feedback, or change one's own; raises FeedbackIsOver, FeedbackOnOwn, BadMarks or TextLong."""
    check_may_write(by)
    return _give(idea.pk, dict(marks), checked_words(words), by=by)


def checked_words(words: str) -> str:
    """Return the words as they are stored; raises TextLong."""
    kept = plain(words)
    if len(kept) > limits.FEEDBACK_WORDS_CHARS_MAX:
        raise TextLong(field="words", most=limits.FEEDBACK_WORDS_CHARS_MAX)
    return kept


@action
def _give(idea_id: int, marks: dict[str, int], words: str, *, by: Member, entry: Entry | None = None) -> Feedback:
    """Write checked feedback: one row for each member and idea."""
    idea = moving.locked(idea_id)
    _check(idea, marks, by)
    row = Feedback.objects.filter(idea=idea, member=by).first()
    if row is not None and (row.marks, row.words) == (marks, words):
        return unchanged(row)
    _entered(entry, by)
    now = timezone.now()
    row, created = Feedback.objects.update_or_create(
        idea=idea, member=by, defaults={"marks": marks, "words": words, "given_at": now}
    )
    if created:
        count_feedback(idea)
    record("ideas.feedback_given", by=by, subject=row, target=idea, audience="staff")
    return row


def _check(idea: Idea, marks: Mapping[str, int], by: Member) -> None:
    """Raise what keeps this feedback from being given."""
    if idea.state not in STATES or idea.hidden_at is not None:
        raise FeedbackIsOver
    if access.is_maker(idea, by):
        raise FeedbackOnOwn
    known = {one.key for one in terms_of(idea.rules).feedback}
    if not marks or not set(marks) <= known:
        raise BadMarks
    if any(type(mark) is not int or not 1 <= mark <= 5 for mark in marks.values()):
        raise BadMarks


@action
def take_back_feedback(idea: Idea, *, by: Member) -> Idea:
    """Take one's own feedback back."""
    row = moving.locked(idea.pk)
    gone, _ = Feedback.objects.filter(idea=row, member=by).delete()
    if not gone:
        return unchanged(row)
    count_feedback(row)
    record("ideas.feedback_taken_back", by=by, subject=row, audience="staff")
    return row


@upkeep
def hide_feedback(feedback: Feedback, *, hidden: bool) -> bool:
    """Put the feedback of somebody out of the makers' sight, or back; True when that changed something."""
    idea = moving.locked(feedback.idea_id)
    row = Feedback.objects.select_for_update().filter(pk=feedback.pk).first()
    if row is None:
        raise NotFound
    if bool(row.hidden_at) == hidden:
        return False
    row.hidden_at = timezone.now() if hidden else None
    row.save(update_fields=["hidden_at"])
    count_feedback(idea)
    return True


@upkeep
def count_feedback(idea: Idea) -> None:
    """Count the feedback in sight anew, behind the idea's lock."""
    count = Feedback.objects.filter(idea=idea, hidden_at=None).count()
    Idea.objects.filter(pk=idea.pk).update(feedback_count=count)
    touch(idea)
