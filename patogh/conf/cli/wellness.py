"""`patogh check`: whether what is stored is whole, and how much there is."""

import sys

import click

from patogh.conf.cli.base import main, print_json, start_django, with_data


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with `ok`, `findings` and `counts`.")
@click.option(
    "--quick", is_flag=True, help="Leave out what reads every row: the database's own check, counters, pictures."
)
@with_data
def check(as_json: bool, quick: bool) -> None:
    """Look for anything broken in what is stored; exit code 1 when there is."""
    start_django()
    from patogh.conf import integrity

    findings = integrity.findings(quick=quick)
    counts = integrity.counts()
    if as_json:
        print_json({"ok": not findings, "findings": findings, "counts": counts})
    else:
        click.echo(" · ".join(f"{count:,} {name}" for name, count in counts.items()))
        for finding in findings:
            click.echo(f"{finding['code']}: {finding['sentence']}")
        if not findings:
            click.echo("Nothing is broken.")
    sys.exit(1 if findings else 0)
