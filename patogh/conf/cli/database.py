"""`patogh migrate` and `patogh messages`: what `patogh up` does by itself before it serves."""

import click

from patogh.conf import preflight
from patogh.conf.cli.base import fail, main, progress, start_django, with_data


@main.command()
@with_data
def migrate() -> None:
    """Make the database, or bring it up to date with this code."""
    folder = preflight.folder_is_writable()
    preflight.disk_has_room(folder)
    if not preflight.must_migrate():
        click.echo("The database is up to date.")
        return
    start_django(fresh=True)
    from django.core.management import call_command
    from django.db import connection

    from patogh.kit.migrating import ForwardExecutor

    executor = ForwardExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    with progress("Preparing the database", steps) as bar:

        def step(action: str, *_rest: object) -> None:
            if action == "apply_success":
                bar.update(1)

        executor.progress_callback = step
        executor.migrate(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0)
    from patogh.people.leaving import going

    going.replay()  # an older backup may have brought somebody back whom the log of erasures names


@main.command()
def messages() -> None:
    """Compile the rooms' catalogues of words."""
    from patogh.kit import catalogue

    if catalogue.main([]):
        fail("a catalogue could not be compiled; the lines above say which.")
