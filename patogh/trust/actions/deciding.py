"""Deciding about what waits: alone or many at once, and taking it back within a day, to the letter."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from patogh.activity import action, record
from patogh.kit.errors import Forbidden, PatoghError, TooLarge
from patogh.kit.hooks import plugins
from patogh.kit.ids import uuid7
from patogh.people.models import Member
from patogh.people.queries import may, roles_of
from patogh.trust import limits
from patogh.trust.actions.effects import _act, _settle_flags, _undo_effects
from patogh.trust.actions.queueing import _decided, _hold_claim, _locked_item, _reopened
from patogh.trust.actions.sanctioning import _check_may_sanction, _check_ruling, _sanction
from patogh.trust.errors import AlreadyDecided, CannotDoThis, OwnFlag, OwnThing, TooLateToUndo
from patogh.trust.models import Appeal, Decision, Flag, Held, ReviewItem, SecondOpinion
from patogh.trust.nouns import Ruling
from patogh.trust.queries.terms import number


@dataclass(frozen=True, slots=True)
class Batch:
    """What was decided in one go: the token that undoes it, the decisions, and why some items were left out."""

    token: uuid.UUID
    decisions: tuple[Decision, ...]
    skipped: tuple[tuple[ReviewItem, PatoghError], ...]


def decide(item: ReviewItem, ruling: Ruling, *, by: Member) -> Decision:
    """Decide about one open item (kinds flags, held, edit, sign_up, age; appeals: `decide_appeal`).

    Raises AlreadyDecided, ClaimedByAnother, OwnThing, OwnFlag, OnlyAdmins, CannotDoThis, UnknownReason, UntilUnclear,
    WordsTooLong or Forbidden. What is slow (rendering) is done by hooks before the door.
    """
    return _decide(item, ruling, _prepared(item, ruling), by=by)


def decide_many(items: Sequence[ReviewItem], ruling: Ruling, *, by: Member) -> Batch:
    """Decide the same about many items; those that cannot be decided so are skipped and named.

    At most BULK_ITEMS_MAX (TooLarge); when none can be decided, the first refusal is raised. `Batch.token` undoes all.
    """
    if len(items) > limits.BULK_ITEMS_MAX:
        raise TooLarge
    return _decide_many([(item, _prepared(item, ruling)) for item in items], ruling, by=by)


@action
def undo_decisions(batch: uuid.UUID, *, by: Member) -> list[Decision]:
    """Take back every decision of a batch within UNDO_HOURS_MAX hours, by whoever made it or an admin.

    Things, flags, held texts, sanctions and the queue stand as before. Raises TooLateToUndo or Forbidden.
    """
    rows = list(Decision.objects.select_for_update().filter(batch=batch, lifted_at=None).order_by("pk"))
    now = timezone.now()
    is_late = any(now - row.decided_at > dt.timedelta(hours=limits.UNDO_HOURS_MAX) for row in rows)
    if not rows or is_late or Appeal.objects.filter(decision__in=rows).exists():
        raise TooLateToUndo
    if any(row.by_id != by.pk for row in rows) and not roles_of(by) & {"owner", "admin"}:
        raise Forbidden
    for row in rows:
        _undo_effects(row, by)
        _lifted(row, by, "undo", now)
        if row.item_id is not None:
            SecondOpinion.objects.filter(item_id=row.item_id, decision=row).delete()
            _reopened(ReviewItem.objects.get(pk=row.item_id))
    ids = [row.pk for row in rows]
    record("trust.decisions_undone", by=by, subject=rows[0], data={"batch": str(batch), "decisions": ids})
    return rows


@action
def _decide(item: ReviewItem, ruling: Ruling, prepared: Any, *, by: Member) -> Decision:
    decision = _made(item, ruling, prepared, by, uuid7())
    data = {"decisions": [decision.pk], "what": ruling.what, "sanction": ruling.sanction, "reason": ruling.reason}
    record("trust.item_decided", by=by, subject=decision, target=item, data=data)
    return decision


@action
def _decide_many(items: list[tuple[ReviewItem, Any]], ruling: Ruling, *, by: Member) -> Batch:
    token, made, skipped = uuid7(), [], []
    for item, prepared in sorted(items, key=lambda pair: pair[0].pk):
        try:
            with transaction.atomic():
                made.append(_made(item, ruling, prepared, by, token))
        except PatoghError as refusal:
            skipped.append((item, refusal))
    if not made:
        raise skipped[0][1] if skipped else AlreadyDecided
    data = {
        "decisions": [row.pk for row in made],
        "what": ruling.what,
        "sanction": ruling.sanction,
        "batch": str(token),
    }
    record("trust.items_decided", by=by, subject=made[0], data=data)
    return Batch(token, tuple(made), tuple(skipped))


def _prepared(item: ReviewItem, ruling: Ruling) -> Any:
    """Do before the door what is slow: the rendering of what a decision will show."""
    if ruling.what == "edit" and item.kind == "flags":
        return plugins.hook.prepare_edit(kind=item.subject_kind, id=item.subject_id, text=ruling.text)
    if ruling.what in {"approve", "edit"} and item.kind in {"held", "edit"}:
        held = Held.objects.select_related("author").filter(pk=item.subject_id).first()
        text = ruling.text if ruling.what == "edit" else held.text if held else ""
        return plugins.hook.prepare_held(held=held, text=text) if held is not None else None
    return None


def _made(item: ReviewItem, ruling: Ruling, prepared: Any, by: Member, batch: uuid.UUID) -> Decision:
    """Decide about one item within the door: checks, effects on the thing, on flags and on the member."""
    _check_ruling(ruling)
    row = _locked_item(item.pk)
    now = timezone.now()
    _hold_claim(row, by, now)
    _check_may_decide(row, ruling, by)
    decision = Decision(
        item=row, subject_kind=row.subject_kind, subject_id=row.subject_id, member=row.member, space_id=row.space_id, by=by, what=ruling.what,
        sanction=ruling.sanction, reason=ruling.reason, words=ruling.words.strip(), public_reason=ruling.public_reason.strip(),
        batch=batch, decided_at=now,
    )  # fmt: skip
    before = _act(row, ruling, prepared, by)
    before["flags"] = _settle_flags(row, ruling, now)
    before["claimed"] = [row.first_seen_by_id]
    decision.before = before
    if row.first_seen_at is None:
        ReviewItem.objects.filter(pk=row.pk).update(first_seen_at=now, first_seen_by=by)
    _decided(row, by, now)
    decision.save()
    if ruling.sanction and row.member is not None:
        _sanction(decision, row.member, ruling)
    _ask_second(row, decision, now)
    return decision


def _check_may_decide(row: ReviewItem, ruling: Ruling, by: Member) -> None:
    """Let no moderator decide on things of her own or on her own flags."""
    if not may(by, "moderate"):
        raise Forbidden
    if row.kind == "appeal":
        raise CannotDoThis
    if row.member_id == by.pk:
        raise OwnThing
    if Flag.objects.filter(item=row, by=by, withdrawn_at=None).exists():
        raise OwnFlag
    if ruling.sanction:
        if row.member is None:
            raise CannotDoThis(field="sanction")
        _check_may_sanction(row.member, ruling, by)


def _ask_second(row: ReviewItem, decision: Decision, now: dt.datetime) -> None:
    """Show a share of the decisions to a second moderator, chosen by the item's number so that nobody can tell which."""
    if row.kind in {"flags", "held"} and row.pk * 2654435761 % 2**32 % 100 < number("second_opinion_percent"):
        facts = {"decision": decision, "first_by": decision.by, "asked_at": now}
        SecondOpinion.objects.get_or_create(item=row, defaults=facts)


def _lifted(row: Decision, by: Member | None, why: str, now: dt.datetime) -> None:
    row.lifted_by, row.lifted_at, row.lifted_why = by, now, why
    row.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
