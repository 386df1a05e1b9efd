"""`patogh import`: the group that importers join; each brings its own command from the room that it writes to."""

from importlib import import_module
from importlib.util import find_spec

from patogh.conf.cli.base import main

IMPORTERS = ("patogh.conf.cli.sources", "patogh.conf.cli.neutral")


@main.group("import")
def importers() -> None:
    """Load a community from elsewhere. Each importer can be run again and changes nothing the second time."""


def _register() -> None:
    """Let each importer add its command: its module calls `@importers.command(...)` when it loads."""
    for name in IMPORTERS:
        if find_spec(name):
            import_module(name)


_register()
