"""`patogh shop`: files of products, orders and returns, of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from patogh.conf.cli.base import fail, main, print_json, start_django, with_data
from patogh.conf.cli.sources import Bars

KINDS = ("products", "orders", "returns")


@main.group()
def shop() -> None:
    """Look after the shop: what is on the shelf, what was ordered, what came back."""


@shop.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source", required=True, metavar="NAME", help="Where the rows come from; always the same name for one shop."
)
@click.option("--unit", metavar="UNIT", default="", help="In which currency the amounts are: TOMAN, IRR, EUR, USD …")
@click.option("--dates", type=click.Choice(["ymd", "dmy", "mdy"]), default="ymd", help="What comes first in a date.")
@click.option(
    "--column",
    "chosen",
    multiple=True,
    metavar="FIELD=NAME",
    help="Which column says what, where its name does not tell.",
)
@click.option("--dry-run", is_flag=True, help="Say how the columns are read, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as one JSON object.")
@with_data
def import_file(kind: str, file: Path, **wishes: Any) -> None:
    """Load a CSV of products, orders or returns.

    Encodings UTF-8, UTF-16 and Windows-1256 and digits of every kind are read. Running it again changes nothing; a run that
    was killed goes on where it stood when the same command is given again. Refused rows are counted, with their reasons on the page of the file.
    """
    if not file.is_file():
        fail(f"{file} is not there.")
    start_django()
    from django.utils import translation

    with translation.override("en"):
        _bring(kind, file.resolve(), wishes)


def _bring(kind: str, file: Path, wishes: dict[str, Any]) -> None:
    """Read a file to its end and print what came of it."""
    from patogh.shop import actions, files, running
    from patogh.shop.queries import imports
    from patogh.shop.reading import plans, tables

    table = tables.opened(file)
    columns = plans.proposed(kind, table.headers) | _chosen(wishes["chosen"], table.headers)
    plan = plans.made(kind, table.headers, columns, wishes["unit"].upper(), wishes["dates"])
    if wishes["dry_run"]:
        print_json(
            {
                "encoding": table.encoding,
                "unit": plan.unit,
                "columns": {name: table.headers[at] for name, at in plan.columns.items()},
            }
        )
        return
    kept = files.outside(file, wishes["source"], kind)
    row = imports.unfinished(kept.source, kind, kept.sha256)
    if row is None:
        row = actions.begin_reading(actions.keep_file(kept, by=None), plan.as_json(), by=None, in_background=False)
    bars = Bars()
    try:
        done = running.read_on(
            row, file, turn_s=float("inf"), progress=lambda now: bars.show("reading", now.bytes_read, now.bytes_total)
        )
    finally:
        bars.close()
    if done is None:
        fail("another command is reading this very file now; wait for it, or end it and run this again.")
    _tell(done, as_json=wishes["as_json"])


def _chosen(pairs: tuple[str, ...], headers: tuple[str, ...]) -> dict[str, int]:
    """Return the columns that were named by hand."""
    found = {}
    for pair in pairs:
        name, _, header = pair.partition("=")
        if header not in headers:
            fail(f"there is no column called {header!r}; there are: {', '.join(headers)}.")
        found[name] = headers.index(header)
    return found


def _tell(done: Any, *, as_json: bool) -> None:
    """Print what came of a file."""
    names = ("rows_count", "new_count", "changed_count", "same_count", "refused_count")
    said = {name.removesuffix("_count"): getattr(done, name) for name in names}
    if as_json:
        print_json(
            {"id": done.pk, "state": done.state, **said, "seconds": (done.ended_at - done.started_at).total_seconds()}
        )
    else:
        click.echo(", ".join(f"{count:,} {name}" for name, count in said.items()))
        if said["refused"]:
            click.echo(f"Why rows were refused: /team/shop/imports/{done.pk}")
    if done.state == "stopped":
        from patogh.shop.words import FILE_WORDS

        fail(f"the reading was stopped: {FILE_WORDS.get(done.stopped_why, done.stopped_why)}")
