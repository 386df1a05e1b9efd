"""What the pages of the open book read: all of it stored, nothing counted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Max

from patogh.kit.errors import NotFound
from patogh.kit.tlog.tiles import entries_of
from patogh.ledger.labels import Label, label_of
from patogh.ledger.models import Account, Cosignature, LogBundle, LogHead, SealedCheckpoint, Submission, Witness
from patogh.ledger.queries.book import covering, current_log, whole_note
from patogh.ledger.queries.policy import needed, witnesses
from patogh.ledger.schemas.fields import UNITS

WIDTH: Final = 256
LINES_A_PAGE: Final = 50
BUNDLES_READ_MAX: Final = 16
SEALS_SHOWN: Final = 12
LINES_SHOWN: Final = 5


@dataclass(frozen=True)
class Line:
    """One line of the book: its number and its exact bytes."""

    index: int
    body: bytes

    @cached_property
    def entry(self) -> dict[str, Any]:
        """What the bytes say."""
        found = json.loads(self.body)
        return found if isinstance(found, dict) else {}

    @property
    def kind(self) -> str:
        """The type of the line."""
        return str(self.entry.get("t", ""))

    @property
    def label(self) -> Label:
        """The words and the tint of its tag."""
        return label_of(self.kind)

    @property
    def at(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(int(self.entry.get("at", 0)), UTC)

    @cached_property
    def leaf_hash(self) -> bytes:
        """The hash of its leaf (RFC 6962)."""
        return hashlib.sha256(b"\0" + self.body).digest()

    @property
    def short(self) -> str:
        """The hash as lists show it."""
        words = self.leaf_hash.hex()
        return f"{words[:4]}…{words[-4:]}"


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of the road: its number, how far the book had grown, and by how much."""

    number: int
    size: int
    added: int
    at: datetime
    count: int
    enough: bool


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page knows: the log, its latest seals (the newest last), its witnesses and newest lines."""

    log: LogHead | None
    seals: list[Seal]
    witnesses: list[Witness]
    signed_by: dict[int, datetime]
    lines: list[Line]
    note: str

    @property
    def latest(self) -> Seal | None:
        """The newest seal."""
        return self.seals[-1] if self.seals else None

    @property
    def outside(self) -> list[Witness]:
        """The witnesses that count: those that are not ours."""
        return [one for one in self.witnesses if not one.is_ours]

    @property
    def size(self) -> int:
        """How many lines stand in the book."""
        return self.log.size if self.log else 0


def front() -> Front:
    """Return what the first page shows."""
    log = current_log()
    rows = list(SealedCheckpoint.objects.filter(log=log).order_by("-size")[: SEALS_SHOWN + 1]) if log else []
    signs = Cosignature.objects.filter(checkpoint=rows[0]) if rows else Cosignature.objects.none()
    signed = signs.values_list("witness").annotate(Max("timestamp"))
    signed_by = {witness: datetime.fromtimestamp(at, UTC) for witness, at in signed}
    note = whole_note(rows[0]).serialised() if rows else ""
    return Front(log, _seals(rows), witnesses(), signed_by, newest(log) if log else [], note)


def _seals(rows: list[SealedCheckpoint]) -> list[Seal]:
    before = [*(row.size for row in rows[1:]), 0][: len(rows)]
    seals = [
        Seal(row.pk, row.size, row.size - less, row.sealed_at, row.witnessed_count, row.quorum_met)
        for row, less in zip(rows, before, strict=True)
    ]
    return seals[:SEALS_SHOWN][::-1]


def newest(log: LogHead, count: int = LINES_SHOWN) -> list[Line]:
    """Return the newest lines, the newest first."""
    return lines(log, size=count).items


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines, the newest first, and the number below which the older ones begin (None at the beginning)."""

    items: list[Line]
    older: int | None


