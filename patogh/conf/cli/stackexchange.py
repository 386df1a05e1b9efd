"""`patogh import stackexchange`: a StackExchange dump becomes questions, answers and staged members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from patogh.conf import preflight
from patogh.conf.cli.base import fail, print_json, progress, start_django, with_data
from patogh.conf.cli.database import migrate
from patogh.conf.cli.importing import importers


@importers.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--space",
    metavar="NAME",
    default="",
    help="Space to fill, by name or slug; made if there is none (default: after the file's folder).",
)
@click.option("--dry-run", is_flag=True, help="Say what would come, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as one JSON object.")
@with_data
def stackexchange(file: Path, space: str, *, dry_run: bool, as_json: bool) -> None:
    """Load a StackExchange dump: FILE is its Posts.xml; a Users.xml beside it gives the names.

    Questions, answers, accepted answers, scores, tags and dates come as they were; authors become staged members. Running
    it again changes nothing, a newer dump brings what is new. Rows that cannot be read are listed with their lines.
    """
    if not file.exists():
        fail(f"{file} is not there.")
    if not dry_run and preflight.must_migrate():
        click.get_current_context().invoke(migrate)
    start_django()
    from patogh.hangout.importing.frame import bring_in
    from patogh.hangout.importing.stackexchange import StackExchange

    bars = _Bars()
    try:
        report = bring_in(StackExchange(file), space_name=space, dry_run=dry_run, progress=bars.show)
    finally:
        bars.close()
    if as_json:
        print_json(report.as_json())
    else:
        click.echo("\n".join(report.lines()))


class _Bars:
    """One progress bar after the other, each for one phase of the work."""

    def __init__(self) -> None:
        self.label = ""
        self.bar: Any = None

    def show(self, label: str, done: int, total: int) -> None:
        """Move the bar of a phase to `done` of `total`."""
        if label != self.label:
            self.close()
            self.label, self.bar = label, progress(label, max(1, total)).__enter__()
        self.bar.update(max(0, done - self.bar.pos))

    def close(self) -> None:
        """Finish the line of the bar that is shown."""
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None
