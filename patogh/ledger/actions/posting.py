"""The machinery below a transfer: accounts locked in the order of their ids, rows written by the batch.

SQLite writes the rows itself, PostgreSQL in one call of its own function `ledger_post` (migration 0003_posting). Both
refuse the same; what the rows must be is held by the same triggers and constraints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from patogh.kit.ids import uuid7
from patogh.ledger.actions.leaves import Leaf, Lines, leaves_of, tables_of
from patogh.ledger.actions.rows import write_rows
from patogh.ledger.codes import Code
from patogh.ledger.errors import AccountClosed, BadAmount, KeyReused, Overdraft, UnknownAccount
from patogh.ledger.models import Account, Entry, PendingLine, Transfer
from patogh.ledger.wanted import AMOUNT_MAX, Wanted, checked
from patogh.people.models import Erasure, Member

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


@dataclass(slots=True)
class Made:
    """A transfer that is about to be written: its values, its lines, and its leaf if it is posted at once."""

    row: tuple[Any, ...]
    transfer: Transfer
    lines: Lines
    leaf: Leaf | None = None


def post(requests: Sequence[Wanted]) -> list[Transfer]:
    """Write transfers, all or none; those whose key is known are answered with what was written then."""
    now = timezone.now()
    made: dict[str, Made] = {}
    for asked in requests:
        lines, request_hash = checked(asked, now), asked.hash()
        if asked.idem not in made:
            made[asked.idem] = _made(asked, request_hash, lines, now)
        elif made[asked.idem].transfer.request_hash != request_hash:
            raise KeyReused(key=asked.idem)
    posted = [one for one in made.values() if one.transfer.state == "posted"]
    for one, leaf in zip(posted, leaves_of([(one.transfer, one.lines) for one in posted], now), strict=True):
        one.leaf = leaf
    for first in _by_server(made) if connection.vendor == "postgresql" else _by_hand(made):
        if first.request_hash != made[first.idem].transfer.request_hash:
            raise KeyReused(key=first.idem)
        made[first.idem].transfer = first
    return [made[asked.idem].transfer for asked in requests]


def _made(wanted: Wanted, request_hash: str, lines: Lines, now: datetime) -> Made:
    terms, pending = wanted.terms, wanted.is_pending
    owner, corrects = terms.get("owner"), terms.get("corrects")
    row = (
        uuid7(), wanted.idem, wanted.unit, wanted.kind, "pending" if pending else "posted", request_hash,
        corrects.pk if corrects else None, owner.pk if owner else None, *terms.get("subject", ("", "")),
        terms.get("reason", ""), now, terms.get("expires_at"), None if pending else now, None,
    )  # fmt: skip
    transfer = Transfer.from_db(connection.alias, _ATTRIBUTES, row)
    for name, related in (("owner", owner), ("corrects", corrects)):
        if related is not None:
            transfer._state.fields_cache[name] = related
    return Made(row, transfer, lines)


def _by_hand(made: dict[str, Made]) -> list[Transfer]:
    """Write what is new, row by row, and return what is known.

    The lines come first: a transfer's row is refused unless its lines are there and sum to zero.
    """
    accounts = locked({code for one in made.values() for code, _ in one.lines})
    known = _by_key(list(made))
    keys = {one.idem for one in known}
    new = [one for key, one in made.items() if key not in keys]
    receiving = _receiving(new)
    if receiving and Erasure.objects.filter(member_number__in=receiving).exists():
        raise AccountClosed
    entries: list[tuple[Any, ...]] = []
    pending: list[tuple[Any, ...]] = []
    for one in new:
        key = one.transfer.pk
        for code, amount in one.lines:
            standing = accounts[code.text]
            if one.leaf is None:
                standing.hold(amount)
                pending.append((key, standing.id, amount, True))
            else:
                standing.take(amount)
                entries.append((key, standing.id, standing.entries_count, amount, standing.balance))
    leaves = [one.leaf for one in new if one.leaf is not None]
    write_rows(
        [
            (Entry, _ENTRY, entries),
            (PendingLine, _PENDING, pending),
            (Transfer, _TRANSFER, [one.row for one in new]),
            *tables_of(leaves),
        ]
    )
    return known


def _by_server(made: dict[str, Made]) -> list[Transfer]:
    """Have PostgreSQL write what is new, in one call, and return what is known."""
    codes = {code for one in made.values() for code, _ in one.lines}
    told = json.dumps([_told(one) for one in made.values()], ensure_ascii=False)
    answer, erased = _asked_server(codes, told, _receiving(made.values()))
    if "lacking" in answer:
        locked(codes)
        answer, erased = _asked_server(codes, told, _receiving(made.values()))
    if answer.get("refused") == "overdraft":
        raise Overdraft(available=answer["available"], needed=answer["needed"])
    if answer.get("refused"):
        raise BadAmount
    known = set(answer["known"])
    if erased and erased & _receiving(one for key, one in made.items() if key not in known):
        raise AccountClosed
    return list(Transfer.objects.filter(idem__in=answer["known"])) if answer["known"] else []


def _asked_server(codes: set[Code], told: str, receiving: set[int]) -> tuple[dict[str, Any], set[int]]:
    """Return what `ledger_post` answers, and who of those that receive was erased: one way to the server and back."""
    erased = "ARRAY(SELECT member_number FROM people_erasure WHERE member_number = ANY(%s))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ledger_post(%s, %s), {erased}", [[code.text for code in codes], told, list(receiving)])
        answer, found = cursor.fetchone()
    return json.loads(answer), set(found)


def _receiving(made: Iterable[Made]) -> set[int]:
    """Return the members to whom something is given; who was erased may still be taken from, and a transfer taken back."""
    return {
        code.member_id
        for one in made
        if one.transfer.corrects_id is None
        for code, amount in one.lines
        if amount > 0 and code.member_id
    }


def _told(made: Made) -> dict[str, Any]:
    """Return a transfer as `ledger_post` reads it: names of columns, bytes in hex, times in ISO 8601."""
    row = dict(zip(_ATTRIBUTES, map(_plain, made.row), strict=True))
    row |= {"codes": [code.text for code, _ in made.lines], "amounts": [amount for _, amount in made.lines]}
    if made.leaf is not None:
        leaf, key, kind, body, content, *_ = made.leaf.submission
        row |= {"leaf": leaf.hex, "leaf_key": key, "leaf_kind": kind, "body": body.decode(), "content": content.hex()}
        row["openings"] = [
            {"field": field, "value": value, "salt": salt.hex(), "member": member}
            for _, field, value, salt, member in made.leaf.openings
        ]
        row["receipts"] = [{"code": code, "member": member} for code, _, member, _ in made.leaf.receipts]
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


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
