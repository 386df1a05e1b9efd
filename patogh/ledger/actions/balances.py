"""The trial balance, entered in the book each day: what anyone's replay of the transfers must come to."""

from __future__ import annotations

from itertools import groupby

from django.db import connection
from django.utils import timezone

from patogh.activity import upkeep
from patogh.ledger.actions.book import enter
from patogh.ledger.models import Submission, Transfer
from patogh.ledger.queries.money import trial_balance


@upkeep
def enter_balances() -> int:
    """Enter the trial balance of each unit, once a day; returns how many were entered now.

    Transfers wait while the balances are read, so that those entered before this stand before it in the book, and
    the others after it.
    """
    day = timezone.now().date().isoformat()
    if Submission.objects.filter(key__startswith=f"trial_balance:{day}:").exists():
        return 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_account IN SHARE MODE")
    entered = 0
    for unit, rows in groupby(trial_balance(), key=lambda row: row.unit):
        classes = [{"class": row.kind, "n": row.total} for row in rows]
        count = Transfer.objects.filter(unit=unit, state="posted").count()
        enter(
            "trial_balance.v1",
            {"unit": unit, "classes": classes, "transfers": count},
            key=f"trial_balance:{day}:{unit}",
        )
        entered += 1
    return entered
