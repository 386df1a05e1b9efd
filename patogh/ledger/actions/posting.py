"""The machinery below a transfer: accounts locked in the order of their ids, rows written by the batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from patogh.kit.ids import uuid7
from patogh.ledger.actions.leaves import Lines, leaves_of
from patogh.ledger.actions.rows import Table, write_rows
from patogh.ledger.codes import Code
from patogh.ledger.errors import BadAmount, KeyReused, Overdraft, UnknownAccount
from patogh.ledger.models import Account, Entry, PendingLine, Transfer
from patogh.ledger.wanted import AMOUNT_MAX, Wanted, checked
from patogh.people.models import Member

_STEP: Final = 500
_ENTRY: Final = ("transfer", "account", "number", "amount", "balance_after")
_PENDING: Final = ("transfer", "account", "amount", "is_open")
_TRANSFER: Final = tuple(field.name for field in Transfer._meta.concrete_fields)
_ATTRIBUTES: Final = tuple(field.attname for field in Transfer._meta.concrete_fields)


@dataclass(slots=True)
class Standing:
    """An account as it stands while this transaction holds it."""

    id: int
    allow_negative: bool
    balance: int
    held: int
    entries_count: int

    def take(self, amount: int) -> None:
        """Move the balance; raises Overdraft and BadAmount."""
        self.balance += amount
        self.entries_count += 1
        if not self.allow_negative and self.balance < self.held:
            raise Overdraft(available=self.balance - amount - self.held, needed=-amount)
        if abs(self.balance) > AMOUNT_MAX:
            raise BadAmount

    def hold(self, amount: int) -> None:
        """Hold what a pending line may take; raises Overdraft."""
        if amount > 0 or self.allow_negative:
            return
        if self.balance - self.held + amount < 0:
            raise Overdraft(available=self.balance - self.held, needed=-amount)
        self.held -= amount


class Batch:
    """The rows of one call, written together."""

    def __init__(self, now: datetime) -> None:
        """Begin with nothing."""
        self.now = now
        self.transfers: list[Transfer] = []
        self.entries: list[tuple[Any, ...]] = []
        self.pending: list[tuple[Any, ...]] = []
        self.posted: list[tuple[Transfer, Lines]] = []

    def add(self, wanted: Wanted, request_hash: str, lines: Lines, accounts: dict[str, Standing]) -> Transfer:
        """Take a transfer in; raises what its accounts refuse."""
        transfer = self._made(wanted, request_hash)
        self.transfers.append(transfer)
        for code, amount in lines:
            standing = accounts[code.text]
            if wanted.is_pending:
                standing.hold(amount)
                self.pending.append((transfer.pk, standing.id, amount, True))
            else:
                standing.take(amount)
                self.entries.append((transfer.pk, standing.id, standing.entries_count, amount, standing.balance))
        if not wanted.is_pending:
            self.posted.append((transfer, lines))
        return transfer

    def write(self) -> None:
        """Write the lines first: a transfer's row is refused unless its lines are there and sum to zero."""
        rows = [tuple(getattr(one, name) for name in _ATTRIBUTES) for one in self.transfers]
        lines: list[Table] = [(Entry, _ENTRY, self.entries), (PendingLine, _PENDING, self.pending)]
        write_rows(lines, [(Transfer, _TRANSFER, rows), *leaves_of(self.posted, self.now)])

    def _made(self, wanted: Wanted, request_hash: str) -> Transfer:
        terms, pending = wanted.terms, wanted.is_pending
        subject_kind, subject_id = terms.get("subject", ("", ""))
        made = Transfer(
            id=uuid7(), idem=wanted.idem, kind=wanted.kind, unit=wanted.unit, state="pending" if pending else "posted",
            request_hash=request_hash, corrects=terms.get("corrects"), owner=terms.get("owner"), subject_kind=subject_kind,
            subject_id=subject_id, reason=terms.get("reason", ""), created_at=self.now, expires_at=terms.get("expires_at"),
            resolved_at=None if pending else self.now,
        )  # fmt: skip
        made._state.adding = False
        return made


def post(requests: Sequence[Wanted]) -> list[Transfer]:
    """Write transfers, all or none; those whose key is known are answered with what was written then."""
    now = timezone.now()
    prepared = [(one, lines, one.hash()) for one in requests if (lines := checked(one, now))]
    accounts = locked({code for _, lines, _ in prepared for code, _ in lines})
    known = {one.idem: one for one in _by_key([one.idem for one in requests])}
    batch, answers = Batch(now), []
    for one, lines, request_hash in prepared:
        first = known.get(one.idem)
        if first is None:
            first = known[one.idem] = batch.add(one, request_hash, lines, accounts)
        elif first.request_hash != request_hash:
            raise KeyReused(key=one.idem)
        answers.append(first)
    batch.write()
    return answers


def locked(wanted: Iterable[Code]) -> dict[str, Standing]:
    """Return accounts by code, locked in the order of their ids until the transaction ends; makes those that lack."""
    by_code = {code.text: code for code in wanted}
    found = _select(list(by_code))
    if lacking := by_code.keys() - found.keys():
        _make([by_code[text] for text in sorted(lacking)])
        found = _select(list(by_code))
    return found


def lock_lines(transfer_ids: Iterable[object]) -> None:
    """Lock the accounts of pending transfers, in the order of their ids."""
    if connection.vendor == "postgresql":
        touched = PendingLine.objects.filter(transfer__in=list(transfer_ids)).values("account")
        list(Account.objects.filter(pk__in=touched).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _select(texts: list[str]) -> dict[str, Standing]:
    lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    found: dict[str, Standing] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(texts), _STEP):
            some = texts[start : start + _STEP]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                "SELECT code, id, allow_negative, balance, held, entries_count FROM ledger_account "  # noqa: S608 - only marks
                f"WHERE code IN ({marks}) ORDER BY id{lock}",
                some,
            )
            found |= {code: Standing(key, bool(negative), *rest) for code, key, negative, *rest in cursor.fetchall()}
    return found


def _make(lacking: list[Code]) -> None:
    """Make accounts; raises UnknownAccount for a member who does not exist."""
    owners = {code.member_id for code in lacking if code.member_id}
    there = set(Member.objects.filter(pk__in=owners).values_list("pk", flat=True)) if owners else set()
    for code in lacking:
        if code.member_id and code.member_id not in there:
            raise UnknownAccount(code=code.text)
    now = timezone.now()
    Account.objects.bulk_create(
        [
            Account(code=code.text, unit=code.unit, kind=code.kind, allow_negative=code.rules.may_be_negative, created_at=now)
            for code in lacking
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _by_key(keys: list[str]) -> list[Transfer]:
    """Return the transfers that are known under these keys: seldom any, so that rows are made only where there are."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _STEP):
            some = keys[start : start + _STEP]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT idem FROM ledger_transfer WHERE idem IN ({marks})", some)  # noqa: S608 - only marks
            found += [idem for (idem,) in cursor.fetchall()]
    return list(Transfer.objects.filter(idem__in=found)) if found else []
