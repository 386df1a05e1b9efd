"""`patogh retention`: let go now of what was kept long enough, or only count it."""

import click

from patogh.conf.cli.base import main, print_json, start_django, with_data


@main.command()
@click.option("--dry-run", is_flag=True, help="Count what is overdue, and let nothing go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_data
def retention(*, dry_run: bool, as_json: bool) -> None:
    """Let go of what is older than the inventories say; the worker does the same every six hours."""
    start_django()
    from patogh.people import retention as rules

    found = rules.enforce(dry_run=dry_run)
    days = {rule.name: rule.days for rule in rules.RULES}
    if as_json:
        rows = {name: {"days": days[name], "rows": count} for name, count in found.items()}
        print_json({"dry_run": dry_run, "total": sum(found.values()), "rules": rows})
        return
    for name, count in found.items():
        click.echo(f"{name:<28} {days[name]:>4} days {count:>8,} {'overdue' if dry_run else 'let go'}")
