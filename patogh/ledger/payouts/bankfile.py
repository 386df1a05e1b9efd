"""The manual provider: a CSV that somebody brings to the bank, sorted by the banks it goes to, and the bank's report back.

The file ends with a line of its count, its total and the SHA-256 of all lines before; the whole file's own hash is kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from patogh.ledger import limits
from patogh.ledger.payouts import iban
from patogh.ledger.payouts.errors import BadReport
from patogh.ledger.payouts.providers import Answer, Order, Outgoing

COLUMNS: Final = ["payout", "bank", "iban", "holder", "amount", "unit"]
REPORT: Final = ["payout", "result", "reference"]
RESULTS: Final = {"settled": "", "refused": "refused", "timeout": "timeout", "account": "account", "limit": "limit"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class BankFile:
    """Files for a bank, by hand."""

    name = "manual"

    def account(self, unit: str) -> str:
        """Return the house's bank account in a unit."""
        return f"bank:{unit}"

    def takes(self, account: str, unit: str) -> bool:
        """Whether a bank can carry this unit to this account."""
        return iban.takes(account, unit)

    def outgoing(self, number: int, orders: Sequence[Order]) -> Outgoing:
        """Return the file of these payouts: by bank, then by their ids."""
        rows = [
            [one.payout.hex, iban.bank_of(one.iban), one.iban, plain_cell(one.holder), one.amount, one.unit]
            for one in sorted(orders, key=lambda one: (iban.bank_of(one.iban), one.payout.hex))
        ]
        lines = _csv([COLUMNS, *rows])
        check = hashlib.sha256(lines.encode()).hexdigest()
        body = (lines + _csv([["total", len(rows), "", "", sum(one.amount for one in orders), check]])).encode()
        return Outgoing(body, "text/csv; charset=utf-8", f"payouts-{number}.csv", hashlib.sha256(body).hexdigest())

    def answers(self, body: bytes) -> list[Answer]:
        """Read a report with the columns payout, result, reference; a payout stands in it once. Raises BadReport."""
        found: dict[UUID, Answer] = {}
        for number, row in enumerate(_rows(body), 2):
            answer = _answer(row, number)
            if answer.payout in found:
                raise BadReport(line=number)
            found[answer.payout] = answer
        return list(found.values())


def plain_cell(text: str) -> str:
    """Return a text that no table program takes for a formula, also where it begins with blanks or full-width signs."""
    folded = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if folded.startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows of a report, its size, encoding and columns checked."""
    if not body or len(body) > limits.PAYOUT_REPORT_BYTES_MAX:
        raise BadReport(line=1)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadReport(line=body.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise BadReport(line=text.count("\n", 0, text.index("\0")) + 1)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        if set(REPORT) - set(reader.fieldnames or ()):
            raise BadReport(line=1)
        for number, row in enumerate(reader, 2):
            if number > limits.PAYOUT_REPORT_ROWS_MAX + 1:
                raise BadReport(line=number)
            yield {name: (row[name] or "").strip() for name in REPORT}
    except csv.Error as error:
        raise BadReport(line=number + 1) from error


def _answer(row: dict[str, str], number: int) -> Answer:
    """Return what one row says; a payment that arrived has a reference."""
    try:
        payout = UUID(hex=row["payout"])
    except ValueError as error:
        raise BadReport(line=number) from error
    result, reference = row["result"].lower(), row["reference"]
    is_told = bool(reference) or result != "settled"
    if result not in RESULTS or not is_told or len(reference) > limits.PAYOUT_REFERENCE_CHARS_MAX:
        raise BadReport(line=number)
    return Answer(payout, result == "settled", reference, RESULTS[result])
