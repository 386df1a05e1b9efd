"""`patogh export`: the whole community as a neutral folder."""

from __future__ import annotations

from pathlib import Path

import click

from patogh.conf.cli.base import main, print_json, start_django, with_data
from patogh.conf.cli.copies import shown


@main.command("export")
@click.option(
    "--out", "target", metavar="DIR", type=click.Path(path_type=Path), required=True, help="New folder to write."
)
@click.option("--with-contacts", is_flag=True, help="Include e-mail addresses, phone numbers and age bands.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV in place of JSON Lines.")
@click.option("--space", metavar="SLUG", default="", help="Only what stands in one space.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the counts.")
@with_data
def export(target: Path, *, space: str, with_contacts: bool, as_csv: bool, as_json: bool) -> None:
    """Write everything in the neutral format (docs/neutral-format.md) while the hangout goes on.

    The folder is readable by `patogh import neutral` and by any other program. Drafts, notices, sessions and passwords
    stay here.
    """
    start_django()
    from patogh.hangout.exporting import writing

    wish = writing.Wish(space=space, contacts=with_contacts, as_csv=as_csv)
    manifest = writing.export(target.resolve(), wish, shown)
    if as_json:
        print_json({"target": str(target), "counts": manifest["counts"], "missing_files": manifest["missing_files"]})
    else:
        counts = " · ".join(f"{count:,} {name}" for name, count in manifest["counts"].items())
        click.echo(f"{target}: {counts}")
        for name in manifest["missing_files"]:
            click.echo(f"Note: {name} has no file.")
