"""The entries of posted transfers in the log: one each (I8), written by the batch."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from patogh.kit.ids import uuid7
from patogh.ledger import schemas
from patogh.ledger.actions.book import SALT_BYTES, content_hash, receipt_code
from patogh.ledger.actions.rows import Table
from patogh.ledger.codes import POINTS, Code
from patogh.ledger.models import Opening, Receipt, Submission, Transfer

WHYS: Final = frozenset(
    {"award", "take_back", "reversal", "settled", "expired", "tip", "royalty", "payout", "redeemed", "grant"}
)
Lines = Sequence[tuple[Code, int]]
_SUBMISSION: Final = ("id", "key", "kind", "body", "content_hash", "state", "subject_kind", "subject_id", "created_at")
_OPENING: Final = ("submission", "field", "value", "salt", "member")
_RECEIPT: Final = ("code", "submission", "member", "created_at")


class Leaf(NamedTuple):
    """The rows that enter one transfer, in the order of the fields above."""

    submission: tuple[Any, ...]
    openings: list[tuple[Any, ...]]
    receipts: list[tuple[Any, ...]]


def key_of(transfer: Transfer) -> str:
    """Return the idempotency key under which a transfer is entered."""
    return f"transfer:{transfer.pk.hex}"


def kind_of(transfer: Transfer) -> str:
    """Return the type of a transfer's entry."""
    return "points.transfer.v1" if transfer.unit == POINTS else "money.transfer.v1"


def leaves_of(posted: Iterable[tuple[Transfer, Lines]], now: datetime) -> list[Leaf]:
    """Return what enters transfers that are posted in this transaction: no key of theirs can be known yet."""
    some = list(posted)
    originals = _originals([one for one, _ in some if one.corrects_id])
    return [_leaf_of(transfer, lines, originals, now) for transfer, lines in some]


def tables_of(leaves: Sequence[Leaf]) -> list[Table]:
    """Return the rows of leaves, table by table."""
    return [
        (Submission, _SUBMISSION, [leaf.submission for leaf in leaves]),
        (Opening, _OPENING, [row for leaf in leaves for row in leaf.openings]),
        (Receipt, _RECEIPT, [row for leaf in leaves for row in leaf.receipts]),
    ]


def _leaf_of(transfer: Transfer, lines: Lines, originals: dict[str, str], now: datetime) -> Leaf:
    """Return one leaf: the exact bytes of the entry, and what its commitments hide."""
    kind, identifier = kind_of(transfer), uuid7()
    fields = fields_of(transfer, lines, originals)
    openings = []
    for at, (code, _) in enumerate(lines):
        if code.member_id:
            path, salt = f"lines.{at}.c", secrets.token_bytes(SALT_BYTES)
            openings.append((identifier, path, code.text, salt, code.member_id))
    content = content_hash(kind, fields, [path for _, path, *_ in openings])
    for _, path, text, salt, _ in openings:
        fields["lines"][int(path[6:-2])]["c"] = schemas.commit(kind, path, text, salt)
    body = schemas.written({"at": int(now.timestamp()), "id": identifier.hex, "t": kind, **fields})
    subject = transfer.subject_kind, transfer.subject_id
    owner = transfer.owner_id
    return Leaf(
        (identifier, key_of(transfer), kind, body, content, "waiting", *subject, now),
        openings,
        [(receipt_code(), identifier, owner, now)] if owner else [],
    )


def fields_of(transfer: Transfer, lines: Lines, originals: dict[str, str]) -> dict[str, Any]:
    """Return what is public of a transfer: house accounts by name, members' as a place for a commitment."""
    why, _, rule = transfer.kind.partition(".")
    fields: dict[str, Any] = {
        "unit": transfer.unit,
        "why": why if why in WHYS else "transfer",
        "lines": [{"c": None, "n": amount} if code.member_id else {"a": code.text, "n": amount} for code, amount in lines],
    }  # fmt: skip
    if rule:
        fields["rule"] = f"ledger.{rule}"
    if transfer.corrects_id:
        fields["corrects"] = originals[f"transfer:{transfer.corrects_id.hex}"]
    return fields


def _originals(corrections: list[Transfer]) -> dict[str, str]:
    """Return the entry of the transfer that each of these corrects."""
    keys = {f"transfer:{one.corrects_id.hex}" for one in corrections if one.corrects_id}
    found = Submission.objects.filter(key__in=keys).values_list("key", "pk") if keys else ()
    return {key: pk.hex for key, pk in found}
