"""What a new log begins with: the balances of the transfers that stay in the logs before it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from patogh.ledger.models import Submission, Transfer
from patogh.ledger.queries.money import trial_balance
from patogh.ledger.verify.money import TRANSFERS, Purse, lines_of


def brought_forward() -> list[dict[str, Any]]:
    """Return the classes of each unit without the transfers that wait, which are entered after; call it inside the door.

    Transfers wait meanwhile: one that is committed later waits for its leaf in the new log.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_account IN SHARE MODE")
    waiting = _waiting()
    totals = {(row.unit, row.kind): row.total - waiting.totals[row.unit, row.kind] for row in trial_balance()}
    forward = []
    for unit in sorted({unit for unit, _ in totals}):
        count = Transfer.objects.filter(unit=unit, state="posted").count() - waiting.transfers[unit]
        classes = [{"class": kind, "n": n} for (of, kind), n in sorted(totals.items()) if of == unit and n]
        if count:
            forward.append({"unit": unit, "transfers": count, "classes": classes})
    return forward


def _waiting() -> Purse:
    """Return the transfers that wait for their leaf."""
    purse = Purse()
    rows = Submission.objects.filter(state="waiting", kind__in=TRANSFERS).values_list("body", flat=True)
    for body in rows.iterator(chunk_size=500):
        entry = json.loads(bytes(body))
        purse.add(entry["unit"], lines_of(entry))
    return purse
