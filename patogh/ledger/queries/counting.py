"""How many transfers of each unit stand in the open log, counted on from its newest trial balances."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Final
from uuid import UUID

from patogh.ledger.models import LogHead, Submission, Transfer
from patogh.ledger.queries.book import current_log
from patogh.ledger.queries.pages import balances, line
from patogh.ledger.verify.money import OPENED, TRANSFERS

STEP: Final = 500
KEY: Final = "transfer:"  # as actions.leaves.key_of writes it


def transfers_in_book() -> Counter[str]:
    """Return the count of each unit. It reads what came after the newest balances: a day's transfers, never all.

    A unit without a balance has no transfer before those of the others: a balance is entered of every unit there is.
    """
    log = current_log()
    if log is None or not log.size:
        return Counter()
    known = _brought(log)
    for unit, found in balances(log).items():
        if "transfers" in found.entry:
            known[unit] = (found.index, found.entry["transfers"])
    counts = Counter({unit: count for unit, (_, count) in known.items()})
    _count_on(counts, log, {unit: index for unit, (index, _) in known.items()})
    return counts


def _brought(log: LogHead) -> dict[str, tuple[int, int]]:
    """Return what the log began with, where it carries an earlier one on."""
    first = line(log, 0).entry
    rows = first.get("balances", ()) if first.get("t") == OPENED else ()
    return {row["unit"]: (0, row["transfers"]) for row in rows}


def _count_on(counts: Counter[str], log: LogHead, since: dict[str, int]) -> None:
    """Add the transfers whose lines come after the one at which their unit was counted."""
    start = min(since.values(), default=-1)
    rows = Submission.objects.filter(log=log, kind__in=sorted(TRANSFERS), leaf__gt=start).values_list("key", "leaf")
    rest = rows.order_by("leaf").iterator(chunk_size=STEP)
    while some := dict(islice(rest, STEP)):
        leaves = {UUID(key[len(KEY) :]): leaf or 0 for key, leaf in some.items() if key.startswith(KEY)}
        units = Transfer.objects.filter(pk__in=list(leaves)).values_list("pk", "unit")
        counts.update(unit for pk, unit in units if leaves[pk] > since.get(unit, -1))
