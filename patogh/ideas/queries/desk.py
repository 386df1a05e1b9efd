"""What waits at the team's desk: submitted ideas, rounds and announcements; capped looks at indexed rows, never a count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from patogh.ideas import limits
from patogh.ideas.machine import IN_REVIEW, SUBMITTED
from patogh.ideas.models import Batch, BatchIdea, Decision, Idea, Programme, ThresholdTurn
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member, RoleGrant
from patogh.people.queries.rights import RIGHTS
from patogh.trust.folding import Hit
from patogh.trust.queries import hits

WAITING_MAX = 100


@dataclass(frozen=True, slots=True)
class Queued:
    """A submitted idea with the words that the lists notice in it."""

    idea: Idea
    hits: tuple[Hit, ...]
    is_late: bool


@dataclass(frozen=True, slots=True)
class Load:
    """What one programme asks of its board: the last turns of its last station, and what waits now."""

    programme: Programme
    turns: tuple[ThresholdTurn, ...]
    waiting: int


def queue(*, programme: str = "", after: str | None = None, before: str | None = None) -> Page[Idea]:
    """Return a page of the submitted ideas, the oldest first."""
    found = Idea.objects.filter(state=SUBMITTED).select_related("author__identity", "programme", "category", "rules")
    if programme:
        found = found.filter(programme__slug=programme)
    return paged(found, Order("state_since", descending=False), after=after, before=before)


def noticed(ideas: list[Idea]) -> list[Queued]:
    """Return submitted ideas with what the word lists find in them."""
    late = timezone.now() - dt.timedelta(days=limits.ANSWER_DAYS)
    return [Queued(idea, words_in(idea), idea.state_since < late) for idea in ideas]


def words_in(idea: Idea) -> tuple[Hit, ...]:
    """Return the listed words in an idea."""
    return hits(f"{idea.title}\n{idea.lead}\n{idea.problem}\n{idea.proposal}")


def waiting_ideas() -> QuerySet[Idea]:
    """Return the ideas that wait for an answer."""
    return Idea.objects.filter(state=SUBMITTED)


def waiting_count() -> int:
    """Return how many ideas wait for an answer, 100 at most."""
    return len(waiting_ideas().values_list("pk", flat=True)[:WAITING_MAX])


def idea_at_desk(idea_id: int) -> Idea:
    """Return an idea that has left its drawer; raises NotFound for drafts."""
    found = Idea.objects.select_related("author__identity", "programme", "category", "rules", "merged_into")
    idea = found.filter(pk=idea_id).exclude(state="draft").first()
    if idea is None:
        raise NotFound
    return idea


def batches(*, programme_id: int | None = None) -> list[Batch]:
    """Return the rounds that are open or under review, the first to answer first, and then the newest answered ones."""
    found = Batch.objects.select_related("programme")
    if programme_id is not None:
        found = found.filter(programme=programme_id)
    now = list(found.exclude(state="answered").order_by("answers_by")[:100])
    return now + list(found.filter(state="answered").order_by("-answers_by")[:30])


def batch_seen(batch_id: int) -> Batch:
    """Return a round; raises NotFound."""
    found = Batch.objects.select_related("programme__rules").filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def overdue(now: dt.datetime) -> list[Batch]:
    """Return the rounds whose answer is late."""
    return list(Batch.objects.select_related("programme").exclude(state="answered").filter(answers_by__lt=now)[:30])


def unsaid() -> list[Decision]:
    """Return the decisions that are not announced, the oldest first, those whose idea moved on left out."""
    found = Decision.objects.filter(announced_at=None).exclude(trouble="moved_on")
    return list(found.select_related("entry__idea", "entry__batch").order_by("decided_at")[:50])


def may_review(*, besides: Iterable[int] = ()) -> list[Member]:
    """Return who may be asked to score, by name, without those who were asked."""
    held = RoleGrant.objects.filter(revoked_at=None, role__in=RIGHTS["ideas.review"]).values("member")
    others = Member.objects.filter(pk__in=held, is_active=True).exclude(pk__in=list(besides))
    return list(others.select_related("identity").order_by("name_order")[:200])


def load_of(programme: Programme) -> Load:
    """Return what a programme asks of its board."""
    waiting = Idea.objects.filter(programme=programme, state=IN_REVIEW).values_list("pk", flat=True)[:WAITING_MAX]
    turns = ThresholdTurn.objects.filter(programme=programme).order_by("-turned_at")[:12]
    return Load(programme, tuple(turns), len(waiting))


def entry_of(idea: Idea) -> BatchIdea | None:
    """Return the place of an idea in the newest round it stands in."""
    return BatchIdea.objects.filter(Q(idea=idea)).select_related("batch").order_by("-pk").first()
