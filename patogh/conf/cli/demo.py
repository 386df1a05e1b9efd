"""`patogh demo`: the brand «رکاب» with a year of conversations."""

import click

from patogh.conf import preflight
from patogh.conf.cli.base import fail, main, start_django, with_data


@main.command()
@click.option(
    "--size",
    type=click.Choice(["small", "medium", "large"]),
    default="small",
    show_default=True,
    help="How much to load.",
)
@click.option("--unless-loaded", is_flag=True, help="Do nothing when the demo is there already.")
@with_data
def demo(size: str, unless_loaded: bool) -> None:
    """Load the demo brand; the same size gives the same data each time.

    Small takes seconds (300 members, 12,000 posts); large is for measuring (100,000 members, 1,000,000 posts).
    """
    folder = preflight.folder_is_writable()
    preflight.disk_has_room(folder)
    marker = folder / "demo"
    if marker.exists():
        if unless_loaded:
            return
        fail(f"the demo is in {folder} already; choose another folder with --data.")
    start_django(fresh=True)
    from django.core.management import call_command

    from patogh.people.models import Member

    call_command("migrate", verbosity=0)
    if Member.objects.exists():
        fail(f"{folder} holds a hangout with members of its own; choose another folder with --data.")
    from patogh.conf.demo import load

    load(size)
    if not marker.exists():
        marker.write_text("", encoding="utf-8")
    click.echo(f"The demo is in {folder}; serve it with: patogh up --data {folder}")
