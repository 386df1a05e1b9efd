"""The operator's own replay: every invariant of double entry, checked on the rows themselves, in bounded memory.

Reads only. What is found wrong is named with up to ten examples; nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Count

from patogh.kit.errors import PatoghError
from patogh.ledger.actions.book import content_hash
from patogh.ledger.actions.leaves import fields_of, key_of, kind_of
from patogh.ledger.codes import Code, parse
from patogh.ledger.findings import Finding
from patogh.ledger.models import Account, Entry, Opening, Submission, Transfer
from patogh.ledger.rereading import reread
from patogh.ledger.settlements import Settled, off_by

STEP: Final = 500
TRIGGERS: Final = (
    "account", "transfer", "pendingline", "entry", "pointrule",
    "submission", "loghead", "logtile", "logbundle", "sealedcheckpoint", "cosignature",
)  # fmt: skip


@dataclass
class Replay:
    """What a whole replay found."""

    findings: list[Finding]
    posted: int
    explained: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing breaks any invariant."""
        return not any(one.broken for one in self.findings)

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        share = f"{100 * self.explained / self.posted:.4f}" if self.posted else "100.0000"
        return {
            "ok": self.is_whole, "posted": self.posted, "explained_by_one_leaf": self.explained, "explained_percent": share,
            "invariants": [asdict(one) for one in self.findings],
        }  # fmt: skip


# (name, words, the rows it is asked of, the rows that break it)
QUERIES: Final = (
    (
        "I1",
        "each posted transfer has two entries or more, in its unit, that sum to zero; others have none",
        "SELECT COUNT(*) FROM ledger_transfer",
        """SELECT t.id FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
        LEFT JOIN ledger_account a ON a.id = e.account_id GROUP BY t.id, t.state, t.unit
        HAVING (t.state = 'posted' AND (COUNT(e.id) < 2 OR SUM(e.amount) <> 0 OR MIN(a.unit) <> t.unit OR MAX(a.unit) <> t.unit))
        OR (t.state <> 'posted' AND COUNT(e.id) > 0)""",
    ),
    (
        "I2",
        "all balances of a unit sum to zero",
        "SELECT COUNT(DISTINCT unit) FROM ledger_account",
        "SELECT unit FROM ledger_account GROUP BY unit HAVING SUM(balance) <> 0",
    ),
    (
        "I4",
        "no account is below zero unless it may be, what is held included, and what is held is what waits",
        "SELECT COUNT(*) FROM ledger_account",
        """SELECT a.code FROM ledger_account a LEFT JOIN ledger_pendingline p ON p.account_id = a.id AND p.is_open AND p.amount < 0
        GROUP BY a.code, a.allow_negative, a.balance, a.held
        HAVING NOT a.allow_negative AND (a.balance < a.held OR a.held <> COALESCE(-SUM(p.amount), 0))""",
    ),
    (
        "I5",
        "an idempotency key stands for one transfer, and each keeps the hash of its request",
        "SELECT COUNT(*) FROM ledger_transfer",
        "SELECT idem FROM ledger_transfer GROUP BY idem HAVING COUNT(*) > 1 OR MIN(LENGTH(request_hash)) <> 64",
    ),
    (
        "I6",
        "a pending transfer is resolved at most once, in its time",
        "SELECT COUNT(*) FROM ledger_transfer WHERE id IN (SELECT transfer_id FROM ledger_pendingline)",
        """SELECT t.id FROM ledger_transfer t LEFT JOIN ledger_pendingline p ON p.transfer_id = t.id AND p.is_open
        GROUP BY t.id, t.state, t.resolved_at, t.expires_at HAVING (t.state = 'pending') <> (COUNT(p.id) > 0)
        OR (t.state = 'pending') <> (t.resolved_at IS NULL) OR (t.state = 'posted' AND t.resolved_at >= t.expires_at)""",
    ),
)  # fmt: skip


def replay(settled: list[Settled] | None = None) -> Replay:
    """Check every invariant, and the log as it lies in the database; I9 only against a provider's settlement report."""
    findings = [_asked(*one) for one in QUERIES]
    _entitled(next(one for one in findings if one.name == "I4"))
    explained = Finding(
        "I8", "every posted transfer stands in the book exactly once, with the same content and accounts"
    )
    _explain(explained)
    findings += [_continued(), _guarded(), explained, *reread()]
    if settled is not None:
        found = Finding("I9", "what passed through a provider is what its settlement report says, day by day")
        for example in off_by(settled, found):
            found.blame(example)
        findings.append(found)
    findings.sort(key=lambda one: one.name)
    return Replay(findings, explained.checked, explained.checked - explained.broken)


def _asked(name: str, words: str, count: str, broken: str) -> Finding:
    found = Finding(name, words)
    with connection.cursor() as cursor:
        cursor.execute(count)
        found.checked = int(cursor.fetchone()[0])
        cursor.execute(broken)
        while rows := cursor.fetchmany(STEP):
            for row in rows:
                found.blame(row[0])
    return found


