"""What the board decided: entered in the book at once, announced (and the idea moved) once witnesses have seen its line."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from typing import Final

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, record, unchanged, upkeep
from patogh.ideas import errors, limits
from patogh.ideas.actions.moving import locked, make_move
from patogh.ideas.actions.reviewing import is_before_the_board, locked_entry
from patogh.ideas.machine import IN_REVIEW
from patogh.ideas.models import Batch, BatchIdea, Decision, Move
from patogh.ideas.nouns import VERBS
from patogh.ideas.queries.review import seat_of
from patogh.kit.errors import PatoghError
from patogh.ledger.actions.book import enter
from patogh.ledger.errors import NotWitnessedYet
from patogh.ledger.queries.book import require_witnessed, submission_of
from patogh.people.models import Member
from patogh.people.queries import may

OUTCOMES: Final = {"approve": "yes", "decline": "no", "carry_over": "later"}
LINE: Final = "review.decided.v1"
# Why a decision was not announced: its idea had left the review meanwhile. Any other word is the code of an error; it is tried again.
MOVED_ON: Final = "moved_on"
log = logging.getLogger(__name__)


def line_key(entry_id: int) -> str:
    """Return the key under which a decision stands in the book."""
    return f"review:{entry_id}"


def reasons_hash(outcome: str, reason: str, reason_en: str) -> str:
    """Return SHA-256 (hex) of the public text: the compact JSON array [outcome, Persian, English] in UTF-8."""
    text = json.dumps([OUTCOMES[outcome], reason, reason_en], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@action
def decide(entry: BatchIdea, outcome: str, *, reason: str, reason_en: str, note: str = "", by: Member) -> Decision:
    """Decide on an idea of a round. Raises NotYours, DiscussionIsClosed, AlreadyDecided, ReviewIsOver, BothLanguages."""
    row = locked_entry(entry.pk)
    said = checked_texts(outcome, reason, reason_en)
    seat = seat_of(row, by)
    _check_may_decide(row, by)
    if not seat.may_decide:
        raise errors.DiscussionIsClosed if seat.holds_decide and not seat.is_kept_out else errors.NotYours
    row.idea = idea = locked(row.idea_id)
    if not is_before_the_board(row):
        raise errors.ReviewIsOver
    decision = Decision.objects.create(
        entry=row, outcome=outcome, reason=said[0], reason_en=said[1], note=note.replace("\0", "").strip()[: limits.NOTE_CHARS_MAX],
        by=by, decided_at=timezone.now(),
    )  # fmt: skip
    Batch.objects.filter(pk=row.batch_id).update(decided_count=F("decided_count") + 1)
    fields = {"idea": idea.pk, "decision": OUTCOMES[outcome], "reasons": reasons_hash(outcome, *said)}
    enter(LINE, fields, key=line_key(row.pk), subject=("ideas.idea", str(idea.pk)))
    record("ideas.decision_made", by=by, subject=idea, audience="staff", data={"batch": row.batch_id})
    return decision


def _check_may_decide(entry: BatchIdea, by: Member) -> None:
    """Raise AlreadyDecided, or NotYours where this member has an interest."""
    if Decision.objects.filter(entry=entry).exists():
        raise errors.AlreadyDecided
    if seat_of(entry, by).is_kept_out:
        raise errors.NotYours


def checked_texts(outcome: str, reason: str, reason_en: str) -> tuple[str, str]:
    """Return the public texts as they will stand; raises BadOutcome, BothLanguages or TooLong."""
    if outcome not in OUTCOMES:
        raise errors.BadOutcome
    texts = {"reason": reason, "reason_en": reason_en}
    clean = {name: text.replace("\0", "").replace("\r\n", "\n").strip() for name, text in texts.items()}
    for name, text in clean.items():
        if not text:
            raise errors.BothLanguages(field=name)
        if len(text) > limits.DECISION_CHARS_MAX:
            raise errors.TooLong(most=limits.DECISION_CHARS_MAX, field=name)
    return clean["reason"], clean["reason_en"]


def announce_due(now: dt.datetime) -> int:
    """Announce the decisions whose lines enough witnesses have seen; returns how many. The others wait: it fails closed."""
    waiting = Decision.objects.filter(announced_at=None).exclude(trouble=MOVED_ON)
    return sum(_announce_one(pk, entry_id, now) for pk, entry_id in waiting.order_by("decided_at").values_list("pk", "entry")[:200])  # fmt: skip


def _announce_one(decision_id: int, entry_id: int, now: dt.datetime) -> int:
    """Announce one decision if its line is witnessed; what stands in the way is kept for the desk to show."""
    submission = submission_of(line_key(entry_id))
    try:
        if submission is None:
            return 0
        require_witnessed(submission)
        return int(announce(decision_id, now, by=None) is not None)
    except NotWitnessedYet:
        return 0
    except PatoghError as refusal:
        log.warning("decision %s cannot be announced: %s", decision_id, refusal.code)
        note_trouble(decision_id, refusal.code)
        return 0


@action
def announce(decision_id: int, now: dt.datetime, *, by: Member | None) -> Move | None:
    """Move the idea as the board decided, with the board's public words; None where it left the review meanwhile."""
    decision = Decision.objects.select_for_update(of=("self",)).select_related("entry", "by").get(pk=decision_id)
    idea = locked(decision.entry.idea_id)
    if decision.announced_at is not None:
        return unchanged(None)
    if idea.state != IN_REVIEW:
        Decision.objects.filter(pk=decision_id).update(trouble=MOVED_ON)
        return unchanged(None)
    # Whoever decided is named; if the right has been taken from them since, the house announces it in the board's name.
    decider = decision.by if decision.by is not None and may(decision.by, "ideas.decide") else None
    move = make_move(
        idea, decision.outcome, by=decider, reason=decision.reason, reason_en=decision.reason_en, note=decision.note, now=now,
    )  # fmt: skip
    Decision.objects.filter(pk=decision_id).update(announced_at=now, trouble="")
    data = {"move": move.pk, "state": move.target}
    record(
        VERBS[move.move],
        by=by or decider,
        subject=idea,
        target=idea.programme,
        audience="staff" if idea.hidden_at else "",
        data=data,
    )
    return move


@upkeep
def note_trouble(decision_id: int, code: str) -> None:
    """Keep why an announcement failed."""
    Decision.objects.filter(pk=decision_id, announced_at=None).update(trouble=code[:40])
