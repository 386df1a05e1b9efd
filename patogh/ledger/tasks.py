"""What the worker does for the open book, again and again; every task is safe to repeat."""

from __future__ import annotations

import logging

from patogh.activity import every, task
from patogh.ledger import limits
from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.sealing import seal
from patogh.ledger.actions.sequencing import append_waiting
from patogh.ledger.actions.transfers import expire_due
from patogh.ledger.errors import LogStopped

logger = logging.getLogger(__name__)

every("ledger.seal", limits.SEAL_EVERY_S)
every("ledger.expire", 60)
every("ledger.balance", 3600)


@task("ledger.seal")
def sequence_and_seal() -> None:
    """Give waiting facts their leaves, then seal what the log has grown to; nothing to do costs two reads."""
    for _ in range(limits.APPEND_TURNS_MAX):
        if append_waiting() < limits.APPEND_ENTRIES_MAX:
            break
    try:
        seal()
    except LogStopped as stopped:
        logger.error("the open book is stopped: %s", stopped.facts.get("why"))  # noqa: TRY400 - the sentence says it all


@task("ledger.expire")
def expire() -> None:
    """Expire pending transfers whose time is over."""
    while expire_due():
        pass


@task("ledger.balance")
def balance() -> None:
    """Enter the trial balance of the day, once."""
    enter_balances()
