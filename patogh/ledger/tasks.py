"""What the worker does for the open book, again and again; every task is safe to repeat."""

from __future__ import annotations

from patogh.activity import every, task
from patogh.ledger.actions.balances import enter_balances
from patogh.ledger.actions.transfers import expire_due

every("ledger.expire", 60)
every("ledger.balance", 3600)


@task("ledger.expire")
def expire() -> None:
    """Expire pending transfers whose time is over."""
    while expire_due():
        pass


@task("ledger.balance")
def balance() -> None:
    """Enter the trial balance of the day, once."""
    enter_balances()
