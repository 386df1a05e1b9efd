"""What pages of making together show: news, questions, feedback in sum, makers with their parts, one's own ideas."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from patogh.ideas.actions.gate import draft_of, said_by
from patogh.ideas.actions.wording import submission
from patogh.ideas.machine import DRAFT, GATHERING, RETURNED, SUBMITTED
from patogh.ideas.models import Creator, Feedback, Idea, Programme, Question, Support, Update
from patogh.ideas.queries import access
from patogh.ideas.terms import Worded, terms_of
from patogh.kit.hooks import plugins
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member
from patogh.trust.models import Held
from patogh.trust.nouns import Conversation, Reason
from patogh.trust.queries import judged

UPDATES_SHOWN = 3
MINE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one question: how many gave each mark (1 to 5), their number and median."""

    question: Worded
    n: int
    median: float
    counts: tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Making:
    """What the idea page shows of making it together."""

    updates: list[Update]
    has_more_updates: bool
    questions: list[Question]
    talk: Conversation | None


def making(idea: Idea, viewer: Member | None) -> Making:
    """Return the newest news, open and answered questions and the last words; at most five queries."""
    updates = list(_updates(idea).order_by("-posted_at", "-pk")[: UPDATES_SHOWN + 1])
    questions = list(
        Question.objects.filter(idea=idea).select_related("asked_by", "answered_by").order_by("-asked_at")[:10]
    )
    talk = plugins.hook.conversation_shown(topic_id=idea.topic_id, viewer=viewer) if idea.topic_id else None
    return Making(updates[:UPDATES_SHOWN], len(updates) > UPDATES_SHOWN, questions, talk)


def updates_page(idea: Idea, *, after: str | None = None, before: str | None = None) -> Page[Update]:
    """Return the news of an idea, newest first."""
    return paged(_updates(idea), Order("posted_at"), after=after, before=before)


def _updates(idea: Idea) -> Any:
    return Update.objects.filter(idea=idea, hidden_at=None).select_related("author")


def questions(idea: Idea) -> list[Question]:
    """Return what the team asked, newest first."""
    rows = Question.objects.filter(idea=idea).select_related("asked_by", "answered_by", "idea")
    return list(rows.order_by("-asked_at", "-pk")[:MINE_SHOWN])


def feedback_page(idea: Idea, *, after: str | None = None, before: str | None = None) -> Page[Feedback]:
    """Return the feedback in sight, newest first: for the makers and the team."""
    rows = Feedback.objects.filter(idea=idea, hidden_at=None).select_related("member")
    return paged(rows, Order("given_at"), after=after, before=before)


def marks(idea: Idea) -> list[Marks]:
    """Return the marks of each question of the idea's rules, those without any left out. Population: all feedback in sight."""
    given: dict[str, Counter[int]] = {}
    for row in Feedback.objects.filter(idea=idea, hidden_at=None).values_list("marks", flat=True).iterator():
        for key, mark in row.items():
            given.setdefault(key, Counter())[int(mark)] += 1
    return [_marks(one, given[one.key]) for one in terms_of(idea.rules).feedback if one.key in given]


def _marks(question: Worded, counter: Counter[int]) -> Marks:
    """Return one question's marks with their median (the mean of the two middle ones for an even number)."""
    every = sorted(counter.elements())
    middle = len(every) // 2
    median = float(every[middle]) if len(every) % 2 else (every[middle - 1] + every[middle]) / 2
    return Marks(question, len(every), median, tuple(counter[mark] for mark in range(1, 6)))  # type: ignore[arg-type]


def feedback_of(idea: Idea, viewer: Member | None) -> Feedback | None:
    """Return one's own feedback."""
    return Feedback.objects.filter(idea=idea, member=viewer).first() if viewer else None


def makers(idea: Idea) -> list[Creator]:
    """Return everybody who makes the idea, is asked to, declined or left."""
    return list(Creator.objects.filter(idea=idea).select_related("member", "invited_by").order_by("position", "pk"))


def waiting_texts(idea: Idea, viewer: Member | None) -> list[Held]:
    """Return what a member wrote about this idea and a moderator has not read yet; nobody else sees it."""
    if viewer is None:
        return []
    rows = Held.objects.filter(place_kind="ideas.idea", place_id=str(idea.pk), author=viewer, state="waiting")
    return list(rows.order_by("-held_at")[:10])


def signals_of(idea: Idea) -> tuple[Reason, ...]:
    """Return what trust notices about a proposal, for the team that reads it: it is never held for that."""
    said = submission("topic", said_by(draft_of(idea)), title=idea.title)
    return judged(idea.author, said).reasons


@dataclass(frozen=True, slots=True)
class Mine:
    """A member's own ideas with what to do next, what they are invited to, and what they stand behind."""

    ideas: list[Idea]
    invited: list[Creator]
    supported: Page[Support]
    held: list[Held]


def mine(member: Member, *, after: str | None = None, before: str | None = None) -> Mine:
    """Return what /me/ideas shows, in five queries."""
    parts = Creator.objects.filter(member=member, state="agreed").values("idea_id")
    rows = Idea.objects.filter(Q(author=member) | Q(pk__in=parts)).select_related("programme", "rules", "author")
    invited = Creator.objects.filter(
        member=member, proposed_bps__isnull=False, state__in=("invited", "agreed"), has_agreed=False
    )
    supports = Support.objects.filter(member=member, withdrawn_at=None, idea__hidden_at=None).select_related(
        "idea", "idea__rules"
    )
    held = Held.objects.filter(author=member, place_kind="ideas.idea", state="waiting").order_by("-held_at")[:10]
    return Mine(
        sorted(rows.order_by("-active_at")[:MINE_SHOWN], key=_next_first), list(invited.select_related("idea", "invited_by")),
        paged(supports, Order("given_at"), after=after, before=before), list(held),
    )  # fmt: skip


def _next_first(idea: Idea) -> tuple[int, float]:
    """Order one's ideas by whose turn it is: what waits for oneself first."""
    turn = {RETURNED: 0, DRAFT: 1, GATHERING: 2, SUBMITTED: 3}.get(idea.state, 4)
    return turn, -idea.active_at.timestamp()


def open_programmes(viewer: Member) -> list[Programme]:
    """Return the programmes that take ideas now."""
    rows = access.programmes(viewer).filter(state="open", rules__isnull=False)
    return list(rows.order_by("position", "pk"))


def days_to(moment: dt.datetime | None, now: dt.datetime) -> int | None:
    """Return the whole days that are left to a moment, None for none."""
    return None if moment is None else max(0, (moment - now).days)
