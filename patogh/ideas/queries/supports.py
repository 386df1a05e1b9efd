"""Who stands behind ideas, and what supporters would pay: reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from patogh.ideas import limits
from patogh.ideas.models import Budget, Follow, Idea, Support, SurveyAnswer
from patogh.ideas.queries.access import is_team, shows_count
from patogh.ideas.terms import terms_of
from patogh.kit.errors import NotFound
from patogh.kit.pages import Order, Page, paged
from patogh.people.models import Member
from patogh.trust.queries import blocked_by, blockers_of


@dataclass(frozen=True, slots=True)
class Marks:
    """What is somebody's own on an idea in a list."""

    supports: bool
    follows: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """What supporters said they would pay, in minor units: the middle, the quarters beside it, the ends, and how many said it."""

    unit: str
    median: int
    low: int
    high: int
    least: int
    most: int
    n: int

    def place(self, amount: int) -> float:
        """Return where an amount stands between the ends, 0 to 1."""
        return 0.5 if self.most == self.least else min(1.0, max(0.0, (amount - self.least) / (self.most - self.least)))


def mine(viewer: Member | None, idea_ids: Sequence[int]) -> dict[int, Marks]:
    """Return a member's marks on these ideas: one query, none for a stranger."""
    if viewer is None or not idea_ids:
        return {}
    stands = Support.objects.filter(idea=OuterRef("pk"), member=viewer, withdrawn_at=None)
    follows = Follow.objects.filter(idea=OuterRef("pk"), member=viewer)
    answered = SurveyAnswer.objects.filter(idea=OuterRef("pk"), member=viewer)
    found = Idea.objects.filter(pk__in=idea_ids).annotate(a=Exists(stands), b=Exists(follows), c=Exists(answered))
    return {pk: Marks(a, b, c) for pk, a, b, c in found.values_list("pk", "a", "b", "c")}


def support_of(idea: Idea, member: Member | None) -> Support | None:
    """Return a member's support that stands, or None."""
    return Support.objects.filter(idea=idea, member=member, withdrawn_at=None).first() if member else None


def answer_of(idea: Idea, member: Member | None) -> SurveyAnswer | None:
    """Return what a member answered, or None."""
    return SurveyAnswer.objects.filter(idea=idea, member=member).first() if member else None


def budget_left(idea: Idea, member: Member | None) -> int | None:
    """Return how many supports a member may still give in the idea's programme; None where the rules set no budget."""
    most = terms_of(idea.rules).support_budget
    if not most or member is None:
        return most or None
    spent = Budget.objects.filter(programme=idea.programme_id, member=member).values_list("spent", flat=True).first()
    return max(0, most - (spent or 0))


def supporters(
    idea: Idea, viewer: Member | None, *, after: str | None = None, before: str | None = None
) -> Page[Support]:
    """Return a page of those who stand behind an idea, the newest first; raises NotFound while the rules hide the number.

    Whom the viewer blocks, or who blocks the viewer, is on the page without a name.
    """
    if not shows_count(idea) and not is_team(viewer):
        raise NotFound
    rows = Support.objects.filter(idea=idea, withdrawn_at=None).select_related("member", "came_from")
    return paged(rows, Order("given_at"), after=after, before=before, size=limits.SUPPORTERS_A_PAGE)


def unnamed(viewer: Member | None) -> frozenset[int]:
    """Return the members whose names this viewer does not see beside a support."""
    return blocked_by(viewer.pk) | blockers_of(viewer.pk) if viewer is not None else frozenset()


def prices(idea: Idea, *, for_team: bool = False) -> Prices | None:
    """Return what supporters would pay; None for fewer than PRICES_SHOWN_MIN answers, unless the team asks.

    The median and quartiles are those of the sorted answers (the lower value at a half); answers in an earlier unit are left out.
    """
    unit = terms_of(idea.rules).survey_unit
    given = SurveyAnswer.objects.filter(idea=idea, unit=unit, price_minor__isnull=False).order_by("price_minor")
    said = [int(price) for price in given.values_list("price_minor", flat=True)[: limits.PRICES_READ_MAX] if price]
    if not said or (len(said) < limits.PRICES_SHOWN_MIN and not for_team):
        return None
    quarter = [said[(len(said) - 1) * part // 4] for part in range(5)]
    return Prices(unit, quarter[2], quarter[1], quarter[3], quarter[0], quarter[4], len(said))


def for_whom(idea: Idea) -> dict[str, int]:
    """Return how many supporters said for whom it is, by the key of the choice."""
    found: dict[str, int] = {}
    said = SurveyAnswer.objects.filter(idea=idea).exclude(for_whom="")
    for key in said.values_list("for_whom", flat=True)[: limits.PRICES_READ_MAX]:
        found[key] = found.get(key, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
