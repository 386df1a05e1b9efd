"""Moving value: transfers at once or pending, their settling, voiding and expiry, and their reversal.

Call these inside a running action, upkeep or watcher, or on their own. Keys are kept for good: a repeat with the same
content is answered with the first transfer, with other content it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Unpack

from django.db import IntegrityError
from django.utils import timezone

from patogh.activity import upkeep
from patogh.ledger import codes
from patogh.ledger.actions.leaves import leaves_of, tables_of
from patogh.ledger.actions.posting import lock_lines, locked, post
from patogh.ledger.actions.rows import write_rows
from patogh.ledger.errors import AlreadyResolved, BadLines, CannotReverse, KeyReused, TooLate
from patogh.ledger.models import PendingLine, Transfer
from patogh.ledger.wanted import BATCH_TRANSFERS_MAX, Line, Terms, Wanted, check_key

EXPIRING_BATCH: Final = 100


@upkeep
def transfer(idem: str, kind: str, unit: str, lines: Sequence[Line], **terms: Unpack[Terms]) -> Transfer:
    """Move value between accounts: lines that sum to zero in one unit. Raises what the ledger refuses, KeyReused among it.

    `pending` holds what the lines take until it is settled, voided or (`expires_at`) expires; `owner` gets the receipt.
    """
    return _posted([Wanted(idem, kind, unit, lines, terms)])[0]


@upkeep
def transfer_many(requests: Sequence[Wanted]) -> list[Transfer]:
    """Move value in many transfers, all or none; the accounts are locked in one order, so that nobody waits in a ring."""
    if len(requests) > BATCH_TRANSFERS_MAX:
        raise BadLines(most=BATCH_TRANSFERS_MAX)
    return _posted(requests) if requests else []


@upkeep
def settle(transfer: Transfer, idem: str) -> Transfer:
    """Post a pending transfer. Raises AlreadyResolved, TooLate and KeyReused."""
    return _resolved(transfer, "posted", idem)


@upkeep
def void(transfer: Transfer, idem: str) -> Transfer:
    """Give a pending transfer up and let go what it held. Raises AlreadyResolved and KeyReused."""
    return _resolved(transfer, "voided", idem)


@upkeep
def reverse(transfer: Transfer, idem: str, reason: str) -> Transfer:
    """Take a posted transfer back by a new one with opposite lines. Raises CannotReverse and Overdraft."""
    lines = [
        Line(code, -amount) for code, amount in transfer.entries.order_by("pk").values_list("account__code", "amount")
    ]
    return reverse_lines(transfer, idem, reason, lines)


def reverse_lines(transfer: Transfer, idem: str, reason: str, lines: Sequence[Line]) -> Transfer:
    """Write a reversal, of the whole or of what is left of it; call it inside the door."""
    locked({codes.parse(line.account) for line in lines})
    before = Transfer.objects.filter(corrects=transfer, kind="reversal").first()
    now = Transfer.objects.get(pk=transfer.pk)
    if now.state != "posted" or (before is not None and before.idem != idem):
        raise CannotReverse
    terms = Terms(corrects=now, owner=now.owner, subject=(now.subject_kind, now.subject_id), reason=reason)
    return _posted([Wanted(idem, "reversal", now.unit, lines, terms)])[0]


@upkeep
def expire_due(now: datetime | None = None) -> int:
    """Expire the pending transfers whose time is over, some at a time; returns how many."""
    moment = now or timezone.now()
    due = Transfer.objects.filter(state="pending", expires_at__lte=moment).order_by("expires_at")
    keys = list(due.values_list("pk", flat=True)[:EXPIRING_BATCH])
    lock_lines(keys)
    return sum(
        Transfer.objects.filter(pk=key, state="pending").update(state="expired", resolved_at=moment) for key in keys
    )


def _posted(requests: Sequence[Wanted]) -> list[Transfer]:
    """Write transfers; two under the same key at the same moment, with different content, meet at the unique key."""
    try:
        return post(requests)
    except IntegrityError as error:
        if "idem" in str(error):
            raise KeyReused(key=requests[0].idem) from error
        raise


def _resolved(transfer: Transfer, state: str, idem: str) -> Transfer:
    """Resolve a pending transfer once, under its own key."""
    lock_lines([transfer.pk])
    now = timezone.now()
    rows: Any = Transfer.objects.select_for_update(of=("self",)).select_related("owner")
    used = Transfer.objects.filter(resolve_idem=check_key(idem)).first()
    current: Transfer = rows.get(pk=transfer.pk)
    if used is not None:
        if used.pk == current.pk and used.state == state:
            return current
        raise KeyReused(key=idem)
    if current.state != "pending":
        raise AlreadyResolved
    if state == "posted" and current.expires_at is not None and current.expires_at <= now:
        raise TooLate
    current.state, current.resolved_at, current.resolve_idem = state, now, idem
    Transfer.objects.filter(pk=current.pk, state="pending").update(state=state, resolved_at=now, resolve_idem=idem)
    if state == "posted":
        lines = PendingLine.objects.filter(transfer=current).order_by("pk").values_list("account__code", "amount")
        leaves = leaves_of([(current, [(codes.parse(code), amount) for code, amount in lines])], now)
        write_rows(tables_of(leaves))
    return current
