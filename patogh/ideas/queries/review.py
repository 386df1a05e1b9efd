"""What one member may see of the review: the only reader of scores, so that the seal has one place to hold.

A seat is what somebody is to one idea of a round. Marks and words of others are seen from a seat only once the discussion is
open and, by a reviewer, only once their own score is handed in; never by whoever has a conflict or makes the idea.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from patogh.ideas import limits
from patogh.ideas.machine import IN_REVIEW
from patogh.ideas.models import Batch, BatchIdea, Conflict, Creator, Decision, Reviewer, ReviewNote, Score, Support
from patogh.kit.errors import NotFound
from patogh.people.models import Member
from patogh.people.queries import may


@dataclass(frozen=True, slots=True)
class Seat:
    """What a member is to one idea of a round, and what follows from it."""

    is_asked: bool
    is_late: bool
    is_kept_out: bool
    has_handed_in: bool
    is_open: bool
    is_decided: bool
    holds_decide: bool

    @property
    def may_score(self) -> bool:
        """A reviewer without an interest who was asked before the discussion was open and has not handed in."""
        return self.is_asked and not self.is_late and not self.is_kept_out and not self.has_handed_in

    @property
    def sees(self) -> bool:
        """Whether others' marks, the mean and the notes are theirs to read."""
        stands_beside = (not self.is_asked or self.is_late) and self.holds_decide
        return self.is_open and not self.is_kept_out and (self.has_handed_in or stands_beside)

    @property
    def may_open(self) -> bool:
        """Whether they may open the discussion before all scores are in."""
        return self.holds_decide and not self.is_kept_out and not self.may_score and not self.is_open

    @property
    def may_decide(self) -> bool:
        """Whether the decision is theirs to make: the discussion is open to them."""
        return self.holds_decide and self.sees and not self.is_decided


@dataclass(slots=True)
class _Facts:
    """Everything about the seats of one round, read at once."""

    asked: dict[int, Any] = field(default_factory=dict)
    conflicts: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    handed_in: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    makers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    decided: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the rows of a round's table show besides their seats, read at once."""

    members: dict[int, Member]
    scores: dict[int, dict[int, Any]]
    prices: dict[int, tuple[int, str, int]]
    suspects: dict[int, int]
    decisions: dict[int, Decision]


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the comparison; `mean`, `spread`, `low` and `high` are None where the seat does not see them."""

    entry: BatchIdea
    seat: Seat
    asked: int
    given: int
    missing: tuple[Member, ...]
    conflicts: int
    mean: float | None
    spread: float | None
    low: float | None
    high: float | None
    means: Mapping[str, float]
    price: tuple[int, str, int] | None
    suspect: int | None
    decision: Decision | None


def entry_seen_by(viewer: Member, entry_id: int) -> BatchIdea:
    """Return a place in a round; raises NotFound for whoever is not of the board. What they see of it, their seat says."""
    found = BatchIdea.objects.select_related(
        "batch__programme", "idea__author__identity", "idea__rules", "idea__category"
    )
    entry = found.filter(pk=entry_id).first()
    if entry is None or not may(viewer, "ideas.review"):
        raise NotFound
    return entry


def seat_of(entry: BatchIdea, viewer: Member) -> Seat:
    """Return what a member is to one idea of a round."""
    return _seat(entry, viewer, _facts(entry.batch_id, [entry]))


def scores_seen_by(entry: BatchIdea, viewer: Member) -> list[Score]:
    """Return the scores that a seat sees: those handed in by members without an interest, or nothing at all."""
    if not seat_of(entry, viewer).sees:
        return []
    facts = _facts(entry.batch_id, [entry])
    kept_out = {*facts.conflicts[entry.pk], *facts.makers[entry.idea_id]}
    found = Score.objects.filter(entry=entry).exclude(handed_in_at=None).exclude(member__in=kept_out)
    return list(found.select_related("member__identity").order_by("handed_in_at", "pk"))


def own_score(entry: BatchIdea, viewer: Member) -> Score | None:
    """Return what a reviewer wrote themselves; nothing any more once they have an interest."""
    if seat_of(entry, viewer).is_kept_out:
        return None
    return Score.objects.filter(entry=entry, member=viewer).first()


def notes_seen_by(entry: BatchIdea, viewer: Member) -> list[ReviewNote]:
    """Return the notes of the discussion, the oldest first, to a seat that sees it."""
    if not seat_of(entry, viewer).sees:
        return []
    return list(
        ReviewNote.objects.filter(entry=entry).select_related("author__identity").order_by("written_at", "pk")[:500]
    )


def decision_seen_by(entry: BatchIdea, viewer: Member) -> Decision | None:
    """Return the decision: before it is announced only to a seat without an interest."""
    found = Decision.objects.select_related("by__identity").filter(entry=entry).first()
    if found is not None and found.announced_at is None and seat_of(entry, viewer).is_kept_out:
        return None
    return found


def conflicts_seen_by(entry: BatchIdea, viewer: Member) -> list[Conflict]:
    """Return who has an interest in an idea, and which; to somebody who has one themselves only their own."""
    found = Conflict.objects.filter(entry=entry).select_related("member__identity").order_by("declared_at", "pk")
    return list(found.filter(member=viewer) if seat_of(entry, viewer).is_kept_out else found)


def awaited(entry: BatchIdea) -> set[int]:
    """Return whose score is still awaited: asked, of the board still, without an interest, and not handed in."""
    facts = _facts(entry.batch_id, [entry])
    out = {*facts.conflicts[entry.pk], *facts.makers[entry.idea_id], *facts.handed_in[entry.pk]}
    left = [pk for pk, since in facts.asked.items() if pk not in out and not _is_late(entry, since)]
    return {one.pk for one in Member.objects.filter(pk__in=left) if may(one, "ideas.review")}


def weighted(marks: Mapping[str, Any], criteria: Iterable[Mapping[str, Any]]) -> float | None:
    """Return the mean of one score's marks (0 to 10) by the weights of the criteria; None where nothing is marked."""
    pairs = [(marks[one["key"]], one["weight"]) for one in criteria if one["key"] in marks]
    weight = sum(weight for _mark, weight in pairs)
    return sum(mark * each for mark, each in pairs) / weight if weight else None


