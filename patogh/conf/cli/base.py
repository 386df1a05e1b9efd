"""What all commands share: the group itself, the data folder, loading Django, one clear line for a failure."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from patogh import __version__
from patogh.conf import preflight

F = TypeVar("F", bound=Callable[..., Any])


class House(click.Group):
    """The group of all commands; a failure that we know is one line and exit code 1, never a traceback."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command line."""
        try:
            return super().main(args, **{"prog_name": "patogh", **extra})
        except preflight.CannotStart as error:
            fail(str(error))
        except BrokenPipeError:
            sys.exit(1)
        except Exception as error:
            sentence = known(error)
            if sentence is None or os.environ.get("PATOGH_DEBUG") == "1":
                raise
            fail(sentence)


@click.group(
    cls=House,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Patogh: the hangout that a brand owns together with its customers.

    Begin with `patogh demo --size small` and `patogh up`, then open the printed address.
    """
    if context.invoked_subcommand is None:
        for line in preflight.where_one_stands():
            click.echo(line)


def with_data(command: F) -> F:
    """Give a command the option --data, which is set before Django reads its settings."""
    return click.option(
        "--data",
        metavar="DIR",
        expose_value=False,
        is_eager=True,
        callback=_use_data,
        help="Folder of the database, pictures and keys (PATOGH_DATA; default: ./data).",
    )(command)


def _use_data(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    """Put the chosen folder where the settings look for it."""
    if value:
        os.environ["PATOGH_DATA"] = str(Path(value).expanduser().resolve())


def start_django(*, fresh: bool = False) -> None:
    """Load Django. Unless `fresh`, there must be a database whose migrations fit the code; else CannotStart."""
    if not fresh:
        preflight.database_is_there()
    preflight.folder_is_writable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")
    import django

    django.setup()


def fail(sentence: str) -> NoReturn:
    """Say in one line on stderr what is wrong and leave with exit code 1."""
    click.echo(f"patogh: {' '.join(sentence.split())}", err=True)
    sys.exit(1)


def known(error: Exception) -> str | None:
    """Return the one line for an error that is no bug of ours: refusals, storage, files; None for all others."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError
    from django.utils import translation

    from patogh.kit.errors import NotFound, PatoghError

    if isinstance(error, NotFound):
        return "there is no such thing in this hangout; `--help` of the command says how to list what there is."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, PatoghError):
        with translation.override("en"):  # commands speak English, whatever the house does
            return str(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return f"the database cannot be used: {error}"
    return None


def progress(label: str, length: int) -> AbstractContextManager[Any]:
    """Return a progress bar on stderr; where that is no terminal only the label is printed."""
    return click.progressbar(length=length, label=label, file=sys.stderr, show_pos=True)


def print_json(value: object) -> None:
    """Print one JSON value on one line of stdout."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, default=str))
