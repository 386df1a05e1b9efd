"""What the stored counters of ideas should say, counted from the rows: the tests compare the two after whatever was done."""

from __future__ import annotations

from django.db.models import Count, Q

from patogh.ideas.machine import GATHERING, STEPS
from patogh.ideas.models import (
    Batch,
    BatchIdea,
    Budget,
    Decision,
    Feedback,
    Follow,
    Idea,
    Move,
    Programme,
    Support,
)
from patogh.ideas.nouns import STATION
from patogh.ideas.queries.rules import missing_to, stations_of

LIVE = Q(withdrawn_at=None)


def wrong_counters() -> list[str]:
    """Name every stored counter, state and window that does not say what the rows say."""
    return [*_ideas(), *_walks(), *_programmes(), *_batches(), *_budgets()]


def _differ(name: str, stored: object, real: object) -> list[str]:
    return [] if stored == real else [f"{name}: stored {stored}, real {real}"]


def _count(rows: object) -> dict[int, int]:
    return dict(rows.values_list("idea").annotate(n=Count("pk")).order_by())  # type: ignore[attr-defined]


def _ideas() -> list[str]:
    counted = {
        "supporters_count": _count(Support.objects.filter(LIVE)),
        "followers_count": _count(Follow.objects.all()),
        "feedback_count": _count(Feedback.objects.filter(hidden_at=None)),
        "moves_count": _count(Move.objects.all()),
        "milestone": _count(Move.objects.filter(move=STATION)),
    }
    found = []
    for idea in Idea.objects.select_related("rules", "programme"):
        for name, real in counted.items():
            found += _differ(f"idea {idea.pk} {name}", getattr(idea, name), real.get(idea.pk, 0))
        found += _window(idea)
    return found


def _window(idea: Idea) -> list[str]:
    """Compare the station ahead with the rules of an idea."""
    ahead, missing = None, None
    if idea.state == GATHERING and idea.milestone < len(stations_of(idea)):
        ahead = stations_of(idea)[idea.milestone].supporters
        missing = missing_to(ahead, idea.supporters_count)
    found = _differ(f"idea {idea.pk} next station", idea.next_threshold, ahead)
    return found + _differ(f"idea {idea.pk} missing", idea.missing, missing)


def _walks() -> list[str]:
    """Follow the moves of every idea through the table of the machine."""
    steps = {(step.move, source, step.target) for step in STEPS for source in step.sources}
    steps.add((STATION, GATHERING, GATHERING))
    states = dict(Idea.objects.values_list("pk", "state"))
    found, last = [], {}
    for move in Move.objects.order_by("idea_id", "number"):
        before, number, at = last.get(move.idea_id, ("draft", 0, None))
        if (move.move, move.source, move.target) not in steps or move.source != before or move.number != number + 1:
            found.append(f"idea {move.idea_id} move {move.number} is {move.source} -> {move.target}")
        if at is not None and move.made_at < at:
            found.append(f"idea {move.idea_id} move {move.number} is before its last")
        last[move.idea_id] = (move.target, move.number, move.made_at)
    for pk, (state, _number, _at) in last.items():
        found += _differ(f"idea {pk} state", states[pk], state)
    return found


def _programmes() -> list[str]:
    found = []
    for programme in Programme.objects.all():
        ideas, moves = Idea.objects.filter(programme=programme), Move.objects.filter(idea__programme=programme)
        real = {
            "ideas_count": moves.filter(move="publish").values("idea").distinct().count(),
            "gathering_count": ideas.filter(state=GATHERING).count(),
            "reviewed_count": moves.filter(move__in=["approve", "decline"]).count(),
            "made_count": moves.filter(target="on_sale").count(),
        }
        for name, count in real.items():
            found += _differ(f"programme {programme.slug} {name}", getattr(programme, name), count)
    return found


def _batches() -> list[str]:
    found = []
    for batch in Batch.objects.all():
        entries = BatchIdea.objects.filter(batch=batch)
        found += _differ(f"batch {batch.pk} ideas", batch.ideas_count, entries.count())
        decided = Decision.objects.filter(entry__batch=batch).count()
        found += _differ(f"batch {batch.pk} decided", batch.decided_count, decided)
    return found


def _budgets() -> list[str]:
    found = []
    for budget in Budget.objects.all():
        spent = Support.objects.filter(LIVE, member=budget.member_id, idea__programme=budget.programme_id)
        real = sum(spent.values_list("cost", flat=True))
        found += _differ(f"budget of {budget.member_id}", budget.spent, real)
    return found
