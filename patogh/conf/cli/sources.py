"""`patogh import <kind>`: what the importers of other houses' dumps share, and a command for each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from patogh.conf import preflight
from patogh.conf.cli.base import fail, print_json, progress, start_django, with_data
from patogh.conf.cli.database import migrate
from patogh.conf.cli.importing import importers

F = TypeVar("F", bound=Callable[..., Any])


def importer(command: F) -> click.Command:
    """Make a command of the group out of a function, with the options that all importers have."""
    options = (
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--space", metavar="NAME", default="", help="Put everything into this space, by name or slug; made if there is none."),
        click.option("--dry-run", is_flag=True, help="Say what would come, and write nothing."),
        click.option("--fetch-pictures", is_flag=True, help="Fetch pictures that lie on the web; without it they stay links."),
        click.option("--json", "as_json", is_flag=True, help="Print the whole report as one JSON object."),
        with_data,
    )  # fmt: skip
    wrapped: Callable[..., Any] = command
    for option in reversed(options):
        wrapped = option(wrapped)
    return importers.command()(wrapped)


@importer
def stackexchange(file: Path, **wishes: Any) -> None:
    """Load a Stack Exchange dump: FILE is its folder or its Posts.xml.

    Questions, answers, accepted answers, scores, tags and dates come as they were, names from Users.xml and comments from
    Comments.xml beside it; authors become staged members. Running it again changes nothing, a newer dump brings what is new.
    Rows that cannot be read are listed with their lines.
    """
    run("patogh.hangout.importing.stackexchange:StackExchange", file, wishes)


@importer
def discourse(file: Path, **wishes: Any) -> None:
    """Load a Discourse: FILE is a folder with what its API answers as JSON, one such file, or the folder of its CSV importer.

    Topics, replies, accepted answers, likes, categories, tags and pictures under uploads/ come; /t/slug/id, /u/name and
    /c/slug/id lead here from then on.
    """
    run("patogh.hangout.importing.discourse:Discourse", file, wishes)


@importer
def mbox(file: Path, **wishes: Any) -> None:
    """Load a mail archive: FILE is an mbox (also gzipped), an .eml, a Maildir or a folder of these.

    Threads become topics, attached pictures come along. Addresses are shown nowhere; whoever owns one can claim what was
    written from it.
    """
    run("patogh.hangout.importing.mbox:Mbox", file, wishes)


@importer
def fider(file: Path, **wishes: Any) -> None:
    """Load a Fider: FILE is its exported posts.csv or its backup.zip.

    Posts, votes as score, status and tags, the team's answers and, from the backup, comments and pictures.
    """
    run("patogh.hangout.importing.fider:Fider", file, wishes)


@importer
def telegram(file: Path, **wishes: Any) -> None:
    """Load a Telegram group: FILE is the result.json that Telegram Desktop exported, or its folder.

    Forum topics, answers and pauses make the topics; pictures beside the file come along.
    """
    run("patogh.hangout.importing.telegram:Telegram", file, wishes)


def run(reader: str, file: Path, wishes: dict[str, Any]) -> None:
    """Import `file` with the class that `reader` names ("module:Class") and print the report."""
    if not file.exists():
        fail(f"{file} is not there.")
    if not wishes["dry_run"] and preflight.must_migrate():
        click.get_current_context().invoke(migrate)
    start_django()
    from importlib import import_module

    from patogh.hangout.importing.frame import bring_in

    module, _, name = reader.partition(":")
    source = getattr(import_module(module), name)(file)
    bars = Bars()
    try:
        report = bring_in(
            source, space_name=wishes["space"], dry_run=wishes["dry_run"], fetch_pictures=wishes["fetch_pictures"],
            progress=bars.show,
        )  # fmt: skip
    finally:
        bars.close()
    if wishes["as_json"]:
        print_json(report.as_json())
    else:
        click.echo("\n".join(report.lines()))


class Bars:
    """One progress bar after the other, each for one phase of the work."""

    def __init__(self) -> None:
        """Show nothing yet."""
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
