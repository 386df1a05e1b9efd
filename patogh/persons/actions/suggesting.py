"""The review queue: pairs that may be one person, and what somebody of the team decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from patogh.activity import action, record, upkeep
from patogh.people.models import Member, Person
from patogh.people.queries import may
from patogh.persons.actions.merging import REASON_CHARS_MAX, RIGHT
from patogh.persons.errors import MayNotMerge, SuggestionDecided
from patogh.persons.models import Suggestion


@dataclass(frozen=True)
class Guess:
    """Two persons who may be one: bits, probability, reasons as (field, level, bits) and the model that said so."""

    left: Person
    right: Person
    weight: float
    probability: float
    reasons: list[Any]
    model: str


@upkeep
def suggest(guess: Guess) -> Suggestion:
    """Keep a guess in the queue. A pair that was refused stays refused unless its reasons changed; one that waits is renewed."""
    left, right = sorted((guess.left, guess.right), key=lambda one: one.pk)
    now = timezone.now()
    values = {
        "weight": guess.weight, "probability": guess.probability, "reasons": guess.reasons, "model": guess.model[:40], "found_at": now,
    }  # fmt: skip
    row, is_new = Suggestion.objects.select_for_update().get_or_create(left=left, right=right, defaults=values)
    if is_new or row.state == "merged":
        return row
    has_news = _levels(row.reasons) != _levels(guess.reasons)
    if row.state in {"waiting", "gone"} or (row.state == "refused" and has_news):
        if row.model != "rules" and guess.model == "rules" and row.state == "waiting":
            return row
        state = "waiting"
        Suggestion.objects.filter(pk=row.pk).update(state=state, decided_by=None, decided_at=None, reason="", **values)
        row.refresh_from_db()
    return row


@action
def refuse_suggestion(suggestion: Suggestion, *, by: Member, reason: str = "") -> Suggestion:
    """Say that the two are two people; it is not suggested again unless its reasons change. Raises SuggestionDecided."""
    if not may(by, RIGHT):
        raise MayNotMerge
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if row.state != "waiting":
        raise SuggestionDecided
    _decide(row, "refused", by, reason)
    record(
        "persons.suggestion_refused",
        by=by,
        subject=row,
        audience="staff",
        data={"pair": [str(row.left_id), str(row.right_id)]},
    )
    return row


@action
def reopen_suggestion(suggestion: Suggestion, *, by: Member) -> Suggestion:
    """Take a refusal back. Raises SuggestionDecided for one that is not refused."""
    if not may(by, RIGHT):
        raise MayNotMerge
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if row.state != "refused":
        raise SuggestionDecided
    row.state, row.reason, row.decided_by, row.decided_at = "waiting", "", None, None
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record("persons.suggestion_reopened", by=by, subject=row, audience="staff")
    return row


@upkeep
def drop_stale(suggestions: list[int]) -> int:
    """Take pairs out of the queue that say nothing any more; returns how many."""
    return Suggestion.objects.filter(pk__in=suggestions, state="waiting").update(state="gone")


def _decide(row: Suggestion, state: str, by: Member, reason: str) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, by, timezone.now(), reason.strip()[:REASON_CHARS_MAX]
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _levels(reasons: list[Any]) -> set[tuple[str, str]]:
    """Return what a guess rests on, without its bits: a newly trained model alone is no news."""
    return {(str(one[0]), str(one[1])) for one in reasons}
