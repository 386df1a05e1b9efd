"""Warnings, silences and suspensions: rows with a reason and an end, and the copies that every page reads."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from patogh.activity import action, record, unchanged
from patogh.kit.errors import Forbidden
from patogh.kit.hooks import plugins
from patogh.kit.ids import uuid7
from patogh.people.actions import end_sessions, set_standing
from patogh.people.models import Member
from patogh.people.queries import may, roles_of
from patogh.trust import limits
from patogh.trust.errors import OnlyAdmins, OwnThing, UnknownReason, UntilUnclear, WordsTooLong
from patogh.trust.models import Decision, Held, Sanction
from patogh.trust.nouns import Ruling
from patogh.trust.queries.standing import FOREVER


@action
def sanction_member(member: Member, ruling: Ruling, *, by: Member) -> Decision:
    """Warn, silence or suspend a member from the profile, about no single thing.

    Raises OwnThing, OnlyAdmins, UntilUnclear, UnknownReason, WordsTooLong or Forbidden.
    """
    _check_ruling(ruling)
    if not ruling.sanction:
        raise UnknownReason(field="sanction")
    _check_may_sanction(member, ruling, by)
    decision = Decision.objects.create(
        subject_kind="people.member", subject_id=str(member.pk), member=member, by=by, what="none", sanction=ruling.sanction,
        reason=ruling.reason, words=ruling.words.strip(), public_reason=ruling.public_reason.strip(), batch=uuid7(),
        decided_at=timezone.now(),
    )  # fmt: skip
    _sanction(decision, member, ruling)
    data = {"decision": decision.pk, "sanction": ruling.sanction}
    record("trust.member_sanctioned", by=by, subject=decision, target=member, data=data)
    return decision


@action
def lift_sanction(sanction: Sanction, *, by: Member) -> Sanction:
    """End a silence or suspension early, or take a warning back; raises Forbidden, OwnThing or OnlyAdmins."""
    row = Sanction.objects.select_for_update().get(pk=sanction.pk)
    if row.lifted_at is not None:
        return unchanged(row)
    if not may(by, "moderate"):
        raise Forbidden
    if row.member_id == by.pk:
        raise OwnThing
    if row.member.is_team and not roles_of(by) & {"owner", "admin"}:
        raise OnlyAdmins
    _lift([row.pk], by)
    record("trust.sanction_lifted", by=by, subject=row, target=row.member, data={"sanction": row.pk, "kind": row.kind})
    row.refresh_from_db()
    return row


def _check_ruling(ruling: Ruling) -> None:
    """Hold a ruling to the lists and lengths."""
    if ruling.what not in dict(Decision.WHATS) or ruling.sanction not in dict(Decision.SANCTIONS):
        raise UnknownReason(field="what")
    if ruling.reason not in dict(Decision.REASONS):
        raise UnknownReason
    if len(ruling.words) > limits.WORDS_CHARS_MAX:
        raise WordsTooLong(most=limits.WORDS_CHARS_MAX)
    if len(ruling.public_reason) > limits.PUBLIC_REASON_CHARS_MAX:
        raise WordsTooLong(most=limits.PUBLIC_REASON_CHARS_MAX, field="public_reason")
    now = timezone.now()
    last = now + dt.timedelta(days=limits.SANCTION_DAYS_MAX + 1)
    if ruling.sanction in {"silence", "suspension"} and (ruling.until is None or not now < ruling.until < last):
        raise UntilUnclear


def _check_may_sanction(member: Member, ruling: Ruling, by: Member) -> None:
    """Let moderators decide about members, and only owners and admins about the team; nobody about herself."""
    if not may(by, "moderate"):
        raise Forbidden
    if member.pk == by.pk:
        raise OwnThing
    if ruling.sanction and member.is_team and not roles_of(by) & {"owner", "admin"}:
        raise OnlyAdmins


def _sanction(decision: Decision, member: Member, ruling: Ruling) -> Sanction:
    """Insert the sanction of a decision and let it act at once."""
    until = ruling.until if ruling.sanction != "warning" else None
    row = Sanction.objects.create(
        decision=decision, member=member, kind=ruling.sanction, reason=ruling.reason, words=ruling.words.strip(), since=decision.decided_at,
        until=until,
    )  # fmt: skip
    _refresh_standing(member.pk)
    if ruling.sanction == "suspension":
        end_sessions(member.pk)
    plugins.hook.sanction_changed(member=member, kind=ruling.sanction, until=until)
    return row


def _lift(sanction_ids: list[int], by: Member | None) -> None:
    """End these sanctions now."""
    for row in Sanction.objects.select_related("member").filter(pk__in=sanction_ids, lifted_at=None):
        row.lifted_by, row.lifted_at = by, timezone.now()
        row.save(update_fields=["lifted_by", "lifted_at"])
        _refresh_standing(row.member_id)
        plugins.hook.sanction_changed(member=row.member, kind=row.kind, until=None)


def _reinstate(sanction_ids: list[int]) -> None:
    """Let lifted sanctions act again, because the lifting was undone."""
    for row in Sanction.objects.select_related("member").filter(pk__in=sanction_ids).exclude(lifted_at=None):
        row.lifted_by, row.lifted_at = None, None
        row.save(update_fields=["lifted_by", "lifted_at"])
        _refresh_standing(row.member_id)
        plugins.hook.sanction_changed(member=row.member, kind=row.kind, until=row.until)


def _refresh_standing(member_id: int) -> None:
    """Write the copies on the member's row from the rows that hold now."""
    held_now = Sanction.objects.filter(member_id=member_id, lifted_at=None, until__gt=timezone.now())
    ends = dict(held_now.values_list("kind").annotate(end=Max("until")))
    waits = Held.objects.filter(author_id=member_id, kind="sign_up", state__in=("waiting", "refused")).exists()
    set_standing(
        member_id, silenced_until=FOREVER if waits else ends.get("silence"), suspended_until=ends.get("suspension")
    )
