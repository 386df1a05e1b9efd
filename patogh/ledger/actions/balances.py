"""The trial balance, entered in the book each day: what anyone's replay of the transfers must come to."""

from __future__ import annotations

from itertools import groupby

from django.db import connection
from django.utils import timezone

from patogh.activity import upkeep
from patogh.ledger.actions.book import enter
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.models import Submission
from patogh.ledger.queries.counting import transfers_in_book
from patogh.ledger.queries.money import trial_balance
from patogh.ledger.schemas.fields import UNITS


@upkeep
def enter_balances() -> int:
    """Enter the trial balance of each unit, once a day; returns how many were entered now.

    Transfers wait meanwhile. Those that are committed get their leaves first, then the balance, all in one commit: a
    transfer that took its id earlier and had to wait for its accounts would otherwise stand before a balance without it.
    """
    day = timezone.now().date().isoformat()
    if Submission.objects.filter(key__in=[f"trial_balance:{day}:{unit}" for unit in UNITS]).exists():
        return 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_account IN SHARE MODE")
    while append_waiting():
        pass
    entered, counts = 0, transfers_in_book()
    for unit, rows in groupby(trial_balance(), key=lambda row: row.unit):
        classes = [{"class": row.kind, "n": row.total} for row in rows]
        enter(
            "trial_balance.v1",
            {"unit": unit, "classes": classes, "transfers": counts[unit]},
            key=f"trial_balance:{day}:{unit}",
        )
        entered += 1
    append_waiting()
    return entered
