"""`patogh import neutral`: a folder in the neutral format becomes part of this house."""

from __future__ import annotations

from pathlib import Path

import click

from patogh.conf import preflight
from patogh.conf.cli.base import print_json, start_django, with_data
from patogh.conf.cli.copies import shown
from patogh.conf.cli.database import migrate
from patogh.conf.cli.importing import importers


@importers.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would come, and write nothing.")
@click.option("--with-roles", is_flag=True, help="Give the roles of the folder, owners included.")
@click.option("--unchecked", is_flag=True, help="Read files that are not what the manifest says.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as one JSON object.")
@with_data
def neutral(folder: Path, *, dry_run: bool, with_roles: bool, unchecked: bool, as_json: bool) -> None:
    """Load FOLDER, written by `patogh export` or by a converter after docs/neutral-format.md.

    Members are staged: whoever proves the address that the folder gives may claim the account. Running it again brings only
    what is missing. Rows that cannot be read are listed with their lines.
    """
    if not dry_run and preflight.must_migrate():
        click.get_current_context().invoke(migrate)
    start_django()
    from patogh.hangout.importing import neutral as reading
    from patogh.hangout.importing import neutral_load

    opened = reading.opened(folder, unchecked=unchecked)
    report = neutral_load.bring_in(opened, neutral_load.Wish(dry_run=dry_run, roles=with_roles), shown)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo("\n".join(report.lines()))
