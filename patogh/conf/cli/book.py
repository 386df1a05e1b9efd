"""`patogh book`: the open book, kept and verified; the verifying commands need neither Django nor a database."""

import sys
from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from patogh.conf.cli.base import main

F = TypeVar("F", bound=Callable[..., Any])


@main.group()
def book() -> None:
    """Keep the open book, and verify any book: log, proofs, receipts, money and polls."""


@book.group()
def proof() -> None:
    """Verify single proofs (.tlog-proof) without asking anybody."""


@book.group()
def receipt() -> None:
    """Verify a receipt that a member took home."""


def with_trust(command: F) -> F:
    """Give a command the options that say whom to trust and how to speak."""
    options = (
        click.option("--lang", type=click.Choice(["en", "fa"]), default="en", help="Language of the sentences."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--policy", default="", metavar="FILE", help="Trust policy: logs, witnesses, quorum."),
        click.option("--vkey", default="", metavar="KEY", help="The log's verifier key, or a file with it."),
    )
    return reduce(lambda given, option: option(given), options, command)


@book.command("verify")
@click.argument("where", metavar="DIR-or-URL")
@with_trust
@click.option("--state", default="", metavar="FILE", help="Keeps the last good checkpoint; the next must continue it.")
@click.option("--keep", default="", metavar="DIR", help="Keeps what was fetched, to go on after a break.")
@click.option("--processes", type=click.IntRange(0, 64), default=0, help="How many processes read (0: one per core).")
def verify(where: str, **told: Any) -> None:
    """Verify a whole log from its entries: any log in the layout of c2sp.org/tlog-tiles, ours or another's.

    Exit status: 0 everything proved, 1 something is wrong, 2 it cannot be read, 3 proved, but too few witnesses.
    """
    from patogh.ledger.verify import commands

    manner = _manner(told)
    state, keep, processes = told["state"], told["keep"], told["processes"]
    sys.exit(commands.verify(manner, where, state=state, keep=keep, processes=processes))


@proof.command("verify")
@click.argument("file")
@with_trust
@click.option("--entry", default="", metavar="FILE", help="The entry's exact bytes, unless the proof carries them.")
def verify_proof(file: str, entry: str, **told: Any) -> None:
    """Verify that an entry is in a log: FILE is a .tlog-proof. Exit status as of `book verify`."""
    from patogh.ledger.verify import commands

    sys.exit(commands.proof(_manner(told), file, entry=entry))


@receipt.command("verify")
@click.argument("file")
@with_trust
def verify_receipt(file: str, **told: Any) -> None:
    """Verify a receipt (patogh-receipt/v1): its entry, its proof and what was opened. Exit status as of `book verify`."""
    from patogh.ledger.verify import commands

    sys.exit(commands.receipt(_manner(told), file))


@book.command("monitor")
@click.argument("where", metavar="DIR-or-URL")
@with_trust
@click.option("--state", required=True, metavar="DIR", help="Keeps every checkpoint seen, and the evidence of alarms.")
@click.option("--once", is_flag=True, help="Look once (the default without --every).")
@click.option("--every", type=click.IntRange(1), default=None, metavar="SECONDS", help="Look again and again.")
@click.option("--command", default="", metavar="CMD", help="Run for each alarm, with the JSON line on stdin.")
@click.option("--silent-hours", type=click.IntRange(1), default=6, show_default=True, help="Silence that alarms.")
def monitor(where: str, state: str, once: bool, every: int | None, **told: Any) -> None:
    """Follow a log: print a JSON line per look; exit status 1 (with --once) if there is an alarm.

    Alarms: fork, shrink, signature, quorum, silent, entry, entries, tiles, unreachable.
    """
    from patogh.ledger.verify import commands

    if once and every:
        raise click.UsageError("give either --once or --every")
    manner, hours = _manner(told), told["silent_hours"]
    sys.exit(commands.monitor(manner, where, state, every_s=every or 0, command=told["command"], hours=hours))


@book.command("pack")
@click.argument("out", type=click.Path(dir_okay=False))
def pack(out: str) -> None:
    """Write the verifier as one file (a .pyz) that runs with python3 and `cryptography` alone."""
    from pathlib import Path

    from patogh.ledger.verify.packing import pack as pack_file

    size, digest = pack_file(Path(out).expanduser())
    click.echo(f"{out}: {size:,} bytes, SHA-256 {digest}")


def _manner(told: dict[str, Any]) -> Any:
    """Return whom to trust and how to speak."""
    from patogh.ledger.verify.commands import Manner

    return Manner(told["vkey"], told["policy"], told["as_json"], told["lang"])