def comparison(batch: Batch, viewer: Member) -> list[Compared]:
    """Return the table of a round as this member may see it, in as many queries for 1 idea as for 30."""
    found = BatchIdea.objects.filter(batch=batch).select_related("idea__author__identity", "idea__category", "batch")
    entries = list(found.order_by("pk")[:500])
    ideas = [entry.idea_id for entry in entries]
    facts = _facts(batch.pk, entries)
    beside = _Beside(
        members={
            one.pk: one
            for one in Member.objects.filter(pk__in=facts.asked).select_related("identity")
            if may(one, "ideas.review")
        },
        scores=_scores_by_entry(batch),
        prices=_prices(ideas),
        suspects=_suspects(ideas),
        decisions={one.entry_id: one for one in Decision.objects.filter(entry__batch=batch).select_related("by")},
    )
    return [_compared(batch, entry, _seat(entry, viewer, facts), facts, beside) for entry in entries]


def _compared(batch: Batch, entry: BatchIdea, seat: Seat, facts: _Facts, beside: _Beside) -> Compared:
    """Return one row; what the seat does not see is not in it."""
    kept_out = {*facts.conflicts[entry.pk], *facts.makers[entry.idea_id]}
    marks = {pk: given for pk, given in beside.scores[entry.pk].items() if seat.sees and pk not in kept_out}
    means = [value for given in marks.values() if (value := weighted(given, batch.criteria)) is not None]
    given = facts.handed_in[entry.pk] - kept_out
    on_time = {pk for pk, since in facts.asked.items() if pk in beside.members and not _is_late(entry, since)}
    asked = (on_time - kept_out) | given
    decision = beside.decisions.get(entry.pk)
    is_said = decision is not None and decision.announced_at is not None
    return Compared(
        entry=entry,
        seat=seat,
        asked=len(asked),
        given=len(given),
        missing=() if seat.is_kept_out else tuple(beside.members[pk] for pk in sorted(asked - given)),
        conflicts=len(facts.conflicts[entry.pk]),
        mean=statistics.fmean(means) if means else None,
        spread=statistics.stdev(means) if len(means) > 1 else None,
        low=min(means, default=None),
        high=max(means, default=None),
        means=_by_criterion(batch, marks),
        price=beside.prices.get(entry.idea_id),
        suspect=beside.suspects.get(entry.idea_id),
        decision=decision if is_said or not seat.is_kept_out else None,
    )


def _scores_by_entry(batch: Batch) -> dict[int, dict[int, Any]]:
    """Return {entry: {member: marks}} of the scores that were handed in."""
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    rows = Score.objects.filter(entry__batch=batch).exclude(handed_in_at=None)
    for entry_id, member_id, marks in rows.values_list("entry", "member", "marks"):
        found[entry_id][member_id] = marks
    return found


