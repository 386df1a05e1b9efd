"""`patogh ideas`: what the operator says about ideas."""

import json
from pathlib import Path

import click

from patogh.conf.cli.base import main, progress, start_django, with_data

FILE_BYTES_MAX = 1024 * 1024


@main.group()
def ideas() -> None:
    """Look after ideas: their clock, and statements of the makers' share."""


@ideas.command("go-on")
@with_data
def go_on() -> None:
    """Let the clock of ideas go on for an hour after it stopped because too many windows would end at once."""
    start_django()
    from patogh.ideas.actions.clock import let_go_on

    let_go_on()
    click.echo("The clock of ideas goes on; the windows that are over end within the next hour.")


@ideas.command("check-share")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_share(file: Path) -> None:
    """Count a statement of the makers' share again from its file (share.json); exit status 1 where it does not hold."""
    from patogh.ideas.royalties.checking import faults_in

    try:
        said = json.loads(file.read_bytes()[:FILE_BYTES_MAX])
    except (UnicodeDecodeError, ValueError, RecursionError):
        said = None
    faults = faults_in(said)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("Every figure comes to what the file says, and the line in the book hides exactly these figures.")


@ideas.command("meaning")
@with_data
def weigh() -> None:
    """Compute what public ideas mean, where the worker has not; exit code 1 when the optional model does not work."""
    start_django()
    from patogh.ideas import meaning
    from patogh.ideas.actions.weighing import weigh_all
    from patogh.ideas.models import Idea

    if wrong := meaning.trouble():
        click.echo(f"Similar ideas are found by their words alone: {wrong}.", err=True)
        raise SystemExit(1)
    with progress("Weighing", Idea.objects.count()) as bar:
        written = weigh_all(lambda done: bar.update(done - bar.pos))
    click.echo(f"{written:,} ideas weighed; the others were.")
