"""The member's word against a decision, decided by somebody else; and blind second opinions."""

from __future__ import annotations

from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.errors import Forbidden, NotFound
from patogh.kit.hooks import plugins
from patogh.people.models import Member
from patogh.people.queries import may
from patogh.trust import limits
from patogh.trust.actions.deciding import _lifted
from patogh.trust.actions.effects import _undo_effects
from patogh.trust.actions.queueing import _close, _decided, _open, _reopened
from patogh.trust.errors import (
    AlreadyDecided,
    AnotherDecides,
    CannotAppeal,
    OwnThing,
    UnknownReason,
    WordsMissing,
    WordsTooLong,
)
from patogh.trust.models import Appeal, Decision, ReviewItem, SecondOpinion
from patogh.trust.nouns import Subject
from patogh.trust.queries.appeals import is_open_to_appeal


@action
def appeal(decision: Decision, words: str, *, by: Member) -> Appeal:
    """Speak against a decision about oneself, once and within APPEAL_DAYS_MAX days.

    Raises NotFound for somebody else's, CannotAppeal, WordsMissing or WordsTooLong.
    """
    row = Decision.objects.select_for_update(of=("self",)).filter(pk=decision.pk, member=by).first()
    if row is None:
        raise NotFound
    if not is_open_to_appeal(row) or Appeal.objects.filter(decision=row).exists():
        raise CannotAppeal
    made = Appeal.objects.create(
        decision=row, by=by, against_id=row.by_id, words=_said(words), opened_at=timezone.now()
    )
    item = _open("appeal", Subject("trust.appeal", str(made.pk)), member_id=by.pk, space_id=row.space_id)
    item.score = 3 if row.sanction in {"silence", "suspension"} else 2
    item.save(update_fields=["score"])
    record("trust.appeal_opened", by=by, subject=made, target=row)
    return made


@action
def withdraw_appeal(row: Appeal, *, by: Member) -> None:
    """Take an undecided appeal back; the decision can be appealed again within its time."""
    mine = Appeal.objects.select_for_update(of=("self",)).filter(pk=row.pk, by=by, outcome="").first()
    if mine is None:
        raise NotFound
    _close("appeal", Subject("trust.appeal", str(mine.pk)))
    record("trust.appeal_withdrawn", by=by, subject=mine)
    mine.delete()


@action
def decide_appeal(row: Appeal, outcome: str, answer: str, *, by: Member) -> Appeal:
    """Let a decision stand ("upheld") or lift it ("lifted"), as another moderator than the one who made it.

    Lifting takes back whatever the decision did. Raises AnotherDecides, OwnThing, AlreadyDecided, UnknownReason,
    WordsMissing or Forbidden.
    """
    if outcome not in {"upheld", "lifted"}:
        raise UnknownReason(field="outcome")
    now = timezone.now()
    made = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=row.pk)
    _check_may_answer(made, by)
    made.outcome, made.answer, made.decided_by, made.decided_at = outcome, _said(answer), by, now
    made.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    _decided(_open("appeal", Subject("trust.appeal", str(made.pk)), member_id=made.by_id), by, now)
    if outcome == "lifted" and made.decision.lifted_at is None:
        _undo_effects(made.decision, by)
        _lifted(made.decision, by, "appeal", now)
        _set_right(made.decision, by)
    record("trust.appeal_decided", by=by, subject=made, target=made.decision, data={"outcome": outcome})
    return made


def _set_right(decision: Decision, by: Member) -> None:
    """Finish what lifting means: what flags alone had hidden before is shown, and a refused text waits once more."""
    if decision.subject_kind == "trust.held" and decision.item_id is not None:
        _reopened(ReviewItem.objects.get(pk=decision.item_id))
    elif decision.before.get("was_hidden"):
        about = {"kind": decision.subject_kind, "id": decision.subject_id}
        plugins.hook.unhide_subject(**about, why="appeal", by=by)
        ReviewItem.objects.filter(pk=decision.item_id or 0).update(is_hidden=False)


@action
def give_second_opinion(row: SecondOpinion, what: str, *, by: Member) -> SecondOpinion:
    """Say what one would have decided, without having seen what was; nothing follows from it but the agreement."""
    if what not in dict(Decision.WHATS):
        raise UnknownReason(field="what")
    if not may(by, "moderate"):
        raise Forbidden
    made = SecondOpinion.objects.select_for_update(of=("self",)).select_related("item").get(pk=row.pk)
    if by.pk == made.first_by_id:
        raise AnotherDecides
    if by.pk == made.item.member_id:
        raise OwnThing
    if made.given_at is not None:
        return unchanged(made) if made.by_id == by.pk else _late()
    made.by, made.what, made.given_at = by, what, timezone.now()
    made.save(update_fields=["by", "what", "given_at"])
    record("trust.second_opinion_given", by=by, subject=made, data={"what": what})
    return made


def _late() -> SecondOpinion:
    raise AlreadyDecided


def _check_may_answer(made: Appeal, by: Member) -> None:
    if not may(by, "moderate"):
        raise Forbidden
    if made.by_id == by.pk:
        raise OwnThing
    if made.against_id == by.pk:
        raise AnotherDecides
    if made.outcome:
        raise AlreadyDecided


def _said(words: str) -> str:
    """Return words that must be given."""
    kept = words.replace("\0", "").strip()
    if not kept:
        raise WordsMissing
    if len(kept) > limits.WORDS_CHARS_MAX:
        raise WordsTooLong(most=limits.WORDS_CHARS_MAX)
    return kept