def _by_criterion(batch: Batch, marks: Mapping[int, Any]) -> dict[str, float]:
    """Return the plain mean of each criterion."""
    given = {one["key"]: [row[one["key"]] for row in marks.values() if one["key"] in row] for one in batch.criteria}
    return {key: statistics.fmean(values) for key, values in given.items() if values}


def _facts(batch_id: int, entries: list[BatchIdea]) -> _Facts:
    """Read what the seats of some entries of one round need, in five queries."""
    ids, ideas = [entry.pk for entry in entries], [entry.idea_id for entry in entries]
    facts = _Facts(asked=dict(Reviewer.objects.filter(batch=batch_id).values_list("member", "added_at")))
    for entry_id, member_id, why in Conflict.objects.filter(entry__in=ids).values_list("entry", "member", "why"):
        facts.conflicts[entry_id][member_id] = why
    given = Score.objects.filter(entry__in=ids).exclude(handed_in_at=None)
    for entry_id, member_id in given.values_list("entry", "member"):
        facts.handed_in[entry_id].add(member_id)
    makers = Creator.objects.filter(Q(idea__in=ideas), state__in=("invited", "agreed"))
    for idea_id, member_id in makers.values_list("idea", "member"):
        facts.makers[idea_id].add(member_id)
    for entry in entries:
        facts.makers[entry.idea_id].add(entry.idea.author_id)
    facts.decided = set(Decision.objects.filter(entry__in=ids).values_list("entry", flat=True))
    return facts


def _seat(entry: BatchIdea, viewer: Member, facts: _Facts) -> Seat:
    """Return one seat from what was read."""
    since = facts.asked.get(viewer.pk)
    is_board = may(viewer, "ideas.review")
    return Seat(
        is_asked=since is not None and is_board,
        is_late=since is not None and _is_late(entry, since),
        is_kept_out=not is_board or viewer.pk in facts.conflicts[entry.pk] or viewer.pk in facts.makers[entry.idea_id],
        has_handed_in=viewer.pk in facts.handed_in[entry.pk],
        is_open=entry.discussion_opened_at is not None,
        is_decided=entry.pk in facts.decided,
        holds_decide=may(viewer, "ideas.decide"),
    )


def _is_late(entry: BatchIdea, since: Any) -> bool:
    """Whether a reviewer was asked only after the discussion was open: they may read, and never score."""
    return entry.discussion_opened_at is not None and since > entry.discussion_opened_at


# The middle price of each idea in the unit that most answers name (the lower of two middles, as on the idea's own page).
PRICES = """
    SELECT idea_id, unit, MIN(price_minor), MAX(n) FROM (
        SELECT idea_id, unit, price_minor,
            ROW_NUMBER() OVER (PARTITION BY idea_id, unit ORDER BY price_minor) AS place,
            COUNT(*) OVER (PARTITION BY idea_id, unit) AS n
        FROM ideas_surveyanswer WHERE price_minor IS NOT NULL AND idea_id IN ({places})
    ) AS ordered WHERE place = (n + 1) / 2 GROUP BY idea_id, unit ORDER BY MAX(n)
"""


def _prices(idea_ids: list[int]) -> dict[int, tuple[int, str, int]]:
    """Return {idea: (median in minor units, unit, answers)}."""
    if not idea_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PRICES.format(places=", ".join(["%s"] * len(idea_ids))), idea_ids)
        return {idea: (int(middle), unit, n) for idea, unit, middle, n in cursor.fetchall()}


def _suspects(idea_ids: list[int]) -> dict[int, int]:
    """Return how many supports of each idea come from a fresh account or a crowded network, by what stands in their rows."""
    fresh, crowd = Q(account_age_days__lt=limits.FRESH_ACCOUNT_DAYS), Q(crowd_count__gte=limits.CROWD_SUPPORTS_MIN)
    found = Support.objects.filter(fresh | crowd, idea__in=idea_ids, withdrawn_at=None)
    counted = dict(found.order_by().values_list("idea").annotate(n=Count("pk")))
    return {idea_id: counted.get(idea_id, 0) for idea_id in idea_ids}


def waiting_in_review(batch: Batch) -> bool:
    """Whether anything of a round still waits for a decision."""
    return BatchIdea.objects.filter(batch=batch, decision=None, idea__state=IN_REVIEW).exists()
