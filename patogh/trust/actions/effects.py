"""What a decision does to the thing, the flags and the held text, and how each of these is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import F
from django.utils import timezone

from patogh.kit.errors import NotFound
from patogh.kit.hooks import plugins
from patogh.people.actions import set_age_band
from patogh.people.models import Member
from patogh.trust.actions.levels import _ensure_records, _step_day, _step_record
from patogh.trust.actions.sanctioning import _lift, _refresh_standing, _reinstate
from patogh.trust.errors import AlreadyDecided, CannotDoThis
from patogh.trust.models import Decision, Flag, Held, Record, ReviewItem, Sanction
from patogh.trust.nouns import Ruling, Subject
from patogh.trust.persons import KIND as PERSON
from patogh.trust.queries.review import shown

Before = dict[str, Any]
_COUNTERS = {"agreed": "flags_agreed", "disagreed": "flags_disagreed", "ignored": "flags_ignored"}


def _act(row: ReviewItem, ruling: Ruling, prepared: Any, by: Member) -> Before:
    """Do what was decided; returns what an undo has to know."""
    return _ACTS[row.kind](row, ruling, prepared, by)


def _settle_flags(row: ReviewItem, ruling: Ruling, now: dt.datetime) -> Before:
    """Give every open flag of an item its outcome, and count it for those who flagged and for the author."""
    flags = Flag.objects.filter(item=row, withdrawn_at=None, outcome="")
    ids = list(flags.values_list("pk", flat=True)) if row.kind == "flags" else []
    if not ids:
        return {}
    outcome = "disagreed" if ruling.what == "approve" else "agreed"
    if ruling.what == "none" and not ruling.sanction:
        outcome = "ignored"
    Flag.objects.filter(pk__in=ids).update(outcome=outcome, settled_at=now)
    _count_outcomes(ids, outcome, 1)
    if outcome == "agreed" and row.member_id is not None:
        _step_record(row.member_id, posts_flagged=1)
        _step_day(row.member_id, "posts_flagged", 1)
    return {"ids": ids, "outcome": outcome, "member": row.member_id if outcome == "agreed" else None}


def _undo_effects(decision: Decision, by: Member) -> None:
    """Take back what a decision did, in the reverse order."""
    before = decision.before
    _lift(list(Sanction.objects.filter(decision=decision).values_list("pk", flat=True)), by)
    _reopen_flags(before.get("flags") or {})
    _reinstate(before.get("lifted_sanctions", []))
    if "held" in before:
        _unsettle_held(before, by)
    elif before:
        _unsettle_subject(decision, before, by)


def _on_subject(row: ReviewItem, ruling: Ruling, prepared: Any, by: Member) -> Before:
    """Keep, hide, change or take away what was flagged."""
    if row.subject_kind == PERSON and ruling.what not in {"approve", "none"}:
        raise CannotDoThis
    named = {"kind": row.subject_kind, "id": row.subject_id, "why": ruling.reason, "by": by}
    before: Before = {"was_hidden": row.is_hidden}
    if ruling.what in {"approve", "none"}:
        before["unhid"] = row.is_hidden and bool(plugins.hook.unhide_subject(**named))
        before["lifted_sanctions"] = _lift_house_silence(row, by) if ruling.what == "approve" else []
    elif ruling.what == "hide":
        before["hid"] = bool(plugins.hook.hide_subject(**named))
    elif ruling.what == "delete":
        before["trashed"] = bool(plugins.hook.trash_subject(**named))
    else:
        thing = shown(Subject(row.subject_kind, row.subject_id), by)
        if thing is None or not ruling.text.strip():
            raise CannotDoThis
        plugins.hook.edit_subject(**named, prepared=prepared)
        before |= {"text": thing.text, "unhid": row.is_hidden and bool(plugins.hook.unhide_subject(**named))}
    is_hidden = ruling.what == "hide" or (ruling.what == "delete" and row.is_hidden)
    ReviewItem.objects.filter(pk=row.pk).update(is_hidden=is_hidden)
    return before


def _on_held(row: ReviewItem, ruling: Ruling, prepared: Any, by: Member) -> Before:
    """Publish a held text, as it is or as the moderator mended it, or refuse it; a refused text stays its author's."""
    held = _waiting(row)
    if ruling.what in {"approve", "edit"}:
        if ruling.what == "edit" and not ruling.text.strip():
            raise CannotDoThis
        made = plugins.hook.publish_held(held=held, by=by, prepared=prepared)
        if made is None:
            raise CannotDoThis
        _settle_held(held, "published", made)
    elif ruling.what in {"hide", "delete"}:
        _settle_held(held, "refused")
    else:
        raise CannotDoThis
    return {"held": held.pk}


