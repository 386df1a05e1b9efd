"""Scores that are sealed until they are handed in, conflicts of interest, the discussion and its notes.

Every step takes the lock of the entry first, so that a score, a conflict and the opening of the discussion come one after the
other. Marks that were handed in never change: a trigger of the database (migration 0005_review) holds it too.
"""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas import errors, limits
from patogh.ideas.machine import IN_REVIEW
from patogh.ideas.models import BatchIdea, Conflict, Decision, Reviewer, ReviewNote, Score
from patogh.ideas.queries.review import Seat, awaited, seat_of
from patogh.kit.errors import NotFound
from patogh.people.models import Member

MARK_MAX = 10


def locked_entry(entry_id: int) -> BatchIdea:
    """Return a place in a round behind its lock; raises NotFound."""
    found = (
        BatchIdea.objects.select_for_update(of=("self",)).select_related("batch", "idea").filter(pk=entry_id).first()
    )
    if found is None:
        raise NotFound
    return found


def is_before_the_board(entry: BatchIdea) -> bool:
    """Whether an idea is under review, and in this round: what an earlier one had begun is over."""
    return entry.idea.state == IN_REVIEW and entry.idea.batch_id == entry.batch_id


@upkeep
def save_score(entry: BatchIdea, marks: dict[str, int], words: str, *, by: Member) -> Score:
    """Keep a score that is not handed in yet; nobody else reads it. Raises ScoreIsIn, NotYours or BadScore."""
    row = locked_entry(entry.pk)
    _check_may_score(row, seat_of(row, by))
    return _keep(row, _checked(row, marks, is_whole=False), words, by)


@action
def hand_in(entry: BatchIdea, marks: dict[str, int], words: str, *, by: Member) -> Score:
    """Hand a score in, for good; the last one opens the discussion. Raises ScoreIsIn, NotYours or BadScore."""
    row = locked_entry(entry.pk)
    _check_may_score(row, seat_of(row, by))
    score = _keep(row, _checked(row, marks, is_whole=True), words, by)
    score.handed_in_at = timezone.now()
    Score.objects.filter(pk=score.pk).update(handed_in_at=score.handed_in_at)
    _open_when_all_are_in(row)
    record("ideas.score_handed_in", by=by, subject=row.idea, audience="staff", data={"batch": row.batch_id})
    return score


def _keep(entry: BatchIdea, marks: dict[str, int], words: str, by: Member) -> Score:
    """Write a score that is still the reviewer's own."""
    score, _made = Score.objects.update_or_create(
        entry=entry,
        member=by,
        defaults={"marks": marks, "words": _clean(words, limits.SCORE_WORDS_CHARS_MAX), "saved_at": timezone.now()},
    )
    return score


def _check_may_score(entry: BatchIdea, seat: Seat) -> None:
    """Raise ScoreIsIn, ReviewIsOver or NotYours unless this seat may score now."""
    if seat.has_handed_in:
        raise errors.ScoreIsIn
    if not is_before_the_board(entry) or seat.is_decided:
        raise errors.ReviewIsOver
    if not seat.may_score:
        raise errors.NotYours


def _checked(entry: BatchIdea, marks: dict[str, int], *, is_whole: bool) -> dict[str, int]:
    """Return the marks of the round's own criteria; raises BadScore for others, for numbers out of range and for gaps."""
    keys = [one["key"] for one in entry.batch.criteria]
    for key, mark in marks.items():
        if key not in keys or isinstance(mark, bool) or not isinstance(mark, int) or not 0 <= mark <= MARK_MAX:
            raise errors.BadScore(field=f"mark_{key}")
    missing = [key for key in keys if key not in marks]
    if is_whole and missing:
        raise errors.BadScore(field=f"mark_{missing[0]}")
    return {key: marks[key] for key in keys if key in marks}


