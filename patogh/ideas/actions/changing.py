"""What is noted beside an edit, and drafts that are kept while they are typed."""

from __future__ import annotations

import difflib
from typing import Any, Final

from patogh.activity import upkeep
from patogh.ideas import limits
from patogh.ideas.actions import drafting, moving
from patogh.ideas.actions.drafting import Draft
from patogh.ideas.machine import DRAFT
from patogh.ideas.models import Category, Idea, Revision
from patogh.ideas.queries.access import may_edit
from patogh.ideas.terms import terms_of
from patogh.people.models import Member

WORDS_COMPARED_MAX: Final = 4_000


def changed_percent(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Return how much of the words of an idea is different: 100 (1 - 2 M / T) over words, M those in common (Ratcliff and Obershelp)."""
    old, new = _words(before), _words(after)
    if not old and not new:
        return 0
    return round(100 * (1 - difflib.SequenceMatcher(None, old, new, autojunk=False).ratio()))


@upkeep
def mark_change(idea: Idea) -> None:
    """Note on the newest revision how many stood behind the idea, and whether it says something else by now."""
    last = Revision.objects.filter(idea=idea).order_by("-number").first()
    if last is None:
        return
    now = {name: getattr(idea, name) for name in ("title", "lead", "problem", "proposal")}
    is_big = idea.supporters_count > 0 and changed_percent(last.said, now) >= limits.BIG_CHANGE_PERCENT
    Revision.objects.filter(pk=last.pk).update(supporters=idea.supporters_count, is_big=is_big)


def keep_draft(idea: Idea, draft: Draft, *, by: Member) -> bool:
    """Keep what is being typed in a draft, without an activity; False for what is no draft (any more). Raises what `edit_idea` raises."""
    title = draft.title if len(draft.title.strip()) >= limits.TITLE_CHARS_MIN else idea.title
    ready = drafting.checked(
        Draft(title, draft.lead, draft.problem, draft.proposal, draft.facts, draft.category, draft.language), terms_of(idea.rules)
    )  # fmt: skip
    return _keep(idea.pk, ready.values, ready.category, by=by)


@upkeep
def _keep(idea_id: int, values: dict[str, Any], category: int | None, *, by: Member) -> bool:
    """Write a checked draft where it is one still."""
    idea = moving.locked(idea_id)
    if idea.state != DRAFT or not may_edit(idea, by):
        return False
    found = (
        Category.objects.filter(programme=idea.programme, pk=category, is_offered=True).first() if category else None
    )
    Idea.objects.filter(pk=idea.pk).update(version=idea.version + 1, category=found, **values)
    return True


def _words(said: dict[str, Any]) -> list[str]:
    text = " ".join(str(said.get(name) or "") for name in ("title", "lead", "problem", "proposal"))
    return text.split()[:WORDS_COMPARED_MAX]