def _on_sign_up(row: ReviewItem, ruling: Ruling, prepared: Any, by: Member) -> Before:  # noqa: ARG001 - one shape for all
    """Let a new account write, or not."""
    held = _waiting(row)
    if ruling.what not in {"approve", "hide", "delete"}:
        raise CannotDoThis
    _settle_held(held, "published" if ruling.what == "approve" else "refused")
    _refresh_standing(held.author_id)
    return {"held": held.pk}


def _on_age(row: ReviewItem, ruling: Ruling, prepared: Any, by: Member) -> Before:  # noqa: ARG001 - one shape for all
    """Let a minor's new age band pass, or not."""
    held = _waiting(row)
    if ruling.what not in {"approve", "hide", "delete"}:
        raise CannotDoThis
    before: Before = {"held": held.pk}
    if ruling.what == "approve":
        before["band"] = held.author.age_band
        set_age_band(held.author_id, str(held.payload["band"]))
    _settle_held(held, "published" if ruling.what == "approve" else "refused")
    return before


def _on_nothing(*_facts: Any) -> Before:
    raise CannotDoThis


_ACTS: dict[str, Callable[[ReviewItem, Ruling, Any, Member], Before]] = {
    "flags": _on_subject, "held": _on_held, "edit": _on_held, "sign_up": _on_sign_up, "age": _on_age, "appeal": _on_nothing,
}  # fmt: skip


def _waiting(row: ReviewItem) -> Held:
    """Return what an item holds, locked; raises AlreadyDecided where it no longer waits."""
    held = Held.objects.select_for_update(of=("self",)).select_related("author").filter(pk=row.subject_id).first()
    if held is None:
        raise NotFound
    if held.state != "waiting":
        raise AlreadyDecided
    return held


def _settle_held(held: Held, state: str, made: tuple[str, str] = ("", "")) -> None:
    held.state, held.settled_at = state, timezone.now() if state != "waiting" else None
    held.published_kind, held.published_id = made
    held.save(update_fields=["state", "settled_at", "published_kind", "published_id"])


def _unsettle_held(before: Before, by: Member) -> None:
    """Let a held text, sign-up or age wait again."""
    held = Held.objects.select_for_update(of=("self",)).select_related("author").get(pk=before["held"])
    if held.state == "published" and held.published_id:
        plugins.hook.unpublish_held(held=held, by=by)
    if "band" in before:
        set_age_band(held.author_id, before["band"])
    _settle_held(held, "waiting")
    if held.kind == "sign_up":
        _refresh_standing(held.author_id)


def _unsettle_subject(decision: Decision, before: Before, by: Member) -> None:
    """Put a thing back as it stood before the decision."""
    named = {"kind": decision.subject_kind, "id": decision.subject_id, "why": "undo", "by": by}
    if before.get("trashed"):
        plugins.hook.untrash_subject(**named)
    if "text" in before:
        prepared = plugins.hook.prepare_edit(kind=named["kind"], id=named["id"], text=before["text"])
        plugins.hook.edit_subject(**named, prepared=prepared)
    if before.get("hid"):
        plugins.hook.unhide_subject(**named)
    if before.get("unhid"):
        plugins.hook.hide_subject(**{**named, "why": "flags"})
    ReviewItem.objects.filter(pk=decision.item_id or 0).update(is_hidden=bool(before.get("was_hidden")))


def _reopen_flags(settled: Before) -> None:
    """Open flags again that a decision settled, and count their outcome back."""
    if not settled:
        return
    # A member may have flagged the same thing anew meanwhile; the older flag then stays settled.
    again = Flag.objects.filter(pk__in=settled["ids"], by__isnull=False)
    for row in again:
        twin = Flag.objects.filter(
            by=row.by, subject_kind=row.subject_kind, subject_id=row.subject_id, withdrawn_at=None, outcome=""
        )
        if not twin.exists():
            Flag.objects.filter(pk=row.pk).update(outcome="", settled_at=None)
    _count_outcomes(settled["ids"], settled["outcome"], -1)
    if settled.get("member") is not None:
        _step_record(settled["member"], posts_flagged=-1)
        _step_day(settled["member"], "posts_flagged", -1)


def _count_outcomes(flag_ids: list[int], outcome: str, step: int) -> None:
    """Step the counters of those who flagged: what their next flag weighs follows from these."""
    name = _COUNTERS[outcome]
    ids = list(Flag.objects.filter(pk__in=flag_ids, by__isnull=False).order_by("by").values_list("by", flat=True))
    _ensure_records(ids)
    rows = Record.objects.filter(pk__in=ids)
    rows = rows.filter(**{f"{name}__gt": 0}) if step < 0 else rows
    rows.update(**{name: F(name) + step})


def _lift_house_silence(row: ReviewItem, by: Member) -> list[int]:
    """End the silence that the flags of this item caused, since they were found wrong; returns the sanctions."""
    found = Sanction.objects.filter(decision__item=row, decision__by=None, lifted_at=None)
    ids = list(found.values_list("pk", flat=True))
    _lift(ids, by)
    return ids