def _entitled(found: Finding) -> None:
    """See that each account's unit, class and right to be below zero follow from its code."""
    rows, last = Account.objects.order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last)[:STEP]):
        for account in some:
            code = _parsed(account.code)
            told = (account.unit, account.kind, account.allow_negative)
            if code is None or told != (code.unit, code.kind, code.rules.may_be_negative):
                found.blame(f"account {account.code}")
        last = some[-1].pk


def _parsed(text: str) -> Code | None:
    try:
        return parse(text)
    except PatoghError:
        return None


def _continued() -> Finding:
    """Follow each account from its first entry to its balance."""
    found = Finding("I3", "each entry continues its account, and the last one's balance is the account's")
    account, number, balance = 0, 0, 0
    columns = ("account_id", "number", "amount", "balance_after", "pk")
    last = (0, 0)
    while rows := list(_entries_after(last).values_list(*columns)[:STEP]):
        for key, place, amount, after, entry in rows:
            if key != account:
                account, number, balance = key, 0, 0
            if place != number + 1 or after != balance + amount:
                found.blame(f"entry {entry}")
            number, balance = place, after
            found.checked += 1
        last = (rows[-1][0], rows[-1][1])
    ended = """SELECT a.code FROM ledger_account a LEFT JOIN ledger_entry e ON e.account_id = a.id
        GROUP BY a.code, a.balance, a.entries_count HAVING a.balance <> COALESCE(SUM(e.amount), 0) OR a.entries_count <> COUNT(e.id)"""
    for example in _asked("I3", "", "SELECT 0", ended).examples:
        found.blame(f"account {example}")
    return found


def _entries_after(last: tuple[int, int]) -> Any:
    same = Entry.objects.filter(account_id=last[0], number__gt=last[1]).order_by("number")
    return same if same.exists() else Entry.objects.filter(account_id__gt=last[0]).order_by("account_id", "number")


def _guarded() -> Finding:
    """See that the triggers which refuse changes are in their places."""
    found = Finding("I7", "the database refuses to change or delete what was written", checked=len(TRIGGERS))
    where = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(where)
        there = [name for (name,) in cursor.fetchall()]
    for table in TRIGGERS:
        if not any(name.startswith(f"ledger_{table}_") for name in there):
            found.blame(f"ledger_{table}: no trigger")
    return found


def _explain(found: Finding) -> None:
    """Compare each posted transfer with what the book was given."""
    for some in _posted():
        known = {one.key: one for one in Submission.objects.filter(key__in=[key_of(one) for one in some])}
        opened = _openings([one.pk for one in known.values()])
        originals = {
            one.key: one.pk.hex
            for one in Submission.objects.filter(
                key__in=[f"transfer:{one.corrects_id.hex}" for one in some if one.corrects_id]
            )
        }
        for transfer in some:
            found.checked += 1
            entry = known.get(key_of(transfer))
            lines = _lines(transfer)
            if (
                entry is None
                or lines is None
                or bytes(entry.content_hash) != _content(transfer, lines, originals)
                or not opened.get(entry.pk, {}).items() <= _hidden(lines).items()
            ):
                found.blame(f"transfer {transfer.pk.hex}")
    strangers = (
        Submission.objects.filter(key__startswith="transfer:").aggregate(n=Count("pk"))["n"]
        - found.checked
        + found.broken
    )
    if not found.broken and strangers:
        found.blame(f"{strangers} entries of transfers that do not exist")


def _posted() -> Iterator[list[Transfer]]:
    rows: Callable[..., Any] = Transfer.objects.filter(state="posted").order_by("pk").prefetch_related(
        "entries__account", "pending_lines__account"
    ).filter  # fmt: skip
    last: dict[str, Any] = {}
    while some := list(rows(**last)[:STEP]):
        yield some
        last = {"pk__gt": some[-1].pk}


def _lines(transfer: Transfer) -> list[tuple[Code, int]] | None:
    """Return the lines of a transfer in the order in which the book was given them; None for an account of no code."""
    asked = sorted(transfer.pending_lines.all(), key=lambda line: line.pk)
    rows: list[Any] = list(asked) or sorted(transfer.entries.all(), key=lambda line: line.pk)
    lines = [(code, row.amount) for row in rows if (code := _parsed(row.account.code))]
    return lines if len(lines) == len(rows) else None


def _hidden(lines: list[tuple[Code, int]]) -> dict[str, str]:
    """Return what the entry of these lines only commits to: the accounts of members."""
    return {f"lines.{at}.c": code.text for at, (code, _) in enumerate(lines) if code.member_id}


def _openings(keys: list[Any]) -> dict[Any, dict[str, str]]:
    """Return what is left to open of some entries: by entry, the fields and their values."""
    found: dict[Any, dict[str, str]] = {}
    rows = Opening.objects.filter(submission__in=keys).values_list("submission_id", "field", "value")
    for submission, path, value in rows:
        found.setdefault(submission, {})[path] = value
    return found


def _content(transfer: Transfer, lines: list[tuple[Code, int]], originals: dict[str, str]) -> bytes:
    """Return the hash of what the book must have been given for a transfer."""
    try:
        return content_hash(kind_of(transfer), fields_of(transfer, lines, originals), sorted(_hidden(lines)))
    except KeyError:
        return b""
