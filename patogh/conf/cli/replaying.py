"""`patogh book replay`: every invariant of double entry, checked on the rows of this house."""

import sys
from pathlib import Path

import click

from patogh.conf.cli.base import print_json, start_django, with_data
from patogh.conf.cli.book import book

UNREADABLE = 2


@book.command("replay")
@click.option("--settlement", type=click.Path(path_type=Path), help="CSV of a provider: provider, unit, day, amount.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_data
def replay(settlement: Path | None, as_json: bool) -> None:
    """Check the invariants of double entry on the database, and how much of it the log explains.

    Exit status: 0 all hold, 1 one is broken, 2 the settlement report cannot be read.
    """
    start_django()
    from patogh.ledger import replaying, settlements

    try:
        settled = settlements.read_report(settlement) if settlement else None
    except settlements.BadReport as error:
        click.echo(f"The settlement report was not read: {error}.", err=True)
        sys.exit(UNREADABLE)
    found = replaying.replay(settled)
    told = found.told()
    if as_json:
        print_json(told)
    else:
        for one in found.findings:
            click.echo(
                f"{one.name}  {'broken' if one.broken else 'holds '}  {one.checked:>9,} checked, {one.broken:,} wrong: {one.words}"
            )
            for example in one.examples:
                click.echo(f"      {example}")
        click.echo(
            f"{found.explained:,} of {found.posted:,} posted transfers ({told['explained_percent']} %) are explained by exactly one entry of the log."
        )
        if settled is None:
            click.echo("I9 was not asked: give the settlement report of a provider with --settlement FILE.")
    sys.exit(0 if found.is_whole else 1)
