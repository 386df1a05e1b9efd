"""Consents as CSV for whoever has to show them: rows as they stand, in the order in which they were written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, Final

from patogh.people.consent import limits
from patogh.people.models import Consent

COLUMNS: Final = (
    "receipt", "kind", "address", "purpose", "channel", "sender", "state", "words", "version", "words_sha256", "language",
    "method", "evidence", "at", "recorded_at",
)  # fmt: skip
_FORMULA: Final = ("=", "@", "\t", "\r", "-", "+")


class _Echo:
    """Hands a written line on."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_lines(purpose: str = "", channel: str = "") -> Iterator[str]:
    """Yield the lines of the file, a few hundred rows a statement."""
    writer: Any = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    after = 0
    while rows := _rows(after, purpose, channel):
        for row in rows:
            yield writer.writerow([_safe(cell) for cell in _cells(row)])
        after = rows[-1].pk


def _rows(after: int, purpose: str, channel: str) -> list[Consent]:
    found = Consent.objects.filter(pk__gt=after).select_related("identity", "text").order_by("pk")
    found = found.filter(purpose=purpose) if purpose else found
    found = found.filter(channel=channel) if channel else found
    return list(found[: limits.EXPORT_STEP])


def _cells(row: Consent) -> list[Any]:
    return [
        row.receipt, row.identity.kind, row.identity.value, row.purpose, row.channel, row.sender, row.state, row.words,
        row.text.number if row.text else 0, row.words_hash, row.language, row.method,
        json.dumps(row.evidence, ensure_ascii=False), row.happened_at.isoformat(), row.recorded_at.isoformat(),
    ]  # fmt: skip


def _safe(cell: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula; a phone number stays a number."""
    written = str(cell)
    is_number = written[:1] == "+" and written[1:].isdigit()
    return f"'{written}" if written.startswith(_FORMULA) and not is_number else written
