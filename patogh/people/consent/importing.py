"""Consents from elsewhere, as CSV: each row with its words, its method and its evidence, or it is left out with a reason."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from patogh.activity import upkeep
from patogh.kit import persian
from patogh.kit.errors import PatoghError
from patogh.people.consent import actions, gate, limits, texts
from patogh.people.consent.errors import (
    AddressUnknown,
    Erased,
    EvidenceMissing,
    FileUnreadable,
    MethodUnknown,
    MomentUnreadable,
    StateUnknown,
    WordsMissing,
)
from patogh.people.identifying import identity_of, normal
from patogh.people.leaving import sources
from patogh.people.models import Identity, Member

COLUMNS: Final = ("address", "purpose", "channel", "state", "words", "method", "evidence", "at")
OPTIONAL: Final = ("sender", "language")
FROM_ELSEWHERE: Final = {"form", "spoken", "paper", "import", "sms_word", "unsubscribed"}


@dataclass
class Taken:
    """What became of a file: how many rows are new, how many were there, and which were left out why (line, sentence)."""

    new: int = 0
    known: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One row of a file, read."""

    number: int
    kind: str
    value: str
    state: str
    purpose: str
    channel: str
    said: actions.Said


def take_file(content: bytes, *, by: Member) -> Taken:
    """Keep the consents of a CSV file; raises FileUnreadable. A second time nothing is new; later words win whatever their order."""
    taken = Taken()
    lines: list[Line] = []
    for number, row in _rows(content):
        try:
            lines.append(_line(number, row))
        except PatoghError as refusal:
            taken.left_out.append((number, str(refusal)))
    lines.sort(key=lambda line: (line.said["at"] or timezone.now(), line.state == "withdrawn"))
    for start in range(0, len(lines), limits.IMPORT_STEP):
        _take(lines[start : start + limits.IMPORT_STEP], taken, by)
    return taken


def _take(lines: Sequence[Line], taken: Taken, by: Member) -> None:
    """Keep some lines together; where one is refused, all of them one by one."""
    try:
        _kept(lines, taken, by)
    except PatoghError as refusal:
        if len(lines) == 1:
            taken.left_out.append((lines[0].number, str(refusal)))
            return
        for line in lines:
            _take([line], taken, by)


def _kept(lines: Sequence[Line], taken: Taken, by: Member) -> None:
    whose = [(line, _whose(line)) for line in lines]
    found = actions.take_consents(
        [(identity, line.state, line.purpose, line.channel, line.said) for line, identity in whose], by=by
    )
    taken.new += sum(is_new for _, is_new in found)
    taken.known += sum(not is_new for _, is_new in found)


def _whose(line: Line) -> Identity:
    """Return whose word a line is: claimed, never verified; raises Erased."""
    if sources.erased(gate.digest_source(line.kind), [line.value]):
        raise Erased
    found = _identity(line.kind, line.value)
    if found is None:
        raise Erased
    return found


@upkeep
def _identity(kind: str, value: str) -> Identity | None:
    return identity_of(kind, value)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file; raises FileUnreadable."""
    names = ", ".join(COLUMNS)
    if not content or len(content) > limits.IMPORT_BYTES_MAX:
        raise FileUnreadable(columns=names)
    try:
        text = content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        heading = [str(name).strip().lower() for name in reader.fieldnames or ()]
        if not set(COLUMNS) <= set(heading):
            raise FileUnreadable(columns=names)
        reader.fieldnames = heading
        for count, row in enumerate(reader):
            if count >= limits.IMPORT_ROWS_MAX:
                raise FileUnreadable(columns=names)
            yield reader.line_num, {str(key): str(value or "") for key, value in row.items() if key}
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(columns=names) from error


def _line(number: int, row: dict[str, str]) -> Line:
    """Read one row; raises what is wrong with it."""
    written = {name: texts.written(row.get(name, "")) for name in (*COLUMNS, *OPTIONAL)}
    kind, value = _address(written["address"])
    if written["state"] not in {"given", "withdrawn"}:
        raise StateUnknown
    if written["state"] == "given" and not written["words"]:
        raise WordsMissing
    if not written["evidence"]:
        raise EvidenceMissing
    if written["method"] not in FROM_ELSEWHERE:
        raise MethodUnknown(methods=", ".join(sorted(FROM_ELSEWHERE)))
    said: actions.Said = {
        "sender": written["sender"], "words": written["words"], "method": written["method"],
        "evidence": {"said": written["evidence"], "line": number}, "language": written["language"], "at": _moment(written["at"]),
    }  # fmt: skip
    return Line(number, kind, value, written["state"], written["purpose"], written["channel"], said)


def _address(written: str) -> tuple[str, str]:
    for kind in ("email",) if "@" in written else ("phone",):
        try:
            return kind, normal(kind, written)
        except PatoghError as error:
            raise AddressUnknown from error
    raise AddressUnknown


def _moment(written: str) -> dt.datetime:
    try:
        found = parse_datetime(persian.digits_en(written).replace(" ", "T", 1))
    except ValueError as error:
        raise MomentUnreadable from error
    if found is None or timezone.is_naive(found):
        raise MomentUnreadable
    return found
