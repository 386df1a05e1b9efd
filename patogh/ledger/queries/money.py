"""What stands where: balances, statements with their receipts, the trial balance, and the rules of points."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Sum

from patogh.kit.pages import Order, Page, paged
from patogh.ledger.codes import POINTS
from patogh.ledger.models import Account, Entry, PointRule, Receipt, Submission, Transfer
from patogh.ledger.rules import RULES, RuleNow
from patogh.people.models import Member

STATEMENT_ROWS = 50
_CSV_STEP = 500


class Stand(NamedTuple):
    """What a member has in a unit, and how much of it is held for something pending."""

    balance: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        """What may be used."""
        return self.balance - self.held


class StatementLine(NamedTuple):
    """One movement on a member's account, with the balance after it and the entry that proves it."""

    number: int
    at: datetime
    kind: str
    amount: int
    balance_after: int
    transfer: Transfer
    submission: Submission | None
    receipt: str


class ClassTotal(NamedTuple):
    """What the accounts of one class hold together in a unit."""

    unit: str
    kind: str
    total: int
    held: int
    accounts: int


def points_of(member: Member, unit: str = POINTS) -> Stand:
    """Return what a member has."""
    found = Account.objects.filter(code=f"member:{member.pk}:{unit}").values_list("balance", "held").first()
    return Stand(*found) if found else Stand()


def statement(
    member: Member, unit: str = POINTS, *, after: str | None = None, before: str | None = None
) -> Page[StatementLine]:
    """Return a member's movements in a unit, newest first, in three queries."""
    rows = Entry.objects.filter(account__code=f"member:{member.pk}:{unit}").select_related("transfer")
    page: Page[Entry] = paged(rows, Order("number", "number"), size=STATEMENT_ROWS, after=after, before=before)
    return Page(_lines(page.items, member), page.next, page.previous)


def members_statement_csv(member: Member, unit: str = POINTS) -> Iterator[str]:
    """Yield a member's statement as CSV, oldest first, a bounded number of rows at a time."""
    yield _csv_row(["number", "at", "kind", "amount", "balance", "transfer", "entry", "leaf", "receipt"])
    rows = Entry.objects.filter(account__code=f"member:{member.pk}:{unit}").select_related("transfer")
    last = 0
    while some := list(rows.filter(number__gt=last).order_by("number")[:_CSV_STEP]):
        last = some[-1].number
        for line in _lines(some, member):
            entry = line.submission
            yield _csv_row(
                [
                    line.number, line.at.isoformat(), line.kind, line.amount, line.balance_after, line.transfer.pk.hex,
                    entry.pk.hex if entry else "", entry.leaf if entry and entry.leaf is not None else "", line.receipt,
                ]
            )  # fmt: skip


def trial_balance() -> list[ClassTotal]:
    """Return what each class of accounts holds in each unit; the totals of a unit are zero."""
    found = Account.objects.values_list("unit", "kind").annotate(Sum("balance"), Sum("held"), Count("pk"))
    return [ClassTotal(*row) for row in found.order_by("unit", "kind")]


def rule_now(name: str) -> RuleNow:
    """Return a rule as it holds now."""
    return rules_now([name])[0]


def rules_now(names: list[str] | None = None) -> list[RuleNow]:
    """Return the rules as they hold now, in one query."""
    wanted = list(RULES) if names is None else names
    newest: dict[str, RuleNow] = {}
    for row in PointRule.objects.filter(name__in=wanted).order_by("name", "version"):
        newest[row.name] = RuleNow(row.name, row.version, row.amount, row.per_day, row.is_on)
    return [newest.get(name) or RuleNow(name, 0, RULES[name].amount, RULES[name].per_day, True) for name in wanted]


def rule_versions() -> list[PointRule]:
    """Return what was changed about the rules, newest first; older versions than these are in the book."""
    return list(PointRule.objects.select_related("by").order_by("-pk")[:STATEMENT_ROWS])


def taken_back(transfer: Transfer) -> bool:
    """Whether a transfer was reversed."""
    return Transfer.objects.filter(corrects=transfer, kind="reversal").exists()


def _lines(entries: list[Entry], member: Member) -> list[StatementLine]:
    """Return entries with the submissions that prove them and the member's receipts for those."""
    keys = [f"transfer:{entry.transfer_id.hex}" for entry in entries]
    submissions = {one.key: one for one in Submission.objects.filter(key__in=keys).select_related("log")}
    receipts = dict(
        Receipt.objects.filter(submission__in=submissions.values(), member=member).values_list("submission", "code")
    )
    return [
        StatementLine(
            entry.number, entry.transfer.resolved_at or entry.transfer.created_at, entry.transfer.kind, entry.amount, entry.balance_after,
            entry.transfer, proof, receipts.get(proof.pk, "") if proof else "",
        )
        for entry, key in zip(entries, keys, strict=True) for proof in [submissions.get(key)]
    ]  # fmt: skip


def _csv_row(values: list[object]) -> str:
    """Return one line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue()
