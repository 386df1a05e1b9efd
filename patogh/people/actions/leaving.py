"""Taking one's own data out, closing one's account, and coming back in time."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import F
from django.utils import timezone

from patogh.activity import action, enqueue, record, unchanged, upkeep
from patogh.kit import ids
from patogh.kit.hooks import plugins
from patogh.people.actions.standing import end_sessions
from patogh.people.errors import CopyGone, LastOwner
from patogh.people.models import DataCopy, Leaving, Member, RoleGrant

UNDO_DAYS: Final = 14
COPY_HOURS: Final = 24


@action
def ask_for_copy(*, by: Member) -> DataCopy:
    """Have a worker pack one's own data; while one is being packed that one is returned."""
    _one_by_one(by)
    waiting = DataCopy.objects.filter(member=by, state="waiting").first()
    if waiting is not None:
        return unchanged(waiting)
    copy = DataCopy.objects.create(member=by, token=ids.token(24), asked_at=timezone.now())
    record("people.copy_asked", by=by, subject=by)
    enqueue("people.pack_copy", copy=copy.pk)
    return copy


@upkeep
def note_packed(copy_id: int, percent: int, *, size_bytes: int = 0) -> None:
    """Say how far a copy is; at 100 it is ready."""
    ready = {"state": "ready", "ready_at": timezone.now(), "size_bytes": size_bytes} if size_bytes else {}
    DataCopy.objects.filter(pk=copy_id, state="waiting").update(percent=percent, **ready)


@upkeep
def note_copy_failed(copy_id: int) -> None:
    """Say that a copy could not be made."""
    DataCopy.objects.filter(pk=copy_id, state="waiting").update(state="failed")


@action
def take_copy(copy: DataCopy, *, by: Member) -> DataCopy:
    """Take one's copy, which works once and for COPY_HOURS; raises CopyGone."""
    row = DataCopy.objects.select_for_update().filter(pk=copy.pk, member=by).first()
    if row is None or row.state != "ready" or row.ready_at is None or row.ready_at < _copies_since():
        raise CopyGone
    row.state, row.taken_at = "taken", timezone.now()
    row.save(update_fields=["state", "taken_at"])
    record("people.copy_taken", by=by, subject=by)
    return row


@upkeep
def drop_old_copies() -> list[str]:
    """Forget copies whose time is over; return the tokens whose files go."""
    old = DataCopy.objects.filter(asked_at__lt=_copies_since() - dt.timedelta(hours=COPY_HOURS))
    tokens = list(old.values_list("token", flat=True))
    old.delete()
    stale = DataCopy.objects.filter(state="ready", ready_at__lt=_copies_since())
    tokens += list(stale.values_list("token", flat=True))
    stale.delete()
    return tokens


@action
def close_account(*, by: Member, with_text: bool = False) -> Leaving:
    """Close one's account at once; it is erased after UNDO_DAYS unless one comes back. Raises LastOwner."""
    _one_by_one(by)
    earlier = Leaving.objects.filter(member=by).first()
    if earlier is not None:
        return unchanged(earlier)
    _keep_an_owner(by)
    now = timezone.now()
    leaving = Leaving.objects.create(
        member=by, with_text=with_text, asked_at=now, erase_at=now + dt.timedelta(days=UNDO_DAYS)
    )
    _switch(by, is_active=False)
    record("people.account_closed", by=by, subject=by)
    end_sessions(by.pk)
    enqueue("people.tell_of_leaving", leaving=leaving.pk)
    return leaving


@action
def come_back(*, by: Member) -> Member:
    """Open an account again that was closed and not yet erased."""
    if not Leaving.objects.filter(member=by).exists():
        return unchanged(by)
    Leaving.objects.filter(member=by).delete()
    _switch(by, is_active=True)
    record("people.account_reopened", by=by, subject=by)
    return by


def _one_by_one(member: Member) -> None:
    """Let nobody else take a member in or out before this is done."""
    Member.objects.select_for_update().filter(pk=member.pk).values_list("pk").first()


def _keep_an_owner(member: Member) -> None:
    """Raise LastOwner where nobody would be left who owns the house."""
    owners = RoleGrant.objects.select_for_update().filter(role="owner", revoked_at=None)
    if {grant.member_id for grant in owners.order_by("pk")} == {member.pk}:
        raise LastOwner


def _switch(member: Member, *, is_active: bool) -> None:
    """Open or close an account everywhere."""
    member.is_active = is_active
    Member.objects.filter(pk=member.pk).update(is_active=is_active, version=F("version") + 1)
    plugins.hook.member_changed(member=member)


def _copies_since() -> dt.datetime:
    """Return since when a ready copy is still good."""
    return timezone.now() - dt.timedelta(hours=COPY_HOURS)
