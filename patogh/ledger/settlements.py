"""Settlement reports of payment providers: what they say passed through them, day by day (I9)."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db.models import Sum
from django.db.models.functions import TruncDate

from patogh.ledger.codes import PROVIDERS, UNITS
from patogh.ledger.models import Entry

COLUMNS: Final = ("provider", "unit", "day", "amount")
ROWS_MAX: Final = 100_000
BYTES_MAX: Final = 20_000_000


class Settled(NamedTuple):
    """One line: so much came in (above zero) or went out through a provider on a day (UTC), in minor units."""

    provider: str
    unit: str
    day: dt.date
    amount: int


class BadReport(ValueError):
    """A settlement report that cannot be read; its text says where and why."""


def read_report(path: Path) -> list[Settled]:
    """Return the lines of a CSV file with the columns provider, unit, day, amount; raises BadReport."""
    try:
        if path.stat().st_size > BYTES_MAX:
            raise BadReport(f"{path.name} is larger than {BYTES_MAX:,} bytes")
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        if rows.fieldnames is None or set(COLUMNS) - set(rows.fieldnames):
            raise BadReport(f"{path.name} needs the columns {', '.join(COLUMNS)} in its first line")
        found = [_line(row, rows.line_num) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadReport(f"{path.name} cannot be read: {error}") from error
    if len(found) > ROWS_MAX:
        raise BadReport(f"{path.name} has more than {ROWS_MAX:,} lines")
    return found


def _line(row: dict[str, Any], number: int) -> Settled:
    provider, unit, day, amount = (str(row[column] or "").strip() for column in COLUMNS)
    if provider not in PROVIDERS:
        raise BadReport(f"line {number}: the provider must be one of {', '.join(sorted(PROVIDERS))}")
    if unit not in UNITS:
        raise BadReport(f"line {number}: no accounts are kept in the unit given")
    if not re.fullmatch(r"-?[0-9]{1,15}", amount, re.ASCII):
        raise BadReport(f"line {number}: the amount must be a whole number of the smallest unit")
    try:
        return Settled(provider, unit, dt.date.fromisoformat(day), int(amount))
    except ValueError as error:
        raise BadReport(f"line {number}: the day must look like 2026-11-22") from error


def off_by(settled: list[Settled], found: Any) -> Iterator[str]:
    """Yield the days on which a report and the clearing accounts differ; counts the days compared.

    What comes in through a provider stands below zero on its clearing account: somebody else has received it. Only
    days from the first to the last of the report are compared.
    """
    told: Counter[tuple[str, str, dt.date]] = Counter()
    for line in settled:
        told[(line.provider, line.unit, line.day)] += line.amount
    kept = _kept({(line.provider, line.unit) for line in settled}, [line.day for line in settled])
    for key in sorted(told.keys() | kept.keys()):
        found.checked += 1
        if told[key] != kept[key]:
            provider, unit, day = key
            yield f"{provider} {unit} {day}: the report says {told[key]}, the book has {kept[key]}"


def _kept(pairs: set[tuple[str, str]], days: list[dt.date]) -> Counter[tuple[str, str, dt.date]]:
    kept: Counter[tuple[str, str, dt.date]] = Counter()
    for provider, unit in pairs:
        rows = Entry.objects.filter(account__code=f"clearing:{provider}:{unit}")
        by_day = rows.annotate(day=TruncDate("transfer__resolved_at", tzinfo=dt.UTC)).values_list("day")
        for day, total in by_day.annotate(total=Sum("amount")).order_by("day"):
            if min(days) <= day <= max(days):
                kept[(provider, unit, day)] -= total
    return kept
