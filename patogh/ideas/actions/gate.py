"""The one way in for what members write about ideas: limits, signals and pace first; then it is done, or held for a moderator.

A proposal on its way to the team is never held here: the team reads every one before anybody else does, and sees the signals
beside it (`queries.making.signals_of`). What is public at once (an edit of a running idea, news, answers, feedback) is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from patogh.activity import upkeep
from patogh.ideas import limits
from patogh.ideas.actions import drafting, feedback, questions, updating
from patogh.ideas.actions.changing import mark_change
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.actions.entering import Entry, _entered
from patogh.ideas.actions.moving import locked
from patogh.ideas.actions.wording import submission, worded
from patogh.ideas.errors import CannotEditNow, NotYourMove
from patogh.ideas.models import Feedback, Idea, Question, Update
from patogh.ideas.queries import access
from patogh.ideas.terms import terms_of
from patogh.people.models import Member
from patogh.trust.actions import hold
from patogh.trust.models import Held
from patogh.trust.nouns import HeldText, Subject, Submission
from patogh.trust.queries import check_allowance, check_may_write, judged

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text came in: over which channel, from which network address, typed in how many milliseconds (None: unknown)."""

    channel: str = "web"
    address: str = ""
    typed_ms: int | None = None


WEB = Manner()


def said_by(draft: Draft) -> str:
    """Return all words of a proposal as one text, for signals and word lists."""
    facts = "\n".join(f"{name}: {value}" for name, value in draft.facts)
    return "\n\n".join(part for part in (draft.lead, draft.problem, draft.proposal, facts) if part.strip())


def draft_of(idea: Idea) -> Draft:
    """Return what an idea says now as a draft of it."""
    facts = tuple((one["name"], one["value"]) for one in idea.facts)
    return Draft(idea.title, idea.lead, idea.problem, idea.proposal, facts, idea.category_id, idea.language)


def submit_idea(idea: Idea, *, by: Member, manner: Manner = WEB) -> Idea:
    """Hand a draft to the team, at the pace of its author's level; raises what `drafting.submit` raises, and trust's refusals."""
    check_may_write(by)
    draft = draft_of(idea)
    said = submission("topic", said_by(draft), title=idea.title, typed_ms=manner.typed_ms)
    check_allowance(by, said)
    return _submit(idea, Entry("topic", said, manner.address), by=by)


@upkeep
def _submit(idea: Idea, entry: Entry, *, by: Member) -> Idea:
    """Submit and count the pace in one transaction; the idea is locked first, as everywhere."""
    locked(idea.pk)
    _entered(entry, by)
    return drafting.submit(idea, by=by)


def edit_or_hold(idea: Idea, draft: Draft, *, by: Member, manner: Manner = WEB) -> Idea | Held:
    """Change what an idea says; a change of a public idea that looks odd waits, and the old words stand meanwhile."""
    check_may_write(by)
    if not access.may_edit(idea, by):
        raise CannotEditNow if by.pk == idea.author_id else NotYourMove
    before, ready = draft_of(idea), drafting.checked(draft, terms_of(idea.rules))
    if idea.published_at is None:
        return drafting.edit_idea(idea, draft, by=by)
    said = submission(
        "edit", said_by(draft), title=ready.values["title"], typed_ms=manner.typed_ms, before=said_by(before)
    )
    entry = _checked(by, said, "edit", manner)
    verdict = judged(by, said)
    if not verdict.hold:
        return _edit(idea, draft, entry, by=by)
    payload = {
        "noun": "idea", "title": draft.title, "lead": draft.lead, "problem": draft.problem, "proposal": draft.proposal,
        "facts": [list(pair) for pair in draft.facts], "category": draft.category,
        "language": draft.language,
    }  # fmt: skip
    what = HeldText("edit", _place(idea), said_by(draft), draft.title, None, payload, None, manner.channel)
    return hold(what, verdict, by=by, pace=(entry.act, entry.address))


@upkeep
def _edit(idea: Idea, draft: Draft, entry: Entry | None, *, by: Member) -> Idea:
    """Edit, count the pace and note how big the change is, in one transaction; the idea is locked first, as everywhere."""
    locked(idea.pk)
    _entered(entry, by)
    row = drafting.edit_idea(idea, draft, by=by)
    mark_change(row)
    return row


def update_or_hold(idea: Idea, text: str, *, by: Member, as_team: bool = False, manner: Manner = WEB) -> Update | Held:
    """Publish news of an idea, or hold it."""
    check_may_write(by)
    updating.check_may_update(idea, by, as_team=as_team)
    words = worded(text, limits.UPDATE_CHARS_MAX)
    said = submission("reply", words.text, typed_ms=manner.typed_ms)
    return _through(
        by, said, manner, HeldText("reply", _place(idea), words.text, idea.title, None, {"noun": "update", "as_team": as_team}, None, manner.channel),
        lambda entry: updating._post(idea.pk, words, by=by, as_team=as_team, entry=entry),
    )  # fmt: skip


def answer_or_hold(question: Question, text: str, *, by: Member, manner: Manner = WEB) -> Question | Held:
    """Answer a question of the team, or hold the answer."""
    check_may_write(by)
    words = worded(text, limits.ANSWER_CHARS_MAX)
    said = submission("reply", words.text, typed_ms=manner.typed_ms)
    payload = {"noun": "answer", "question": question.pk}
    idea = question.idea
    return _through(
        by, said, manner, HeldText("reply", _place(idea), words.text, idea.title, None, payload, None, manner.channel),
        lambda entry: questions._answer(question.pk, words, by=by, entry=entry),
    )  # fmt: skip


def feedback_or_hold(
    idea: Idea, marks: dict[str, int], words: str, *, by: Member, manner: Manner = WEB
) -> Feedback | Held:
    """Give feedback; words that look odd wait with their marks."""
    check_may_write(by)
    kept = feedback.checked_words(words)
    feedback._check(idea, marks, by)
    said = submission("reply", kept, typed_ms=manner.typed_ms)
    payload = {"noun": "feedback", "marks": marks}
    return _through(
        by, said, manner, HeldText("reply", _place(idea), kept, idea.title, None, payload, None, manner.channel),
        lambda entry: feedback._give(idea.pk, marks, kept, by=by, entry=entry),
    )  # fmt: skip


def _through(by: Member, said: Submission, manner: Manner, what: HeldText, do: Callable[[Entry], Row]) -> Row | Held:
    """Do it, or hold it with every reason."""
    entry = _checked(by, said, "post", manner)
    verdict = judged(by, said)
    return hold(what, verdict, by=by, pace=(entry.act, entry.address)) if verdict.hold else do(entry)


def _checked(by: Member, said: Submission, act: str, manner: Manner) -> Entry:
    """Hold a text to what its author's level allows."""
    check_allowance(by, said)
    return Entry(act, said, manner.address)


def _place(idea: Idea) -> Subject:
    return Subject("ideas.idea", str(idea.pk))
