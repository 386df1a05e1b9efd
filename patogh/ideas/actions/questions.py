"""What the team asks the makers of an idea in public, and what they answer."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.ideas import limits
from patogh.ideas.actions import moving
from patogh.ideas.actions.entering import Entry, _entered
from patogh.ideas.actions.stamps import touch
from patogh.ideas.actions.wording import Worded, worded
from patogh.ideas.errors import NoTalkNow, NotAMaker, QuestionAnswered, TooManyQuestions
from patogh.ideas.machine import DRAFT, MERGED
from patogh.ideas.models import Idea, Question
from patogh.ideas.queries import access
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.trust.queries import check_may_write


def ask_question(idea: Idea, text: str, *, by: Member) -> Question:
    """Ask the makers something, as the team; raises NotFound for anybody else, NoTalkNow, TextEmpty, TextLong, TooManyQuestions."""
    return _ask(idea.pk, worded(text, limits.QUESTION_CHARS_MAX).text, by=by)


@action
def _ask(idea_id: int, text: str, *, by: Member) -> Question:
    """Write a question."""
    check_may_write(by)
    idea = moving.locked(idea_id)
    if not access.is_team(by):
        raise NotFound
    if idea.state in {DRAFT, MERGED}:
        raise NoTalkNow
    still_open = Question.objects.filter(idea=idea, answered_at=None)
    if (twin := still_open.filter(text=text).first()) is not None:
        return unchanged(twin)
    if still_open.count() >= limits.QUESTIONS_OPEN_MAX:
        raise TooManyQuestions(most=limits.QUESTIONS_OPEN_MAX)
    row = Question.objects.create(idea=idea, asked_by=by, text=text, asked_at=timezone.now())
    touch(idea)
    record("ideas.question_asked", by=by, subject=row, target=idea, audience=_audience(idea))
    return row


@action
def take_back_question(question: Question, *, by: Member) -> Idea:
    """Take a question back that nobody has answered yet; anybody of the team may."""
    idea = moving.locked(question.idea_id)
    row = Question.objects.select_for_update().filter(pk=question.pk).first()
    if row is None or not access.is_team(by):
        raise NotFound
    if row.answered_at is not None:
        raise QuestionAnswered
    number = row.pk
    row.delete()
    touch(idea)
    record("ideas.question_taken_back", by=by, subject=idea, audience="staff", data={"question": number})
    return idea


def answer_question(question: Question, text: str, *, by: Member) -> Question:
    """Answer a question as a maker, or change one's answer; raises NotAMaker, TextEmpty or TextLong."""
    check_may_write(by)
    return _answer(question.pk, worded(text, limits.ANSWER_CHARS_MAX), by=by)


@action
def _answer(question_id: int, words: Worded, *, by: Member, entry: Entry | None = None) -> Question:
    """Write a checked answer."""
    found = Question.objects.filter(pk=question_id).values_list("idea_id", flat=True).first()
    if found is None:
        raise NotFound
    idea = moving.locked(found)
    row = Question.objects.select_for_update(of=("self",)).filter(pk=question_id).first()
    if row is None:
        raise NotFound
    if not access.is_maker(idea, by):
        raise NotAMaker
    if row.answer == words.text:
        return unchanged(row)
    _entered(entry, by)
    row.answer, row.answer_html, row.answered_by = words.text, words.rendered.html, by
    row.answered_at = row.answered_at or timezone.now()
    row.save(update_fields=["answer", "answer_html", "answered_by", "answered_at"])
    touch(idea)
    record("ideas.question_answered", by=by, subject=row, target=idea, audience=_audience(idea))
    return row


def _audience(idea: Idea) -> str:
    return "" if idea.published_at is not None and idea.hidden_at is None else "staff"
