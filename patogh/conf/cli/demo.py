"""`patogh demo`: the brand «رکاب» with a year of conversations."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from patogh.conf import preflight
from patogh.conf.cli.base import fail, main, start_django, with_data

SIZES = ["small", "medium", "large", "ideas"]


@main.command()
@click.option("--size", type=click.Choice(SIZES), default="small", show_default=True, help="How much to load.")
@click.option("--unless-loaded", is_flag=True, help="Do nothing when the demo is there already.")
@with_data
def demo(size: str, unless_loaded: bool) -> None:
    """Load the demo brand; the same size gives the same data each time.

    Small takes seconds (300 members, 12,000 posts); large is for measuring (100,000 members, 1,000,000 posts).
    """
    folder = preflight.folder_is_writable()
    preflight.disk_has_room(folder)
    if (folder / "demo").exists():
        if unless_loaded:
            return
        fail(f"the demo is in {folder} already; choose another folder with --data.")
    begun = folder / "demo-begun"
    if begun.exists():
        _forget_half(folder)
    start_django(fresh=True)
    from django.core.management import call_command

    from patogh.conf.demo import load
    from patogh.people.models import Member

    call_command("migrate", verbosity=0)
    if not Member.objects.exists():
        begun.touch()
    load(size, Shown())
    begun.unlink(missing_ok=True)
    click.echo(f"The demo is in {folder}; serve it with: patogh up --data {folder}")


def _forget_half(folder: Path) -> None:
    """Take away a demo whose loading was interrupted: it held nothing else."""
    for path in folder.glob("patogh.sqlite3*"):
        path.unlink()
    shutil.rmtree(folder / "media", ignore_errors=True)


class Shown:
    """A progress bar that learns its length with the first step."""

    def __init__(self) -> None:
        """Wait for the first step."""
        self.bar: Any = None
        self.done = 0

    def __call__(self, done: int, whole: int) -> None:
        """Show that `done` of `whole` are loaded."""
        if self.bar is None:
            self.bar = click.progressbar(length=whole, label="Loading the demo", file=sys.stderr)
            self.bar.render_progress()
        self.bar.update(done - self.done)
        self.done = done
        if done >= whole and not self.bar.finished:
            self.bar.render_finish()