def _open_when_all_are_in(entry: BatchIdea) -> None:
    """Open the discussion once nobody's score is missing who was asked and has no conflict."""
    if entry.discussion_opened_at is not None:
        return
    if Score.objects.filter(entry=entry).exclude(handed_in_at=None).exists() and not awaited(entry):
        BatchIdea.objects.filter(pk=entry.pk).update(discussion_opened_at=timezone.now())


@upkeep
def forget_reviewer(member: Member) -> None:
    """Let no round wait for somebody who is erased: what they had not handed in goes, and what waited for it alone opens."""
    Score.objects.filter(member=member, handed_in_at=None).delete()
    asked = Reviewer.objects.filter(member=member).exclude(batch__state="answered")
    rounds = list(asked.values_list("batch", flat=True))
    asked.delete()
    waiting = BatchIdea.objects.filter(batch__in=rounds, discussion_opened_at=None).order_by("pk")
    for key in list(waiting.values_list("pk", flat=True)):
        _open_when_all_are_in(locked_entry(key))


@upkeep
def open_if_all_are_in(entry_id: int) -> None:
    """Open a discussion whose last missing reviewer is no longer asked, or no longer of the board."""
    _open_when_all_are_in(locked_entry(entry_id))


@action
def declare_conflict(entry: BatchIdea, why: str, *, by: Member) -> Conflict:
    """Say that one has an interest in an idea: from here on one neither scores nor sees nor decides it."""
    row = locked_entry(entry.pk)
    if not why.strip():
        raise errors.WhyIsMissing
    known = Conflict.objects.filter(entry=row, member=by).first()
    if known is not None:
        return unchanged(known)
    if Decision.objects.filter(entry=row).exists():
        raise errors.ReviewIsOver
    conflict = Conflict.objects.create(
        entry=row, member=by, why=_clean(why, limits.CONFLICT_CHARS_MAX), declared_at=timezone.now()
    )
    Score.objects.filter(entry=row, member=by, handed_in_at=None).delete()
    _open_when_all_are_in(row)
    record("ideas.conflict_declared", by=by, subject=row.idea, audience="staff", data={"batch": row.batch_id})
    return conflict


@action
def withdraw_conflict(entry: BatchIdea, *, by: Member) -> None:
    """Take a conflict back that was a mistake, as long as no discussion is open. Raises NotFound or ReviewIsOver."""
    row = locked_entry(entry.pk)
    if row.discussion_opened_at is not None:
        raise errors.ReviewIsOver
    if not Conflict.objects.filter(entry=row, member=by).delete()[0]:
        raise NotFound
    record("ideas.conflict_withdrawn", by=by, subject=row.idea, audience="staff", data={"batch": row.batch_id})


@action
def open_discussion(entry: BatchIdea, *, by: Member) -> None:
    """Open the discussion before everybody has scored. Who has not handed in still sees no marks. Raises NotYours."""
    row = locked_entry(entry.pk)
    if row.discussion_opened_at is not None:
        unchanged(None)
        return
    if not seat_of(row, by).may_open:
        raise errors.NotYours
    BatchIdea.objects.filter(pk=row.pk).update(discussion_opened_at=timezone.now())
    record("ideas.discussion_opened", by=by, subject=row.idea, audience="staff", data={"batch": row.batch_id})


@action
def write_note(entry: BatchIdea, text: str, *, by: Member) -> ReviewNote:
    """Say something among the board. Raises NotYours before the discussion is open for this seat, and WhyIsMissing."""
    row = locked_entry(entry.pk)
    if not seat_of(row, by).sees:
        raise errors.NotYours
    words = _clean(text, limits.NOTE_CHARS_MAX)
    if not words:
        raise errors.WhyIsMissing(field="text")
    note = ReviewNote.objects.create(entry=row, author=by, text=words, written_at=timezone.now())
    record("ideas.note_written", by=by, subject=row.idea, audience="staff", data={"batch": row.batch_id})
    return note


def _clean(text: str, chars_max: int) -> str:
    """Return words as they are kept; raises TooLong."""
    words = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(words) > chars_max:
        raise errors.TooLong(most=chars_max)
    return words
