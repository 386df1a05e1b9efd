"""`patogh intake`: sources of events, their write keys, and events from a file."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data

LINES_AT_ONCE = 500


@main.group()
def intake() -> None:
    """Add sources of events, make write keys, and take events from a file; the pages are at /team/intake."""


@intake.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_data
def list_sources(as_json: bool) -> None:
    """List the sources with what they sent in seven days."""
    start_django()
    from patogh.api.intake import queries

    rows = [
        {
            "id": one.source.pk, "name": one.source.name, "kind": one.source.kind, "state": "closed" if one.source.closed_at else "open",
            "accepted": one.accepted, "duplicates": one.duplicates, "refused": one.refused,
        } for one in queries.sources()
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{id}  {state}  {kind}  {accepted} taken  {duplicates} known  {name}  {refused}".format(**row))
    if not rows:
        click.echo("There are no sources; `patogh intake add NAME` makes one.")


@intake.command("add")
@click.argument("name")
@click.option("--browser", is_flag=True, help="A website or an app: its key is in plain sight and proves nothing.")
@click.option("--users", default="", help="Family of user ids, shared by sources with the same word.")
@click.option(
    "--may", multiple=True, type=click.Choice(["link", "prove"]),
    help="link: its user ids and anonymous ids are one person; prove: its addresses and numbers are proved.",
)  # fmt: skip
@click.option("--origin", "origins", multiple=True, help="A website that may send from a browser.")
@with_data
def add(name: str, browser: bool, users: str, may: tuple[str, ...], origins: tuple[str, ...]) -> None:
    """Add the source NAME and print its write key, which is shown this once."""
    start_django()
    from patogh.api.intake.actions.sources import SourceWords, add_source

    kind = "browser" if browser else "server"
    words = SourceWords(name, kind, users, "link" in may, "prove" in may, origins=" ".join(origins))
    source, key = add_source(words, by=None)
    click.echo(f"source {source.pk}\n{key}")


@intake.command("key")
@click.argument("source_id", type=click.IntRange(1))
@with_data
def new_key(source_id: int) -> None:
    """Make a new write key for the source SOURCE_ID and print it; the one before works for a day more."""
    start_django()
    from patogh.api.intake import queries
    from patogh.api.intake.actions.sources import rotate_key

    click.echo(rotate_key(queries.source(source_id), by=None))


@intake.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "source_id", type=click.IntRange(1), required=True, help="Which source the events are of.")
@with_data
def replay(file: Path, source_id: int) -> None:
    """Take the events of FILE, one JSON object a line, as if they came over the network; safe to repeat.

    What is wrong is printed with its line to stderr; then the exit code is 1.
    """
    start_django()
    from patogh.api.intake import queries
    from patogh.api.intake.replaying import replayed

    holder = queries.holder_of(queries.source(source_id))
    counts: Counter[str] = Counter()
    lines = _lines(file)
    while some := list(islice(lines, LINES_AT_ONCE)):
        for line, (code, field) in replayed(some, holder).items():
            counts[code] += 1
            if code not in {"accepted", "duplicate"}:
                click.echo(f"line {line}: {code} {field}".rstrip(), err=True)
    print_json(dict(sorted(counts.items())))
    if set(counts) - {"accepted", "duplicate"}:
        fail("some events were refused; see above.")


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Yield the lines of a file with their numbers; what is no JSON is yielded as None."""
    with file.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError):
                    yield number, None
