"""`patogh ideas`: what the operator says about ideas."""

import click

from patogh.conf.cli.base import main, start_django, with_data


@main.group()
def ideas() -> None:
    """Look after ideas: their clock."""


@ideas.command("go-on")
@with_data
def go_on() -> None:
    """Let the clock of ideas go on for an hour after it stopped because too many windows would end at once."""
    start_django()
    from patogh.ideas.actions.clock import let_go_on

    let_go_on()
    click.echo("The clock of ideas goes on; the windows that are over end within the next hour.")