def lines(log: LogHead, *, below: int | None = None, kind: str = "", size: int = LINES_A_PAGE) -> Lines:
    """Return lines below a number, of one kind if asked; a page of a rare kind is shorter, so that it reads few bundles."""
    end = log.size if below is None else min(below, log.size)
    wanted = _numbers_of(log, kind, end, size + 1) if kind else list(range(end - 1, max(end - size - 2, -1), -1))
    reached = sorted({number // WIDTH for number in wanted[:size]})[-BUNDLES_READ_MAX:]
    rows = LogBundle.objects.filter(log=log, number__in=reached).values_list("number", "body")
    bundles = {number: entries_of(bytes(body)) for number, body in rows}
    found = [Line(at, bundles[at // WIDTH][at % WIDTH]) for at in wanted[:size] if at // WIDTH in bundles]
    return Lines(found, found[-1].index if found and len(found) < len(wanted) else None)


def _numbers_of(log: LogHead, kind: str, end: int, count: int) -> list[int]:
    """Return the numbers of the newest lines of a kind below a number."""
    rows = Submission.objects.filter(log=log, kind=kind, leaf__lt=end).order_by("-leaf")
    return [leaf for leaf in rows.values_list("leaf", flat=True)[:count] if leaf is not None]


def balances(log: LogHead) -> dict[str, Line]:
    """Return the newest trial balance of each unit, as it stands in the book."""
    newest = lines(log, kind="trial_balance.v1", size=len(UNITS)).items
    return {str(line.entry["unit"]): line for line in reversed(newest)}


def line(log: LogHead, index: int) -> Line:
    """Return one line; raises NotFound beyond the end of the book."""
    if not 0 <= index < log.size:
        raise NotFound
    bundle = LogBundle.objects.filter(log=log, number=index // WIDTH).first()
    entries = entries_of(bytes(bundle.body)) if bundle else []
    if index % WIDTH >= len(entries):
        raise NotFound
    return Line(index, entries[index % WIDTH])


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of a proof: the seal's size, who saw it, and the side of each step ("l" or "r")."""

    size: int
    count: int
    of: int
    least: int
    enough: bool
    sides: list[str]


def shown_proof(log: LogHead, index: int) -> Shown | None:
    """Return what there is to show of a line's proof, or None as long as no seal covers it."""
    seal = covering(log.pk, index)
    if seal is None:
        return None
    count = len(witnesses(counting=True))
    sides = sides_of(index, seal.size)
    return Shown(seal.size, seal.witnessed_count, count, needed(count), seal.quorum_met and count > 0, sides)


def states_of(submissions: list[Submission]) -> dict[Any, str]:
    """Return how far each of these has come ("waiting", "pending", "witnessed"), in two queries for each log."""
    reach: dict[int, tuple[int, int]] = {}
    for log_id in {one.log_id for one in submissions if one.log_id is not None}:
        seals = SealedCheckpoint.objects.filter(log=log_id).order_by("-size").values_list("size", flat=True)
        reach[log_id] = (seals.first() or 0, seals.filter(quorum_met=True).first() or 0)
    return {one.pk: _state(one.leaf, *reach.get(one.log_id or 0, (0, 0))) for one in submissions}


def _state(leaf: int | None, sealed: int, witnessed: int) -> str:
    if leaf is None or leaf >= sealed:
        return "waiting"
    return "witnessed" if leaf < witnessed else "pending"


def sides_of(index: int, size: int) -> list[str]:
    """Return on which side each hash of an inclusion proof is joined (RFC 9162, 2.1.3.2)."""
    sides, here, last = list[str](), index, size - 1
    while last:
        if here % 2 or here == last:
            sides.append("l")
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            sides.append("r")
        here, last = here >> 1, last >> 1
    return sides


def issued() -> list[tuple[str, int]]:
    """Return how much of each unit the house has given out and not taken back: a few rows, however many members."""
    rows = Account.objects.filter(unit__in=UNITS, kind="issuance")
    found: dict[str, int] = {}
    for unit, balance in rows.values_list("unit", "balance"):
        found[unit] = found.get(unit, 0) - balance
    return sorted(found.items())


def waiting_count() -> int:
    """Return how many facts wait for their line; few at any time, and there is an index of them alone."""
    return Submission.objects.filter(state="waiting").count()


def lines_of_subjects(kind: str, keys: list[str]) -> dict[str, int]:
    """Return the newest line of the open log about each of these subjects ("trust.decision", "17"), in one query.

    The emptiness that is excluded is that of the index; without it SQLite would read every submission.
    """
    rows = Submission.objects.filter(subject_kind=kind, subject_id__in=keys, log__state="open").exclude(subject_kind="")
    return dict(rows.values_list("subject_id").annotate(Max("leaf")))
